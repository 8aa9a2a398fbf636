/** Runs parts, each into its folder: small models run several side by side. */

import { DISK, type KnownDigests } from "../../files/read_file.ts";
import { readManifest } from "../../files/manifest.ts";
import { checksumsOf, loadStudy } from "../../opening/load_study.ts";
import { openInputs } from "../../opening/open_inputs.ts";
import { EmbeddingCache } from "../../opening/embedding_cache.ts";
import { identityDifference, type RunIdentity } from "../../runs/identity.ts";
import { identityOf } from "../../runs/run_identity.ts";
import { runExperiment, type RunSource } from "../../runs/run_experiment.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import {
  STUDY_OPTIONS,
  type StudyChoice,
  type StudyOption,
} from "../../study/choice/study_options.ts";
import { chooseOptions } from "../../study/experiment/experiment.ts";
import { type ReportingBar, Stopwatch } from "../../study/experiment/measure_rows.ts";
import { Once, saidOnce } from "../../study/study_source.ts";
import type { Study } from "../../study/study.ts";
import type { Part, PartLeftOut, PartRuns } from "./part.ts";
import { isFinished, sameInputs } from "./parts_folder.ts";
import { Thread } from "../../threads/thread.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { evaluate } from "../../study/evaluate/index.ts";

/** Which rows a part reads: parts of which it is equal share a model. */
function rowsOf({ protocol, files }: Part): string {
  return JSON.stringify([protocol, files?.subjectSizes]);
}

interface SharedModel extends Pick<RunSource, "inputs" | "checksums"> {
  readonly rows: string;
  readonly study: Once<Study>;
  isLoaded: boolean;
}

export class PartRunner implements AsyncDisposable {
  readonly #choice: StudyChoice;
  readonly #settings: PartRuns;
  readonly #check: ReturnType<typeof sameInputs>;
  #model: SharedModel | undefined;

