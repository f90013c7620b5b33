"""What is known, while a form is compiled, of a type that may hold itself without being a model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hitl_jupyter.forms.nodes import Node


@dataclass(eq=False)
class Anchor:
    """A type under whose node it may come again."""

    number: int
    node: Node | None = None
    """The node, once it is compiled."""
    is_met: bool = False
    """Whether the type was met inside itself."""
