"""How a task takes an argument (Prefect: ``prefect.utilities.annotations``)."""

from hitl_jupyter.engine.collections import allow_failure, quote, unmapped

__all__ = ["allow_failure", "quote", "unmapped"]
