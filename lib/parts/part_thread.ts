/** Another thread that runs parts, beside those of this one. */

import type { MadePictures } from "../report/rows/pictures.ts";
import {
  STUDY_OPTIONS,
  type StudyChoice,
  type StudyOption,
} from "../study/choice/study_options.ts";
import type { ReportingBar } from "../study/experiment/measure_rows.ts";
import { Thread } from "../threads/thread.ts";
import type { Part, PartRuns } from "./part.ts";

/** What the thread is told at its start: what can be copied to it, and how messages call each option. */
export interface PartThreadStart {
  readonly choice: StudyChoice;
  readonly settings: Pick<PartRuns, "seed" | "pictures" | "isResumed" | "out" | "within" | "cache">;
  readonly names: Readonly<Record<string, string>>;
}

/** Small pictures for reports that were made elsewhere, or a part to run, with the name of its experiment, which is one of the kit. */
export type PartRequest =
  | { readonly made: MadePictures }
  | Omit<Part, "experiment"> & { readonly experiment: string };

/** What the thread tells while it works. A bar without a report ends. */
export type PartNote =
  | { readonly say: string }
  | { readonly warn: string }
  | { readonly bar: string; readonly report?: readonly [done: number, total: number] };

export class PartThread implements AsyncDisposable {
  readonly #thread: Thread<PartThreadStart, PartRequest, undefined, PartNote>;
  readonly #bars = new Map<string, ReportingBar>();
  readonly #settings: PartRuns;

  constructor(choice: StudyChoice, settings: PartRuns) {
    this.#settings = settings;
    const { out, within, seed, pictures, cache, isResumed, called } = settings;
    const names = Object.keys(STUDY_OPTIONS) as StudyOption[];
    this.#thread = new Thread(new URL("./part_worker.ts", import.meta.url), {
      start: {
        choice,
        settings: { out, within, seed, pictures, cache, isResumed },
        names: Object.fromEntries(names.map((name) => [name, called?.(name) ?? name])),
      },
      told: (note) => this.#pass(note),
      released: () => new Error("Its thread was released"), // after the last part
    });
  }

  /** Runs a part in its folder, unless it is finished there. */
  async run({ experiment, ...part }: Part): Promise<void> {
    await this.#thread.ask({ ...part, experiment: experiment.name });
  }

  /** Gives it small pictures that were made here, except those that failed. */
  async give(made: MadePictures): Promise<void> {
    const pictures = [...made].filter(([, picture]) => !(picture instanceof Error));
    await this.#thread.ask({ made: new Map(pictures) });
  }

  #pass(note: PartNote): void {
    if ("say" in note) return this.#settings.say?.(note.say);
    if ("warn" in note) return this.#settings.warn?.(note.warn);
    const bar = this.#bars.get(note.bar) ?? this.#settings.bar?.(note.bar);
    if (bar === undefined) return;
    if (note.report === undefined) {
      bar[Symbol.dispose]();
      this.#bars.delete(note.bar);
    } else {
      this.#bars.set(note.bar, bar);
      bar.report(...note.report);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread.release();
  }
}
