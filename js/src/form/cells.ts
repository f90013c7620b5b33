/** Making, reading and replacing cells. Every function gives a new cell and leaves its argument as it is. */

import type { Cell, Chosen, Fields, PlanNode, Value } from "./plan";

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
 * The cells of all fields of a group, or of the items of a tuple, which are a list. What the cell lacks is blank.
 *
 * Own properties only: a field may be called "constructor".
 */
export function fieldsOf(node: PlanNode, cell: Cell): Fields {
  const held: Fields = Object(cell.is === "value" ? cell.value : {});
  const entries = (node.fields ?? []).map(({ name, node: field }): [string, Cell] => [
    name,
    Object.hasOwn(held, name) ? (held[name] as Cell) : field.blank,
  ]);
  return Object.fromEntries(entries);
}

/** What a new row or branch begins with. A group inside itself is blank as its fields are: the plan has no end. */
export function blankOf(node: PlanNode): Cell {
  return node.again === undefined ? node.blank : packed(node, fieldsOf(node, ABSENT));
}

/** The cell of a group or tuple with these cells in it. */
export function packed(node: PlanNode, fields: Fields): Cell {
  return holding(node.kind === "tuple" ? Object.values(fields) : fields);
}

/** Which branch of a union was chosen, if any. */
export function chosenIn(cell: Cell): Chosen | null {
  return cell.is === "value" ? (cell.value as Chosen) : null;
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
  if (cell.is !== "value" || node.place) return cell;
  switch (node.kind) {
    case "secret":
      return ABSENT;
    case "tuple":
    case "group": {
      const cells = fieldsOf(node, cell);
      const fields = node.fields ?? [];
      return packed(
        node,
        Object.fromEntries(
          fields.map(({ name, node: field }) => [name, withoutSecrets(field, cells[name] ?? ABSENT)]),
        ),
      );
    }
    case "union": {
      const { branch, held } = chosenIn(cell) as Chosen;
      const clean = Object.entries(held).flatMap(([at, inner]): [string, Cell][] => {
        const of = node.branches?.[Number(at)]?.node;
        return of ? [[at, withoutSecrets(of, inner)]] : [];
      });
      return holding({ branch, held: Object.fromEntries(clean) });
    }
    case "dict":
    case "list": {
      const { item } = node;
      return item ? holding(rowsOf(cell).map((row) => withoutSecrets(item, row))) : cell;
    }
    default:
      return cell;
  }
}
