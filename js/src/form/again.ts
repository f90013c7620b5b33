/** A model that holds itself: in the plan it says only which of the groups around it is meant. */

import type { Plan, PlanNode } from "./plan";

/** The same plan, in which such a group has the fields of the group that it is: the plan then goes round in a circle. */
export function unfolded(plan: Plan): Plan {
  return { ...plan, root: walk(plan.root, []) };
}

function walk(node: PlanNode, around: readonly PlanNode[]): PlanNode {
  if (node.again !== undefined) return { ...node, fields: around[node.again]?.fields ?? [] };
  const copy = { ...node };
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
