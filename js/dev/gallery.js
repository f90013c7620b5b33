/**
 * Runs and forms to look at: one plan with every kind of control, and a stand-in for anywidget's model.
 *
 * Nothing here reaches a kernel. The model answers as the script of a scene tells it to.
 */

const ABSENT = { is: "absent" };
const NULL = { is: "null" };
const value = (held) => ({ is: "value", value: held });

/** A node of a plan, with what most nodes have. */
export function node(kind, title, more = {}) {
  return {
    kind,
    title,
    description: null,
    required: false,
    nullable: false,
    blank: ABSENT,
    hints: {},
    ...more,
  };
}

export function plan(fields, more = {}) {
  const blank = value(Object.fromEntries(fields.map(({ name, node: field }) => [name, field.blank])));
  return {
    version: 1,
    fingerprint: `plan-${fields.length}-${fields[0]?.name ?? ""}`,
    title: "Gallery",
    description: null,
    root: node("group", "Gallery", { required: true, blank, fields }),
    ...more,
  };
}

const field = (name, ...given) => ({ name, node: node(...given) });

const address = [
  field("street", "text", "Street", { required: true }),
  field("zip", "text", "Zip", {
    required: true,
    hints: { min_length: 5, max_length: 5 },
    description: "Five digits.",
  }),
  field("country", "choice", "Country", {
    blank: value(0),
    options: ["Germany", "Kenya", "Japan", "Peru", "Canada"].map((label) => ({ label })),
  }),
];
const blankOf = (fields) => value(Object.fromEntries(fields.map(({ name, node: one }) => [name, one.blank])));

export const everyKind = plan([
  field("name", "text", "Name", { required: true, description: "As it should stand on the label." }),
  field("nickname", "text", "Nickname", {
    nullable: true,
    blank: NULL,
    hints: { placeholder: "What friends say" },
  }),
  field("notes", "text", "Notes", {
    blank: value("Line one\nLine two"),
    hints: { multiline: true, max_length: 2000 },
  }),
  field("count", "integer", "Count", { required: true, hints: { min: "1", max: "10" } }),
  field("weight", "number", "Weight", { blank: value("0.10"), hints: { exclusive_min: "0" } }),
  field("limit", "integer", "Limit", {
    nullable: true,
    blank: NULL,
    description: "Leave it out for no limit.",
  }),
  field("gift", "boolean", "Gift wrap", { blank: value(true) }),
  field("agreed", "boolean", "Agreed", { required: true, description: "Somebody has to say so." }),
  field("maybe", "boolean", "Insured", { nullable: true, blank: NULL }),
  field("size", "choice", "Size", {
    required: true,
    options: [{ label: "small" }, { label: "medium" }, { label: "large" }],
  }),
  field("colour", "choice", "Colour", {
    required: true,
    options: ["red", "orange", "yellow", "green", "blue", "indigo", "violet"].map((label) => ({ label })),
  }),
  field("finish", "choice", "Finish", {
    nullable: true,
    blank: NULL,
    options: [{ label: "matt" }, { label: "gloss" }],
  }),
  field("day", "date", "Delivery day", { required: true, hints: { min: "2026-01-01" } }),
  field("starts", "datetime", "Starts", { blank: value("2026-11-23T10:00:00"), hints: { zone: "naive" } }),
  field("aware", "datetime", "Call at", {
    blank: value("2026-11-23T10:00:00.123456+05:30"),
    hints: { zone: "aware" },
    description: "Microseconds stay.",
  }),
  field("any", "datetime", "Reminder", { nullable: true, blank: NULL, hints: { zone: "any" } }),
  field("address", "group", "Address", { required: true, blank: blankOf(address), fields: address }),
  field("billing", "group", "Billing address", { nullable: true, blank: NULL, fields: address }),
  field("tags", "list", "Tags", {
    blank: value([value("fragile"), value("upright")]),
    hints: { min_items: 1, max_items: 4 },
    item: node("text", "Tag", { required: true }),
    description: "Shown on the box.",
  }),
  field("stops", "list", "Stops", {
    blank: value([blankOf(address)]),
    item: node("group", "Stop", { required: true, blank: blankOf(address), fields: address }),
  }),
  field("extra", "json", "Extra", { blank: value('{\n  "priority": [1, 2, 3]\n}') }),
  field("token", "secret", "Token", { required: true }),
  field("version", "constant", "Version", { blank: value(null), text: "v2" }),
]);

