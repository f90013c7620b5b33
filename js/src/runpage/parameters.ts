/** What the flow was called with. */

import { facts } from "./facts";

const NONE = "The flow was called without parameters.";
const NOT_KEPT =
  "The parameters of this run could not be kept. To take it up again, run the cell again that called it.";

export const parameters = facts(({ parameters: all, parameters_kept }) => ({
  facts: all,
  said: parameters_kept ? (all.length === 0 ? NONE : null) : NOT_KEPT,
}));
