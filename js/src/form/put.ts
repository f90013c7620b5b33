/** Putting a cell that came from elsewhere into the answers. */

import { ABSENT, fieldsOf, holding } from "./cells";
import type { Cell, Path, PlanNode } from "./plan";

/** The same answers with one cell put at a path of groups, which are there then. */
export function putAt(node: PlanNode, cell: Cell, path: Path, put: Cell): Cell {
  const [name, ...rest] = path;
  const field = node.fields?.find((one) => one.name === name)?.node;
  if (name === undefined || !field) return put;
  const cells = fieldsOf(node, cell);
  return holding({ ...cells, [name]: putAt(field, cells[name] ?? ABSENT, rest, put) });
}
