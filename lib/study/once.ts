/** What is done at the first call alone: a value is computed, a message is passed on. */

/** A promise that is made once; a failure is not kept, since a later attempt may succeed. */
export class Once<Value> {
  #made: Promise<Value> | undefined;

  get(make: () => Promise<Value>): Promise<Value> {
    if (this.#made !== undefined) return this.#made;
    const made = make();
    this.#made = made;
    made.catch(() => {
      if (this.#made === made) this.#made = undefined; // a newer promise stays
    });
    return made;
  }

  /** The value if it was made or is being made; the next {@linkcode get} makes another. */
  take(): Promise<Value> | undefined {
    const made = this.#made;
    this.#made = undefined;
    return made;
  }
}

/**
 * Passes on each message once, since the parts on the same files have the same.
 *
 * @param say Called with each message. @default {none}
 * @param said The messages that were passed on. @default {none yet}
 */
export function saidOnce(
  say: (line: string) => void = () => {},
  said: Set<string> = new Set(),
): (line: string) => void {
  return (line) => {
    if (!said.has(line)) say(line);
    said.add(line);
  };
}
