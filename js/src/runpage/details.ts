/** What else is known of a run. */

import { facts } from "./facts";

export const details = facts(({ details: all, tags }) => ({
  facts: tags.length > 0 ? [...all, { name: "Tags", value: tags.join(", ") }] : all,
  said: null,
}));
