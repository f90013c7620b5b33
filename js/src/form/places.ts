/**
 * The places of the host's controls in what is filled in.
 *
 * Each has a token in its cell, by which the host knows it: a row that moves takes its control along, and a new one
 * gets a token here, at once, whether or not the host has time to make a control for it.
 */

import { fieldsOf, holding, packed, rowsOf } from "./cells";
import type { Cell, Chosen, Fields, Path, PlanNode, Value } from "./plan";

/** The same answers with what `change` makes of the cells at the places; the very same ones if that is nothing new. */
export function atPlaces(
  node: PlanNode,
  cell: Cell,
  change: (cell: Cell, path: Path) => Cell,
  path: Path = [],
): Cell {
  if (node.place) return change(cell, path);
  if (cell.is !== "value") return cell;
  let changed = false;
  const inside = (of: PlanNode | undefined, part: Cell, at: Path): Cell => {
    const next = of ? atPlaces(of, part, change, at) : part;
    changed ||= next !== part;
    return next;
  };
  const value = changedIn(node, cell, inside, path);
  return changed ? { ...cell, value } : cell;
}

function changedIn(
  node: PlanNode,
  cell: Cell & { is: "value" },
  inside: (of: PlanNode | undefined, part: Cell, path: Path) => Cell,
  path: Path,
): Value {
  const { fields, item, branches } = node;
  if (fields) {
    const cells: Fields = fieldsOf(node, cell);
    const step = (name: string) => (node.kind === "tuple" ? Number(name) : name);
    const entries = fields.map(({ name, node: of }): [string, Cell] => [
      name,
      inside(of, cells[name] as Cell, [...path, step(name)]),
    ]);
    const whole = packed(node, Object.fromEntries(entries));
    return whole.is === "value" ? whole.value : cell.value;
  }
  if (item) return rowsOf(cell).map((row, index) => inside(item, row, [...path, index]));
  if (!branches) return cell.value;
  const { branch, held } = cell.value as Chosen;
  const parts = Object.entries(held).map(([at, part]): [string, Cell] => [
    at,
    inside(branches[Number(at)]?.node, part, path),
  ]);
  return { branch, held: Object.fromEntries(parts) };
}

/** The cell as it is where nobody knows of tokens. */
export const bare = (cell: Cell): Cell => (cell.is === "value" ? holding(cell.value) : { is: cell.is });

// Two pages may look at one form, and their tokens must differ.
const page = Math.random().toString(36).slice(2, 10);
let made = 0;

/** The same answers in which each place has its token. */
export function withTokens(node: PlanNode, cell: Cell): Cell {
  return atPlaces(node, cell, (one) => (one.at ? one : { ...one, at: `${page}-${++made}` }));
}

/** The tokens of all places, in their order. */
export function tokensIn(node: PlanNode, cell: Cell): string {
  const tokens: unknown[] = [];
  atPlaces(node, cell, (one) => {
    tokens.push(one.at);
    return one;
  });
  return tokens.join();
}
