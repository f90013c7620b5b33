/**
 * The anywidget entry of a form of its own, outside flows.
 *
 * The kernel holds what is filled in. Pages hand over what is typed, and are told what was filled in elsewhere: by a
 * program, on another page, in an ipywidget.
 */

import { mount } from "../form/form";
import { keepKeys } from "../form/keys";
import type { Cell, FieldError, Path, Plan } from "../form/plan";
import type { Question as ServiceQuestion } from "../form/services";
import { FormState, type Host } from "../form/state";
import { h } from "../shared/dom";
import { atEnd, atLeaving } from "../shared/ends";
import { type ShownRef, shownIn } from "./exhibits";
import { readReply } from "./model";
import { Requests, sendBy } from "./requests";
import { kernelServices, type Parts } from "./services";
import { type Manager, type References, Slots } from "./slots";

/** The traits of `hitl_jupyter/widgets/page_form.py`. */
export interface Traits {
  plan: Plan;
  cells: Cell;
  places: string[];
  slots: References;
  title: string;
  description: string | null;
  shown?: ShownRef | null;
  parts?: Parts;
}

type Question =
  | { kind: "submit"; document: Cell }
  | { kind: "draft"; document: Cell; check: boolean }
  | ServiceQuestion;

export interface FormModel {
  get<K extends keyof Traits>(name: K): Traits[K];
  on(event: "msg:custom" | "change:slots", callback: (content: unknown) => void): void;
  off(event: "msg:custom" | "change:slots", callback: (content: unknown) => void): void;
  send(content: Question & { id: string }, callbacks?: undefined, buffers?: ArrayBuffer[]): void;
  readonly widget_manager?: Manager;
}

/** What the kernel tells all pages; `by` is the request of the page that caused it, which knows already. */
type Told =
  | { kind: "cells"; by: string | null; cells: { path: Path; cell: Cell }[] }
  | { kind: "told"; by: string | null; status: "accepted" | "refused"; errors: FieldError[] };

interface Initializing {
  model: FormModel;
  signal: AbortSignal;
}

export default () => {
  let state: FormState | null = null;
  return {
    initialize({ model, signal }: Initializing): void {
      state = open(model, signal);
    },
    render({ model, el, signal }: Initializing & { el: HTMLElement }): void {
      if (!state) throw new Error("The form was shown before it was made.");
      el.classList.add("hitl-place");
      const element = h("div", { class: "hitl hitl-own", tabindex: -1 });
      keepKeys(element, signal);
      el.append(element);
      atEnd(signal, () => element.remove());
      const shown = shownIn(model.get("shown"), model.widget_manager, signal);
      const headline = { title: model.get("title"), description: model.get("description"), ...shown };
      mount(element, state, headline, signal);
    },
  };
};

/** The state of the form, shared by all its views on this page and in step with the kernel. */
function open(model: FormModel, signal: AbortSignal): FormState {
  const requests = new Requests<Question>((request, buffers) => sendBy(model, request, buffers));
  const slots = new Slots(model.get("slots"), model.widget_manager);
  const host: Host = {
    again: true,
    submit: (document) => slots.settled(() => requests.ask({ kind: "submit", document: document as Cell })),
    keep: (document, check) => requests.ask({ kind: "draft", document, check }),
    services: kernelServices(
      (question, buffers) => requests.ask(question, buffers),
      () => model.get("parts"),
    ),
  };
  const state = new FormState(slots.on(model.get("plan"), model.get("places")), model.get("cells"), host);
  const made = () => slots.follow(model.get("slots"));
  const heard = (content: unknown) => {
    const { kind, id } = content as { kind?: unknown; id?: unknown };
    const reply = kind === "reply" && readReply(content as Record<string, unknown>);
    if (reply) requests.settle(String(id), reply);
    const told = content as Told;
    if (requests.sent(told.by)) return;
    if (told.kind === "cells") state.fill(told.cells);
    else if (told.kind === "told" && told.status === "accepted") state.accept();
    else if (told.kind === "told") state.refuse(told.errors);
  };
  model.on("msg:custom", heard);
  model.on("change:slots", made);
  // What was typed a moment ago is handed over before the page goes.
  const leave = () => state.leave();
  atLeaving(signal, leave);
  atEnd(signal, () => {
    leave();
    model.off("msg:custom", heard);
    model.off("change:slots", made);
  });
  return state;
}
