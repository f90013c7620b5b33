/**
 * The places of the host's controls in what is filled in.
 *
 * Each has a token in its cell, by which the host knows it: a row that moves takes its control along, and a new one
 * gets a token here, at once, whether or not the host has time to make a control for it.
 */

import type { Cell, Chosen, Path, PlanNode, Value } from "./plan";

/** The same answers with what `change` makes of the cells at the places; the very same ones if that is nothing new. */
export function atPlaces(
  node: PlanNode,
  cell: Cell,
  change: (cell: Cell, path: Path) => Cell,
  path: Path = [],
): Cell {
  const { place, fields, item, branches } = node;
  if (place) return change(cell, path);
  if (cell.is !== "value" || !(fields ?? item ?? branches)) return cell;
  const held = (branches ? (cell.value as Chosen).held : cell.value) as { [step: string]: Cell };
  const isList = Array.isArray(held);
  const changed: { [step: string]: Cell } = {};
  for (const [step, part] of Object.entries(held)) {
    // The items of a tuple go by their numbers.
    const of =
      item ?? (branches ? branches[Number(step)]?.node : fields?.find(({ name }) => name === step)?.node);
    if (!of) continue;
    const next = atPlaces(of, part, change, branches ? path : [...path, isList ? Number(step) : step]);
    if (next !== part) changed[step] = next;
  }
  if (Object.keys(changed).length === 0) return cell;
  const whole = isList ? Object.assign([...held], changed) : { ...held, ...changed };
  return { ...cell, value: (branches ? { ...(cell.value as Chosen), held: whole } : whole) as Value };
}

// Two pages may look at one form, and their tokens must differ.
const page = Math.random().toString(36).slice(2, 10);
let made = 0;

/** The same answers in which each place has its token, and the tokens in their order. */
export function withTokens(node: PlanNode, cell: Cell): [Cell, string] {
  let tokens = "";
  const placed = atPlaces(node, cell, (one) => {
    const known = one.at ? one : { ...one, at: `${page}-${++made}` };
    tokens += ` ${known.at}`;
    return known;
  });
  return [placed, tokens];
}
