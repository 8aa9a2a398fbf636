/** Shares of simulated data sets, counted where the kit prints a value. */

/** Counts of data sets. */
export class Shares {
  #sets = 0;
  #printed = 0;
  #hits = 0;

  /**
   * Counts a data set.
   *
   * @param isHit Whether its test rejects, or its interval contains the truth; undefined if the kit leaves the cell empty.
   */
  count(isHit: boolean | undefined): void {
    this.#sets++;
    if (isHit === undefined) return;
    this.#printed++;
    if (isHit) this.#hits++;
  }

  /** The share of data sets for which the kit prints a value. */
  get printed(): number {
    return this.#printed / this.#sets;
  }

  /** The share of hits among these; undefined if they are too few to tell, fewer than a tenth of all. */
  get hits(): number | undefined {
    return this.#printed < this.#sets / 10 ? undefined : this.#hits / this.#printed;
  }
}