  constructor(choice: StudyChoice, settings: PartRuns) {
    [this.#choice, this.#settings] = [choice, settings];
    this.#check = sameInputs(settings.inputs);
  }

  /** Runs a part in its folder, unless it is finished there. `measured`: called before the statistics. */
  async run(part: Part, measured?: () => void): Promise<void> {
    const { name, experiment, options } = part;
    const { pictures, seed, say, bar } = this.#settings;
    const model = this.#model?.rows === rowsOf(part) ? this.#model : await this.#open(part);
    const { inputs, checksums } = model;
    const out = `${this.#settings.out}/${name}`;
    const chosen = chooseOptions(experiment, options, DISK);
    const identity = identityOf(chosen, { inputs, sources: checksums.sources, seed });
    this.#check(name, identity);
    if (chosen.runs !== "image" && model.isLoaded) {
      await (await this.#load(model)).releaseImage();
    }
    await runExperiment(
      chosen,
      { inputs, checksums, load: () => this.#load(model), owned: false },
      {
        out,
        pictures,
        seed,
        measured,
        stopwatch: new Stopwatch(),
        overwrite: await this.#isReplaced(out, identity),
        ...(say && { say }),
        ...(bar && { bar }),
      },
    );
  }

  /** Checks the files that a part reads, and frees the model of the parts before. */
  async #open(part: Part): Promise<SharedModel> {
    await this.#free();
    const { files, protocol } = part;
    const { seed, say, warn, called, digests } = this.#settings;
    const inputs = await openInputs({ ...this.#choice, ...files, protocol }, {}, {
      ...{ seed, say, warn },
      ...(called && { called }),
    });
    const checksums = await checksumsOf(inputs, digests);
    const study = new Once<Study>();
    return this.#model = { rows: rowsOf(part), inputs, checksums, study, isLoaded: false };
  }

  #load(model: SharedModel): Promise<Study> {
    model.isLoaded = true;
    const { inputs, checksums, study } = model;
    const { cache, seed } = this.#settings;
    const kept = { checksums, cache: EmbeddingCache.chosen(cache), seed };
    return study.get(async () => {
      const runtime = await openRuntime(inputs.choice.device);
      return await loadStudy(inputs, { runtime, ...kept });
    });
  }

  /** Whether the part's folder holds the same part of these results, but with other sizes of subjects. */
  async #isReplaced(out: string, identity: RunIdentity): Promise<boolean> {
    if (!this.#settings.isResumed) return false;
    const manifest = await readManifest(`${out}/manifest.json`);
    if (manifest === undefined) return false;
    const { key } = identityDifference(manifest, identity) ?? {};
    if (key?.startsWith("sources.data.") !== true) return false; // of the model and the data they are the same
    this.#settings.say?.(`${out}: made again, since the sizes of the subjects are others`);
    return true;
  }

  async #free(): Promise<void> {
    const model = this.#model;
    this.#model = undefined;
    await model?.study.take()?.then((study) => study[Symbol.asyncDispose](), () => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#free();
  }
}

export interface PartThreadStart {
  readonly choice: StudyChoice;
  readonly settings: Pick<PartRuns, "seed" | "pictures" | "isResumed" | "out" | "cache" | "inputs">;
  readonly digests: KnownDigests["known"];
  /** How messages call each option, so that a thread's lines are those of this one, which are said once. */
  readonly names: Readonly<Record<string, string>>;
}

export type PartRequest = Omit<Part, "experiment"> & { readonly experiment: string };

/** What the thread tells while it works. A bar without a report ends. */
export type PartNote =
  | { readonly say: string }
  | { readonly warn: string }
  | { readonly bar: string; readonly report?: readonly [done: number, total: number] };

class PartThread implements AsyncDisposable {
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

/**
 * Runs the parts: first the scores, for which images are embedded, and those of the image tower; then with another load of the model, so
 * that each tower's runs have the memory of the other's, those of the text tower, of which some may run in other threads. Images are
 * embedded once if embeddings are kept. Finished parts are not repeated. After an error, the parts that run come to their end, and no
 * further one begins. Returns the parts for which the model or the rows have nothing.
 */
export async function runParts(
  parts: readonly Part[],
  choice: StudyChoice,
  settings: PartRuns,
): Promise<PartLeftOut[]> {
  const leftOut = new Map<Part, PartLeftOut>();
  const { say, bar } = settings;
  const how = { ...settings, say: saidOnce(say), ...(bar && { bar: oneBar(bar) }) };
  const images = inOrder(parts.filter(isOfImages));
  const texts = inOrder(parts.filter((part) => !isOfImages(part)));
  const finished = await Promise.all(texts.map(({ name }) => isFinished(`${how.out}/${name}`)));
  const left = finished.filter((isThere) => !isThere).length;
  const threads = Math.max(1, Math.min(settings.sideBySide ?? 1, left));
  const ofText = threads > 1 ? { ...choice, threads: 1 } : choice;
  if (threads > 1) texts.sort((a, b) => (b.cost ?? 1) - (a.cost ?? 1));
  const runAll = async (
    waiting: Part[],
    runner: Pick<PartRunner, "run">,
    measured?: () => void,
  ) => {
    for (let part = waiting.shift(); part !== undefined; part = waiting.shift()) {
      try {
        await runner.run(part, waiting.length === 0 ? measured : undefined);
      } catch (error) {
        const why = whyLeftOut(part, error);
        if (why !== undefined) {
          leftOut.set(part, why);
          continue;
        }
        images.length = texts.length = 0;
        throw error;
      }
    }
  };
  await using started = new AsyncDisposableStack();
  const here = started.use(new PartRunner(ofText, how));
  const beside = Array.from(
    { length: threads - 1 },
    () => started.use(new PartThread(ofText, how)), // which reads its modules beside the first parts
  );
  const measured = Promise.withResolvers<void>();
  const runImages = async () => {
    await using runner = new PartRunner(choice, how);
    await runAll(images, runner, measured.resolve).finally(measured.resolve);
  };
  const scored = runImages();
  const ends = await Promise.allSettled([
    scored.then(() => runAll(texts, here)),
    ...beside.map(async (thread) => {
      await measured.promise;
      await runAll(texts, thread);
    }),
  ]);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return parts.flatMap((part) => leftOut.get(part) ?? []);
}

/** Whether a part runs the image tower: the scores, for which images are embedded, or an experiment on that tower. */
function isOfImages({ experiment, runs }: Part): boolean {
  return experiment === evaluate || runs === "image";
}

/** The scores first, and those that share their rows after each other. */
function inOrder(parts: readonly Part[]): Part[] {
  const scoresFirst = parts.toSorted((a, b) =>
    Number(b.experiment === evaluate) - Number(a.experiment === evaluate)
  );
  return [...Map.groupBy(scoresFirst, rowsOf).values()].flat();
}

/** What is said of a part for which the model or the rows have nothing; undefined for any other error. */
function whyLeftOut({ title, leftOutOn }: Part, error: unknown): PartLeftOut | undefined {
  if (!(error instanceof NegscopeError) || !leftOutOn?.includes(error.code)) return undefined;
  const { problem, reason = problem, expected = "another model or other rows" } = error;
  return { title, reason, fix: error.fix ?? `take ${expected}` };
}

type MakeBar = (label: string) => ReportingBar;

/** Shows one bar at a time: of those that have not ended, the one that was made first. */
export function oneBar(make: MakeBar): MakeBar {
  const open: object[] = [];
  return (label) => {
    const own = {};
    let shown: ReportingBar | undefined;
    open.push(own);
    return {
      report: (done, total) => {
        if (open[0] !== own) return;
        shown ??= make(label);
        shown.report(done, total);
      },
      [Symbol.dispose]: () => {
        shown?.[Symbol.dispose]();
        shown = undefined;
        if (open.includes(own)) open.splice(open.indexOf(own), 1);
      },
    };
  };
}
