/** A widget whose kernel is the test. */

type Heard = (content: unknown) => void;

/** Stands in for anywidget's model: it keeps what was sent, and says what a test makes it say. */
export class FakeWidget<Traits extends object, Sent extends { readonly id: string }> {
  readonly sent: Sent[] = [];
  readonly #traits: Traits;
  readonly #listeners = new Map<string, Set<Heard>>();

  constructor(traits: Traits) {
    this.#traits = { ...traits };
  }

  get<K extends keyof Traits>(name: K): Traits[K] {
    return this.#traits[name];
  }

  on(event: string, callback: Heard): void {
    this.#listeners.set(event, (this.#listeners.get(event) ?? new Set()).add(callback));
  }

  off(event: string, callback: Heard): void {
    this.#listeners.get(event)?.delete(callback);
  }

  send(content: Sent): void {
    this.sent.push(content);
  }

  /** How many listen. */
  get heard(): number {
    return [...this.#listeners.values()].reduce((sum, all) => sum + all.size, 0);
  }

  put(traits: Partial<Traits>): void {
    Object.assign(this.#traits, traits);
    for (const name of Object.keys(traits)) this.tell(`change:${name}`);
  }

  say(content: unknown): void {
    this.tell("msg:custom", content);
  }

  tell(event: string, content?: unknown): void {
    for (const callback of [...(this.#listeners.get(event) ?? [])]) callback(content);
  }

  /** Replies to a request, the last one unless it is said which, and waits until the page has taken it in. */
  async reply(more: object, to: Sent | undefined = this.sent.at(-1)): Promise<void> {
    this.say({ kind: "reply", id: to?.id, errors: [], message: null, ...more });
    await settled();
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
}
