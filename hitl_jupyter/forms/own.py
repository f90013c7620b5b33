"""How a type says, in an annotation, that a field has a control which the form does not draw."""

from __future__ import annotations


class OwnControl:
    """What stands beside such a type. Forms know no more of it than that it is there."""
