/** A study: a model with rows of data, for running experiments and inspecting single rows. */

import { loadSubject } from "../../opening/load_study.ts";
import { DISK } from "../../files/disk.ts";
import type { Dropped, Pair } from "../../data/pairs.ts";
import { NegscopeError, visibleText } from "../../errors.ts";
import { nearestText } from "../../errors/nearest.ts";
import { experimentNamed, type EXPERIMENTS } from "../../experiments/all.ts";
import type { AnyExperiment, ExperimentOptions } from "../../study/experiment/experiment.ts";
import { checkedValue, checkNames, completeOptions } from "../../options/values.ts";
import type { ImageTower } from "../../model/image/image_tower.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { measureRows, type ReportingBar } from "../../study/experiment/measure_rows.ts";
import { outcomeOf } from "../../study/experiment/outcome.ts";
import { saidOnce } from "../said_once.ts";
import { Stopwatch } from "../../study/experiment/stopwatch.ts";
import { checksumsOf } from "../../opening/choice/checksums.ts";
import type { Checksums } from "../../study/choice/inputs.ts";
import { EmbeddingCache } from "../../opening/embeddings/embedding_cache.ts";
import { openInputs } from "../../opening/choice/open_inputs.ts";
import { SEED, STUDY_OPTIONS, type StudyChoice } from "../../study/choice/study_options.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import type { Subject } from "../../study/subject.ts";
import { Result } from "./result.ts";
import { placesOf, type Sources, sourcesIn } from "../../study/sentences/roles.ts";
import { changedScores } from "../../study/sentences/changed_scores.ts";
import { pairChanges, type PairOptions } from "../../study/sentences/changed_sentences.ts";
import { StudyRow } from "../../study/sentences/row.ts";
import { checkSweep, Sweep, type SweepRun } from "../../study/sweep/sweep.ts";
import { sweepScores } from "../../study/sweep/sweep_runs.ts";
import { imagesNotGiven } from "../../study/sentences/sentence.ts";
import { Scores } from "../../study/scores.ts";
import { studyText } from "../../study/study_text.ts";

/** What to study, and how. */
export interface StudyOptions extends StudyChoice {
  /** The seed for intervals and tests. @default {0} */
  readonly seed?: number;
  /**
   * The folder that keeps embeddings for other studies and tasks; the user's own if `true`, none if `false` or `"none"`. Needs
   * `--allow-write`.
   * @default {true}
   */
  readonly cache?: string | boolean;
  /** Called with messages for the user, such as why embeddings are not kept. @default {console.warn} */
  readonly say?: (line: string) => void;
}

/** The kit's experiments by name. */
export type Experiments = typeof EXPERIMENTS;

/** How an experiment runs in a study. */
export interface RunOptions {
  /** Makes a progress bar for a phase. @default {none} */
  readonly bar?: (label: string) => ReportingBar;
}

/**
 * A model with rows of data. Scores and embeddings are computed only once; the model's memory is freed at the end of an `await
 * using` block.
 */
export class Study implements AsyncDisposable {
  /** The model and the rows, in the form that experiments use. */
  readonly subject: Subject;
  /** The seed for intervals and tests. */
  readonly seed: number;
  readonly #checksums: Checksums;
  readonly #say: (line: string) => void;
  readonly #sources: Sources;

  private constructor(
    subject: Subject,
    checksums: Checksums,
    { seed, say }: Required<Pick<StudyOptions, "seed" | "say">>,
  ) {
    this.subject = subject;
    this.seed = seed;
    this.#say = say;
    this.#checksums = checksums;
    this.#sources = sourcesIn(subject.sentencePairs.map(placesOf));
  }

  /**
   * Opens a model and its data; without options, the embedded ones. Images are read if they are given.
   *
   * @param options What to study.
   * @throws {NegscopeError} If an option cannot have its value, the machine lacks the device, a file cannot be found or read, the model cannot be loaded, or a pair
   * cannot be aligned.
   */
  static async open(options: StudyOptions = {}): Promise<Study> {
    checkNames(options, [...Object.keys(STUDY_OPTIONS), "pairs", "seed", "cache", "say"]);
    const { seed: given = 0, cache = true, say: told = warned, ...choice } = options;
    const say = saidOnce(told);
    const seed = checkedValue("seed", given, SEED)!;
    const runtime = await openRuntime(choice.device);
    const kept = EmbeddingCache.chosen(cache);
    const inputs = await openInputs(choice, { imagesAre: "used", seed, say, warn: say });
    const checksums = await checksumsOf(inputs);
    const subject = await loadSubject(inputs, { runtime, checksums, cache: kept, seed });
    return new Study(subject, checksums, { seed, say });
  }

  /** The text tower. */
  get text(): TextTower {
    return this.subject.text;
  }

  /** The image tower, loaded at the first call. */
  image(): Promise<ImageTower> {
    return this.subject.image();
  }

  /** The rows of the data. */
  get pairs(): readonly Pair[] {
    return this.subject.pairs;
  }

  /** The unused rows, and why they are not used. */
  get dropped(): readonly Dropped[] {
    return this.subject.inputs.data.dropped;
  }

