"""A model that holds itself: in the plan it says only which of the groups around it is meant."""

from __future__ import annotations

from hitl_jupyter.terminal.talk import Node


def unfolded(node: Node, around: tuple[Node, ...] = ()) -> Node:
    """Give a node in which a group inside itself has the fields of the group that it is: it goes round in a circle."""
    if "again" in node:
        return {**node, "fields": around[node["again"]]["fields"]}
    made = {**node}
    inside = (*around, made) if node["kind"] == "group" else around
    if "item" in node:
        made["item"] = unfolded(node["item"], inside)
    if "branches" in node:
        made["branches"] = [{**one, "node": unfolded(one["node"], inside)} for one in node["branches"]]
    if "fields" in node:
        # The list is there before it is filled, so that what is inside can point to it.
        made["fields"] = fields = []
        fields.extend([{**one, "node": unfolded(one["node"], inside)} for one in node["fields"]])
    return made
