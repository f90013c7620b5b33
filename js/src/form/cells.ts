/** Making, reading and replacing cells. Every function gives a new cell and leaves its argument as it is. */

import type { Cell, Fields, PlanNode, Value } from "./plan";

export const ABSENT: Cell = { is: "absent" };
export const NULL: Cell = { is: "null" };

export function holding(value: Value): Cell {
  return { is: "value", value };
}

/** The text of a cell that holds text, else "". */
export function textOf(cell: Cell): string {
  return cell.is === "value" && typeof cell.value === "string" ? cell.value : "";
}

/** The cells of a list, none where the cell holds no list. */
export function rowsOf(cell: Cell): readonly Cell[] {
  return cell.is === "value" && Array.isArray(cell.value) ? (cell.value as readonly Cell[]) : [];
}

/**
 * The cells of all fields of a group. A field that the cell lacks is blank.
 *
 * Own properties only: a field may be called "constructor".
 */
export function fieldsOf(node: PlanNode, cell: Cell): Fields {
  const held = cell.is === "value" && isFields(cell.value) ? cell.value : {};
  const entries = (node.fields ?? []).map(({ name, node: field }): [string, Cell] => [
    name,
    Object.hasOwn(held, name) ? (held[name] as Cell) : field.blank,
  ]);
  return Object.fromEntries(entries);
}

/** What an emptied text box means. A str that has a default, or may be null, can be "". */
export function typedText(node: PlanNode, text: string): Cell {
  return text === "" && node.required && !node.nullable ? ABSENT : holding(text);
}

/** What an emptied number, moment or JSON box means: none of these can be "". */
export function typedEntry(node: PlanNode, text: string): Cell {
  if (text.trim() !== "") return holding(text);
  if (node.nullable) return NULL;
  return node.required ? ABSENT : holding("");
}

/** The same answers without what was typed into the secret fields. */
export function withoutSecrets(node: PlanNode, cell: Cell): Cell {
  if (cell.is !== "value") return cell;
  switch (node.kind) {
    case "secret":
      return ABSENT;
    case "group": {
      const cells = fieldsOf(node, cell);
      const fields = node.fields ?? [];
      return holding(
        Object.fromEntries(
          fields.map(({ name, node: field }) => [name, withoutSecrets(field, cells[name] ?? ABSENT)]),
        ),
      );
    }
    case "list": {
      const { item } = node;
      return item ? holding(rowsOf(cell).map((row) => withoutSecrets(item, row))) : cell;
    }
    default:
      return cell;
  }
}

function isFields(value: Value): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
