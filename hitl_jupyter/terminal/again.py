"""What holds itself, a model or an alias: in the plan it says only which of the nodes around it is meant."""

from __future__ import annotations

from hitl_jupyter.terminal.talk import Node

HELD = ("item", "branches", "fields", "options")


def unfolded(node: Node) -> Node:
    """Give a node in which what is inside itself holds what it is: it goes round in a circle."""
    anchors: dict[int, Node] = {}
    echoes: list[Node] = []
    made = _walked(node, (), anchors, echoes)
    for echo in echoes:
        meant = anchors[echo["echo"]]
        echo.update({key: meant[key] for key in HELD if key in meant})
    return made


def _walked(node: Node, around: tuple[Node, ...], anchors: dict[int, Node], echoes: list[Node]) -> Node:
    if "again" in node:
        return {**node, "fields": around[node["again"]]["fields"]}
    made = {**node}
    inside = (*around, made) if node["kind"] == "group" else around
    if "anchor" in node:
        anchors[node["anchor"]] = made
    if "echo" in node:
        echoes.append(made)
    if "item" in node:
        made["item"] = _walked(node["item"], inside, anchors, echoes)
    if "branches" in node:
        branches = node["branches"]
        made["branches"] = [{**one, "node": _walked(one["node"], inside, anchors, echoes)} for one in branches]
    if "fields" in node:
        # The list is there before it is filled, so that what is inside can point to it.
        made["fields"] = fields = []
        fields.extend([{**one, "node": _walked(one["node"], inside, anchors, echoes)} for one in node["fields"]])
    return made
