/** A value that is computed at the first call. */

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
