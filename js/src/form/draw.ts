/** The one table of controls: which function draws which kind. */

import type { Draw } from "./control";
import { drawBoolean } from "./controls/boolean";
import { drawChoice } from "./controls/choice";
import { drawConstant } from "./controls/constant";
import { drawDate } from "./controls/date";
import { drawDatetime } from "./controls/datetime";
import { drawDuration } from "./controls/duration";
import { drawGroupWith } from "./controls/group";
import { drawJson } from "./controls/json";
import { drawLate } from "./controls/late";
import { drawLine } from "./controls/line";
import { drawListWith } from "./controls/list";
import { drawNumber } from "./controls/number";
import { drawSecret } from "./controls/secret";
import { drawSeveral } from "./controls/several";
import { drawText } from "./controls/text";
import { drawTime } from "./controls/time";
import { drawUnionWith } from "./controls/union";
import type { Kind } from "./plan";
import { drawSlotWith } from "./slot";

export const draw: Draw = (spec) => {
  if (spec.node.place) return drawSlot(spec);
  const { item } = spec.node;
  if (spec.node.kind === "list" && item?.kind === "file" && !item.nullable) return drawLate(spec);
  const family = TABLE[spec.node.kind];
  // A newer kernel may know kinds that this script does not; a form with a hole in it could never be sent.
  if (!family) throw new Error(`This page cannot draw a control of kind "${spec.node.kind}". Reload it.`);
  return family(spec);
};

const drawSlot = drawSlotWith(draw);

const TABLE: Record<Kind, Draw> = {
  text: drawText,
  integer: drawNumber,
  number: drawNumber,
  boolean: drawBoolean,
  choice: drawChoice,
  date: drawDate,
  line: drawLine,
  file: drawLate,
  several: drawSeveral,
  time: drawTime,
  duration: drawDuration,
  datetime: drawDatetime,
  group: drawGroupWith(draw),
  list: drawListWith(draw),
  tuple: drawGroupWith(draw),
  dict: drawListWith(draw),
  union: drawUnionWith(draw),
  json: drawJson,
  secret: drawSecret,
  constant: drawConstant,
};
