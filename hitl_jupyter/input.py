"""`RunInput` (Prefect: ``prefect.input``)."""

from hitl_jupyter.forms import RunInput, RunInputMetadata, keyset_from_base_key, keyset_from_paused_state

__all__ = ["RunInput", "RunInputMetadata", "keyset_from_base_key", "keyset_from_paused_state"]
