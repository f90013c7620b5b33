"""States of runs (Prefect: ``prefect.states``)."""

from hitl_jupyter.core.states import State, StateType

__all__ = ["State", "StateType"]
