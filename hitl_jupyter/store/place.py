"""Where the store is when nobody says so. Apart from `open`, so that a mere look need not load SQLAlchemy."""

from __future__ import annotations

import os
from pathlib import Path


def chosen() -> str:
    """Give the URL or path of the store: what the environment says, else a file in Jupyter's data directory."""
    return os.environ.get("HITL_STORE") or _default()


def _default() -> str:
    # Comes with ipykernel; costs 20 ms, which a store with a URL does not pay.
    from jupyter_core.paths import jupyter_data_dir

    return str(Path(jupyter_data_dir()) / "hitl_jupyter" / "hitl.db")