/** Fifty fields, for the clock. */
export const fifty = plan(
  Array.from({ length: 50 }, (_, index) => {
    const kinds = ["text", "integer", "boolean", "choice", "date"];
    const kind = kinds[index % kinds.length];
    const options =
      kind === "choice" ? { options: [{ label: "one" }, { label: "two" }, { label: "three" }] } : {};
    const name = `${kind}_${index}`;
    return field(name, kind, name, { required: true, description: "One of fifty.", ...options });
  }),
);

const short = plan([
  field("value", "text", "Value", { required: true }),
  field("sure", "boolean", "Sure", { blank: value(false) }),
]);

const longWords = "Donaudampfschifffahrtsgesellschaftskapitaensmuetzenhersteller_".repeat(3);
const long = plan(
  [
    field("wordy", "text", `How would you describe, in your own words, the ${longWords}`, {
      required: true,
      description: `Please be thorough. ${"There is a lot to say about this. ".repeat(6)}${longWords}`,
    }),
    field("pick", "choice", "Which of these fits best?", {
      required: true,
      options: [{ label: `The first one, ${longWords}` }, { label: "The second one, which is much shorter" }],
    }),
    field("few", "choice", "Pick one", {
      required: true,
      options: [{ label: "not at all" }, { label: "a little" }, { label: "a lot" }, { label: "entirely" }],
    }),
  ],
  { description: "A model whose titles are longer than anybody wanted." },
);

const ago = (seconds) => new Date(Date.now() - seconds * 1000).toISOString();

export function run(type, more = {}) {
  const name = type[0] + type.slice(1).toLowerCase();
  return {
    id: "3f2a",
    name: "winged-otter",
    flow_name: "order-shirt",
    state: { type, name, message: null, timestamp: ago(75) },
    created: ago(200),
    started: ago(198),
    ended: null,
    answered: 2,
    seconds_paused: 61,
    ...more,
  };
}

export function question(of, more = {}) {
  return {
    pause_id: `pause-${of?.fingerprint ?? "bare"}`,
    key: "1",
    run_name: "winged-otter",
    plan: of?.fingerprint ?? null,
    description: null,
    document: of?.root.blank ?? null,
    opened: ago(75),
    deadline: null,
    ...more,
  };
}

const lines = [
  [20, "Beginning flow run 'winged-otter' for flow 'order-shirt'"],
  [20, "Pausing flow, execution will continue when this flow run is resumed."],
  [10, "A detail that only a developer wants to see."],
  [30, "Invalid size and color combination."],
  [
    40,
    `Traceback (most recent call last):\n  File "order.py", line 12\nValueError: ${"no such shirt ".repeat(12)}`,
  ],
  [20, "Task says hello", "Task run 'pack-0'"],
].map(([level, message, name], index) => ({
  number: index + 1,
  at: ago(120 - index),
  level,
  message,
  name: name ?? "Flow run 'winged-otter'",
}));

const markdown = `## Please check this order
Shirts of **this size** are *rare*. See [the list](https://example.org/list) and \`stock.csv\`:

- red: 4
- green: none, <b>really</b>
  - not even in the back

1. Look
2. Decide

| size | left |
|---|---:|
| small | 4 |
| large | 12 |`;

const errors = [
  { path: ["name"], message: "Please fill this in." },
  { path: ["count"], message: "Must be at most 10." },
  { path: ["agreed"], message: "Please fill this in." },
  { path: ["colour"], message: "Please choose one." },
  { path: ["address", "zip"], message: "Must have 5 characters." },
  { path: ["address"], message: "Street and zip do not fit together." },
  { path: ["tags", 1], message: "There is a tag like this already." },
  { path: ["tags"], message: "Must have at least 3 items." },
  { path: ["extra"], message: "This is not JSON." },
  { path: [], message: "Invalid size and color combination." },
];
const refused = { status: "refused", errors, message: null };

