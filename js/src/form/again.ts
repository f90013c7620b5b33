/** What holds itself: a model, or an alias. In the plan it says only which of the nodes around it is meant. */

import type { Plan, PlanNode } from "./plan";

/** The same plan, in which such a node holds what the node holds that it is: the plan then goes round in a circle. */
export function unfolded(plan: Plan): Plan {
  const anchors = new Map<number | undefined, PlanNode>();
  const echoes: PlanNode[] = [];

  function walk(node: PlanNode, around: readonly PlanNode[]): PlanNode {
    if (node.again !== undefined) return { ...node, fields: around[node.again]?.fields ?? [] };
    const copy = { ...node };
    anchors.set(node.anchor, copy);
    if (node.echo) echoes.push(copy);
    const inside = node.kind === "group" ? [...around, copy] : around;
    if (node.item) copy.item = walk(node.item, inside);
    if (node.branches) copy.branches = node.branches.map((one) => ({ ...one, node: walk(one.node, inside) }));
    if (node.fields) {
      // The list is there before it is filled, so that what is inside can point to it.
      const fields: { name: string; node: PlanNode }[] = [];
      copy.fields = fields;
      for (const one of node.fields) fields.push({ ...one, node: walk(one.node, inside) });
    }
    return copy;
  }

  const root = walk(plan.root, []);
  for (const echo of echoes) {
    const { item, branches, fields } = anchors.get(echo.echo) as PlanNode;
    Object.assign(echo, { item, branches, fields });
  }
  return { ...plan, root };
}