  /**
   * Runs an experiment on all rows.
   *
   * @param experiment The name of one of the kit's experiments, or any experiment.
   * @param options Values of its options, if they are not the defaults.
   * @param how How the experiment runs.
   * @throws {NegscopeError} If there is no such experiment or option, an option cannot have its value, or the model lacks a hook point.
   */
  async run<Name extends keyof Experiments>(
    experiment: Name,
    options?: Partial<ExperimentOptions<Experiments[Name]>>,
    how?: RunOptions,
  ): Promise<Result<Experiments[Name]>>;
  /**
   * Runs an experiment from outside the kit on all rows.
   *
   * @param experiment The experiment.
   * @param options Values of its options, if they are not the defaults.
   * @param how How the experiment runs.
   */
  async run<Own extends AnyExperiment>(
    experiment: Own,
    options?: Partial<ExperimentOptions<Own>>,
    how?: RunOptions,
  ): Promise<Result<Own>>;
  async run(
    experiment: keyof Experiments | AnyExperiment,
    given: Readonly<Record<string, unknown>> = {},
    { bar }: RunOptions = {},
  ): Promise<Result> {
    const own = typeof experiment === "object" && "measure" in experiment
      ? experiment
      : experimentNamed(experiment);
    const options = completeOptions(own.options, given, DISK);
    const { subject, seed } = this;
    const run = { subject, stopwatch: new Stopwatch(), seed, owned: false, bar, say: this.#say };
    const measured = await measureRows(own, options, run);
    const { sources } = this.#checksums;
    const outcome = await outcomeOf(own, measured.rows, {
      ...options,
      seed,
      cluster: subject.inputs.choice.cluster,
      sources,
    });
    return new Result(own, {
      ...{ subject, seed, options, outcome, checksums: this.#checksums },
      ...measured,
    });
  }

  /**
   * Returns one row, with its scores if there are images.
   *
   * @param id The row's id.
   * @throws {NegscopeError} If there is no such row.
   */
  async row(id: string): Promise<StudyRow> {
    const { subject } = this;
    const place = subject.pairs.findIndex((pair) => pair.id === id);
    if (place < 0) {
      const nearest = nearestText(String(id), subject.pairs.map((pair) => pair.id));
      throw new NegscopeError("row-unknown", {
        problem: `Cannot find row "${id}"`,
        subject: id,
        reason: `the nearest of the study's ${subject.pairs.length} rows are ${nearest}`,
      });
    }
    const { text: tower, readImage } = subject;
    const parts = { tower, readImage, sources: this.#sources };
    if (!subject.hasImages) {
      return new StudyRow(subject.rows[place]!, { ...parts, embedded: undefined });
    }
    const { rows, ...embedded } = await subject.score({ say: this.#say });
    return new StudyRow(rows[place]!, { ...parts, embedded });
  }

  /**
   * Scores all rows, with or without a change to the text tower.
   *
   * The change is made in both sentences of a pair unless `sentences` names one; the scores tell which were changed. A sentence runs once
   * for all rows in which its tokens have the same roles.
   *
   * @example A vector added to the affirmative sentences alone: what it would do to the S of both alike would cancel in d
   * ```ts ignore
   * const steered = await study.score({
   *   interventions: [add("blocks.4.hook_resid_post", vector, { position: "eot" })],
   *   sentences: "affirmative",
   * });
   * await show(steered.compare(await study.score()));
   * ```
   *
   * @param options Changes to activations, and in which sentences; positions may be roles, which are those that the row's own pair gives
   * each sentence.
   * @throws {NegscopeError} If there are no images, no changed sentence has an intervention's role, or an intervention does not fit.
   */
  async score(options: PairOptions = {}): Promise<Scores> {
    const { interventions, sentences } = pairChanges(options);
    const { subject, seed } = this;
    const { cluster } = subject.inputs.choice;
    if (!subject.hasImages) throw imagesNotGiven(subject.inputs.dataPath ?? "the given rows");
    const { rows, ...embedded } = await subject.score({ say: this.#say });
    if (interventions.length === 0) {
      return new Scores(rows.map(({ scores }) => scores), { seed, cluster });
    }
    const scored = { rows, sentences, embedded, sources: this.#sources };
    const { rows: scores, changed } = await changedScores(subject.text, interventions, scored);
    return new Scores(scores, { seed, cluster, changed });
  }

  /**
   * Runs a list of changed runs on every row, at the speed of the kit's own experiments: each distinct pair runs once, and what runs
   * have in common is computed once.
   *
   * @example Two heads at once, at the negator
   * ```ts ignore
   * const sweep = await study.sweep([
   *   { of: "affirmative", changes: [patch("blocks.2.attn.hook_z", { head: [0, 2], position: "negator", from: "negated" })] },
   * ]);
   * await show(sweep.summary);
   * ```
   *
   * @param runs The runs; positions may be roles, which are those that the row's own pair gives each sentence, and patches may take values
   * from the pair's other sentence, by its name or as a changed run.
   * @param how Where progress goes.
   * @throws {NegscopeError} If there are no images, or a change does not fit.
   */
  async sweep(runs: readonly SweepRun[], { bar }: RunOptions = {}): Promise<Sweep> {
    checkSweep(runs);
    const { subject, seed } = this;
    const { cluster } = subject.inputs.choice;
    if (!subject.hasImages) throw imagesNotGiven(subject.inputs.dataPath ?? "the given rows");
    const { rows, ...embedded } = await subject.score({ say: this.#say });
    using shown = bar?.("sweep");
    const scores = await sweepScores(rows, runs, {
      ...{ text: subject.text, embedded, sources: this.#sources },
      progress: (done, total) => shown?.report(done, total),
    });
    return new Sweep(rows.map((row) => row.scores), { runs, scores, seed, cluster });
  }

  /** The model, the rows, and why other rows are not used. */
  toString(): string {
    return studyText(this.subject);
  }

  /** The text that a terminal shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return visibleText(this.toString());
  }

  /** Frees the memory of the model without `await using`, as at the end of a notebook. */
  async release(): Promise<void> {
    await this.subject[Symbol.asyncDispose]();
  }

  /** Frees the memory of the model. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }
}

function warned(line: string): void {
  console.warn(visibleText(line));
}
