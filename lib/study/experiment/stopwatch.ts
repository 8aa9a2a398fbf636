/** The time that each phase of a run takes. */

/** A source of time: the date, and milliseconds that never decrease. */
export interface Clock {
  /** The date, for display. */
  date(): Date;
  /** Milliseconds, for durations. */
  now(): number;
}

const SYSTEM: Clock = { date: () => new Date(), now: () => performance.now() };

/** Measures the phases of a run. */
export class Stopwatch {
  /** When it was created, as ISO 8601 in UTC. */
  readonly start: string;
  readonly #clock: Clock;
  readonly #milliseconds = new Map<string, number>();

  /**
   * Starts it.
   *
   * @param clock The source of time; the system's clock except in tests.
   */
  constructor(clock: Clock = SYSTEM) {
    this.#clock = clock;
    this.start = clock.date().toISOString();
  }

  /**
   * Does some work and adds its duration to a phase, even when the work fails.
   *
   * @param phase The phase's name; repeated phases add up, and the time of a nested phase counts for both.
   * @param work The work, awaited if it is asynchronous.
   * @returns What the work returns.
   */
  async measure<T>(phase: string, work: () => T | Promise<T>): Promise<T> {
    const before = this.#clock.now();
    try {
      return await work();
    } finally {
      const sofar = this.#milliseconds.get(phase) ?? 0;
      this.#milliseconds.set(phase, sofar + this.#clock.now() - before);
    }
  }

  /** Seconds by phase in the order in which the phases first ended, rounded to milliseconds. */
  get seconds(): Readonly<Record<string, number>> {
    const phases = [...this.#milliseconds];
    return Object.fromEntries(phases.map(([phase, ms]) => [phase, Math.round(ms) / 1000]));
  }
}
