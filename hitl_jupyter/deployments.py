"""Prefect's names for what runs elsewhere: here a flow runs in the kernel, and each says what to use instead."""

from __future__ import annotations

from typing import Any

from hitl_jupyter.engine.options import not_here

__all__ = ["Transaction", "aserve", "deploy", "get_client", "serve"]

_START = "start it with flow.start(), and have a scheduler run the notebook with papermill"


def serve(*_: Any, **__: Any) -> None:
    """Refuse: there is no process that would wait for runs.

    Raises
    ------
    NotHere
        Always.
    """
    raise not_here("serve()", _START)


def aserve(*_: Any, **__: Any) -> None:
    """Refuse, as `serve` does.

    Raises
    ------
    NotHere
        Always.
    """
    raise not_here("aserve()", _START)


def deploy(*_: Any, **__: Any) -> None:
    """Refuse: there is no place to deploy a flow to.

    Raises
    ------
    NotHere
        Always.
    """
    raise not_here("deploy()", _START)


def get_client(*_: Any, **__: Any) -> None:
    """Refuse: there is no server to talk to.

    Raises
    ------
    NotHere
        Always.
    """
    raise not_here(
        "get_client()", "read the store with hitl_jupyter.history() and inbox(), and answer with resume_flow_run()"
    )


class Transaction:
    """Prefect's transactions, which there are none of here.

    Raises
    ------
    NotHere
        Always.
    """

    def __init__(self, *_: Any, **__: Any) -> None:
        raise not_here("Transaction()", "use on_failure hooks to undo, and idempotency_key to do a thing once")