/** What can be looked at: traits, the reply to Submit (none: a busy kernel), and whether Submit is pressed at once. */
export const scenes = {
  gallery: { run: run("PAUSED"), asks: [[everyKind, { description: markdown }]], lines },
  errors: { run: run("PAUSED"), asks: [[everyKind]], reply: refused, submits: true },
  busy: { run: run("PAUSED"), asks: [[short]], reply: null, submits: true, lines },
  failed: {
    run: run("PAUSED"),
    asks: [[short]],
    reply: {
      status: "failed",
      errors: [],
      message: "The answer could not be saved: the disk is full. Try again.",
    },
    submits: true,
  },
  gone: {
    run: run("PAUSED"),
    asks: [[short]],
    reply: { status: "gone", errors: [], message: "Answered by ana at 10:42." },
    submits: true,
  },
  bare: { run: run("PAUSED"), asks: [[null]], lines: lines.slice(0, 2) },
  two: {
    run: run("PAUSED"),
    asks: [
      [short, { run_name: "brave-heron", deadline: new Date(Date.now() + 45_000).toISOString() }],
      [null, { deadline: new Date(Date.now() + 3_500_000).toISOString() }],
    ],
  },
  long: {
    run: run("PAUSED", { name: `a-run-with-${longWords}`, flow_name: `flow-${longWords}` }),
    asks: [[long, { description: `${longWords} ${longWords}` }]],
    lines: [{ ...lines[0], message: longWords.repeat(3) }],
  },
  running: { run: run("RUNNING"), asks: [], lines },
  nested: {
    run: run("RUNNING"),
    asks: [],
    lines,
    tree: {
      tasks: { COMPLETED: 812, RUNNING: 4, PENDING: 183, FAILED: 1 },
      runs: [
        { ...run("PAUSED", { name: "calm-fox", flow_name: "review" }), depth: 1 },
        { ...run("RUNNING", { name: "wise-elk", flow_name: "label" }), depth: 2 },
        { ...run("COMPLETED", { name: `fast-${longWords}`, flow_name: "train", ended: ago(3) }), depth: 1 },
      ],
      more: 12,
    },
  },
  completed: { run: run("COMPLETED", { ended: ago(3) }), asks: [], lines: lines.slice(0, 3) },
  failure: {
    run: run("FAILED", {
      ended: ago(3),
      state: {
        type: "FAILED",
        name: "TimedOut",
        message: `Flow run was not resumed: ${longWords}`,
        timestamp: ago(3),
      },
    }),
    asks: [],
    lines,
  },
  starting: { run: {}, asks: [] },
  fifty: { run: run("PAUSED"), asks: [[fifty]] },
};

/** Stands in for anywidget's model: holds the traits, keeps what was sent, and replies as the scene says. */
export class FakeModel {
  sent = [];
  #traits;
  #reply;
  #listeners = new Map();

  constructor({
    run: shown,
    asks,
    reply = { status: "accepted", errors: [], message: null },
    lines: log = [],
    tree = {},
  }) {
    const plans = asks.flatMap(([of]) => (of ? [[of.fingerprint, of]] : []));
    const questions = asks.map(([of, more]) => question(of, more));
    this.#traits = { run: shown, plans: Object.fromEntries(plans), questions, tree };
    this.#reply = reply;
    this.log = log;
  }

  get(name) {
    return this.#traits[name];
  }

  /** From now on every answer is accepted. */
  accept() {
    this.#reply = { status: "accepted", errors: [], message: null };
  }

  /** Does what an update from the kernel does. */
  put(traits) {
    Object.assign(this.#traits, traits);
    for (const name of Object.keys(traits)) this.#tell(`change:${name}`);
  }

  /** Does what a message from the kernel does. */
  hear(content) {
    this.#tell("msg:custom", content);
  }

  on(event, callback) {
    const all = this.#listeners.get(event) ?? [];
    this.#listeners.set(event, [...all, callback]);
  }

  off(event, callback) {
    this.#listeners.set(
      event,
      (this.#listeners.get(event) ?? []).filter((one) => one !== callback),
    );
  }

  send(content) {
    this.sent.push(content);
    const { id, kind } = content;
    const reply = (more) =>
      queueMicrotask(() => this.hear({ kind: "reply", id, errors: [], message: null, ...more }));
    if (kind === "logs") reply({ status: "ok", lines: this.log });
    else if (kind === "submit" && typeof this.#reply === "function") this.#reply(content).then(reply);
    else if (kind === "submit") this.#reply && reply(this.#reply);
    else reply({ status: "ok" });
  }

  #tell(event, content) {
    for (const callback of this.#listeners.get(event) ?? []) callback(content);
  }
}

/** Opens a scene the way anywidget opens a card; gives the model. */
export async function open(scene, makeCard, el) {
  const model = new FakeModel(scenes[scene]);
  const signal = new AbortController().signal;
  const card = makeCard();
  await card.initialize({ model, signal });
  await card.render({ model, el, signal });
  if (scenes[scene].submits) el.querySelector("button[type=submit]").click();
  return model;
}
