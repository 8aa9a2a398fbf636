/** Another thread that runs parts, beside those of this one. */

import type { KnownDigests } from "../files/sha256.ts";
import {
  STUDY_OPTIONS,
  type StudyChoice,
  type StudyOption,
} from "../study/choice/study_options.ts";
import type { ReportingBar } from "../study/experiment/measure_rows.ts";
import { Thread } from "../threads/thread.ts";
import type { Part, PartRuns } from "./part.ts";

/** What the thread is told at its start. */
export interface PartThreadStart {
  readonly choice: StudyChoice;
  readonly settings: Pick<PartRuns, "seed" | "pictures" | "isResumed" | "out" | "cache" | "inputs">;
  readonly digests: KnownDigests["known"];
  /** How messages call each option, so that a thread's lines are those of this one, which are said once. */
  readonly names: Readonly<Record<string, string>>;
}

/** A part to run, with the name of its experiment, which is one of the kit. */
export type PartRequest = Omit<Part, "experiment"> & { readonly experiment: string };

/** What the thread tells while it works. A bar without a report ends. */
export type PartNote =
  | { readonly say: string }
  | { readonly warn: string }
  | { readonly bar: string; readonly report?: readonly [done: number, total: number] };

export class PartThread implements AsyncDisposable {
  readonly #thread: Thread<PartThreadStart, PartRequest, undefined, PartNote>;
  readonly #bars = new Map<string, ReportingBar>();
  readonly #settings: PartRuns;
  #failure: { readonly error: unknown } | undefined;

  constructor({ pairs, ...choice }: StudyChoice, settings: PartRuns) {
    this.#settings = settings;
    const { out, seed, pictures, cache, isResumed, inputs, digests, called } = settings;
    const names = (Object.keys(STUDY_OPTIONS) as StudyOption[]).map((name) => [
      name,
      called?.(name) ?? name,
    ]);
    this.#thread = new Thread(new URL("./part_worker.ts", import.meta.url), {
      start: {
        choice: { ...choice, ...pairs && { pairs: JSON.parse(JSON.stringify(pairs)) } }, // which has no functions, as their checksum
        settings: { out, seed, pictures, cache, isResumed, inputs },
        digests: digests.known,
        names: Object.fromEntries(names),
      },
      told: (note) => this.#pass(note),
      released: () => new Error("Its thread was released"), // after the last part
    });
  }

  /** Runs a part in its folder, unless it is finished there. */
  async run({ experiment, ...part }: Part): Promise<void> {
    try {
      await this.#thread.ask({ ...part, experiment: experiment.name });
      if (this.#failure !== undefined) throw this.#failure.error;
    } finally {
      for (const bar of this.#bars.values()) bar[Symbol.dispose]();
      this.#bars.clear();
    }
  }

  /** Passes on a note; what a callback throws ends the part. */
  #pass(note: PartNote): void {
    try {
      if ("say" in note) this.#settings.say?.(note.say);
      else if ("warn" in note) this.#settings.warn?.(note.warn);
      else this.#report(note);
    } catch (error) {
      this.#failure ??= { error };
    }
  }

  #report({ bar: label, report }: Extract<PartNote, { readonly bar: string }>): void {
    const bar = this.#bars.get(label) ?? this.#settings.bar?.(label);
    if (bar === undefined) return;
    if (report === undefined) {
      bar[Symbol.dispose]();
      this.#bars.delete(label);
    } else {
      this.#bars.set(label, bar);
      bar.report(...report);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.release();
  }
}
