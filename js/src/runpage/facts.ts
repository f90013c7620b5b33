/** Parameters and Details: both are in what the kernel tells first of a run. */

import { h, hasFocus } from "../shared/dom";
import { SCROLLS } from "./list";
import { pairs, Said, text } from "./parts";
import type { MakeSection, Reader } from "./section";

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface Facts {
  readonly parameters: readonly Fact[];
  readonly parameters_kept: boolean;
  readonly details: readonly Fact[];
  readonly tags: readonly string[];
}

/** What a section makes of it: the names and values, and what is said above them. */
export interface Told {
  readonly facts: readonly Fact[];
  readonly said: string | null;
}

export function facts(tell: (all: Facts) => Told): MakeSection {
  return (reader: Reader, signal: AbortSignal) => {
    const said = new Said(() => void refresh(), signal);
    const place = h("div");
    let drawn = "";

    async function refresh(): Promise<void> {
      try {
        const told = tell(await reader.read<Facts>("summary"));
        said.say(told.said, null);
        const json = JSON.stringify(told);
        // Who reads or copies a value is not disturbed.
        if (json === drawn || (drawn && hasFocus(place))) return;
        drawn = json;
        place.replaceChildren(pairs(told.facts.map(({ name, value }) => [name, text(value, name)])));
      } catch (error) {
        said.say(null, error instanceof Error ? error.message : String(error));
      }
    }

    void refresh();
    return { element: h("div", SCROLLS, said.element, place), refresh };
  };
}
