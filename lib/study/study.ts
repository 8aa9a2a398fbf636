/** A study: a model with rows of data, for running experiments and inspecting single rows. */

import type { Dropped, Pair } from "../data/pairs.ts";
import { printsItself, unknownName, wrongValue } from "../errors/errors.ts";
import type { ClipModel } from "../model/clip_model.ts";
import type { ImageTower } from "../model/image/image_tower.ts";
import type { ClipConfig } from "../model/forms/settings.ts";
import type { TextTower } from "../model/text/text_tower.ts";
import type { FileDigest, Sources as FileSources, TakenTower } from "../reading/path.ts";
import { finish, inTurns } from "../stats/steps.ts";
import { isScored, type StudyInputs } from "./choice/inputs.ts";
import { EmbeddedRows, type EmbeddingOptions, type KnownOptions } from "./embeddings.ts";
import {
  type AnyExperiment,
  chooseOptions,
  type ExperimentOptions,
  type Phase,
} from "./experiment/experiment.ts";
import { Result, runInStudy, type StudyRunOptions } from "./result.ts";
import { Once, type StudySource, StudyTowers, type Variant, variantOf } from "./study_source.ts";
import { type AlignedRow, rowsWith, type ScoredRows } from "./rows/score_rows.ts";
import { type AlignedPair, type PreparedPairs, prepareSteps } from "./rows/prepare.ts";
import { checkLengths, unchangedImages } from "./rows/left_out.ts";
import { Scores } from "./scores.ts";
import { changedScores, pairChanges, type PairOptions } from "./sentences/changed_scores.ts";
import { placesOf, type Sources, sourcesIn } from "./sentences/placing.ts";
import { StudyRow } from "./sentences/row.ts";
import { refuseEdit } from "./image_scores.ts";
import { studyText } from "./study_text.ts";
import { checkSweep, type RunScores, Sweep, type SweepRun, sweepScores } from "./sweep.ts";

interface Loaded {
  readonly clip: ClipModel;
  readonly prepared: PreparedPairs | undefined;
  readonly taken: readonly TakenTower[];
  /** What another study with the same image tower knows. @default {nothing} */
  readonly known?: Pick<KnownOptions, "images" | "segments">;
}

/** Another model for the rows of a study. */
export interface OtherModel {
  /** Its study, of the same rows. */
  readonly study: Study;
  /** The checksums of the model's files. */
  readonly files: readonly FileDigest[];
  /** Whether its image tower has the same files. */
  readonly hasSameImages: boolean;
}

/**
 * A model with rows of data. Scores and embeddings are computed only once; the model's memory is freed at the end of an `await
 * using` block.
 */
export class Study implements AsyncDisposable {
  /** The files that it was made from. */
  readonly inputs: StudyInputs;
  /** The seed for intervals and tests. */
  readonly seed: number;
  /** The files that the towers in use are taken from. */
  readonly taken: readonly TakenTower[];
  /** The embeddings and scores of the rows, each computed once. */
  readonly embeddings: EmbeddedRows;
  /** Reads the file of an image by its name in the data, and refuses one that has changed since the run began; undefined if there are none. */
  readonly readImage: ((name: string) => Promise<Uint8Array>) | undefined;
  readonly #source: StudySource;
  readonly #towers: StudyTowers;
  readonly #scored = new Once<ScoredRows>();
  readonly #others = new Map<string, Once<OtherModel>>();
  #prepared: PreparedPairs | undefined;
  #sentenceSources: Sources | undefined;

  /** Made by `load`. */
  protected constructor(inputs: StudyInputs, source: StudySource, loaded: Loaded) {
    this.inputs = inputs;
    this.seed = source.seed ?? 0;
    this.taken = loaded.taken;
    this.#source = source;
    this.#prepared = loaded.prepared;
    this.#towers = new StudyTowers(loaded.clip, () => source.load("image"));
    const { openCache, checksums } = source;
    this.readImage = unchangedImages(inputs, checksums?.images);
    const known = { openCache, checksums: checksums?.images, ...loaded.known };
    this.embeddings = new EmbeddedRows(inputs, this.#towers, known);
  }

  /**
   * Loads the text tower and aligns the rows. The image tower is loaded when it is first needed.
   *
   * @throws {NegscopeError} If the model cannot be loaded, a sentence is longer than it reads, or a pair cannot be aligned.
   */
  static async load(inputs: StudyInputs, source: StudySource): Promise<Study> {
    const clip = await source.load("text");
    try {
      const prepared = inputs.aligned
        ? await inTurns(prepareSteps(clip.text, inputs))
        : await checkLengths(clip.text, inputs.pairs, inputs.dataPath);
      const sentences = inputs.drawn.flatMap(({ caption, foil }) => [caption, foil]);
      const error = clip.text.unchangedError(sentences);
      if (error !== undefined) throw error;
      const taken = await source.takenOf?.(clip) ?? [];
      return new this(inputs, source, { clip, prepared, taken });
    } catch (error) {
      await clip.release();
      throw error;
    }
  }

  /** Does something with a study like this one, which shares its towers and the embeddings of its images; random weights are freed afterwards. */
  async withVariant<Made>(variant: Variant, use: (study: Study) => Promise<Made>): Promise<Made> {
    const { inputs, hasImages, embeddings } = this;
    const base = { inputs, source: this.#source, towers: this.#towers };
    const images = hasImages ? () => embeddings.images() : undefined;
    await using made = await variantOf({ ...base, images }, variant);
    return await use(new Study(made.inputs, made.source, made));
  }

  /**
   * Another model for the same rows, as a user would name it, opened at the first call and freed with this one. It takes over how the rows are
   * tokenised: whoever runs both models must compare their tokens.
   *
   * @throws {NegscopeError} If there is no such model, or it cannot be loaded.
   */
  other(model: string): Promise<OtherModel> {
    const once = this.#others.get(model) ?? new Once<OtherModel>();
    this.#others.set(model, once);
    return once.get(async () => {
      const found = await this.#source.other?.(model);
      if (found === undefined) throw wrongValue("open another model", model, "a study of files");
      const { inputs, source, ...known } = found;
      const clip = await source.load("text");
      const study = new Study(inputs, source, { clip, prepared: this.#prepared, taken: [] });
      return { study, ...known };
    });
  }

  /** Checksums of the files of the model, the rows, and another model if there is one. */
  async sourcesWith(model: string | undefined): Promise<FileSources> {
    const { sources } = this;
    if (model === undefined) return sources;
    return { ...sources, model: [...sources.model, ...(await this.other(model)).files] };
  }

  /** The model's sizes. */
  get config(): ClipConfig {
    return this.#towers.clip.config;
  }

  /** The text tower. */
  get text(): TextTower {
    return this.#towers.clip.text;
  }

  /**
   * The image tower, loaded at the first call.
   *
   * @throws {NegscopeError} If it cannot be loaded, the model was freed, or image embeddings made elsewhere stand in for it.
   */
  image(): Promise<ImageTower> {
    return this.embeddings.imageTower();
  }

  /** Frees the image tower's memory; it is loaded again when needed. */
  async releaseImage(): Promise<void> {
    await this.#towers.releaseImage();
  }

  /** Checksums of the files of the model and the rows; empty lists if they are not known. */
  get sources(): FileSources {
    return this.#source.checksums?.sources ?? { model: [], data: [] };
  }

  /** The rows of the data. */
  get pairs(): readonly Pair[] {
    return this.inputs.pairs;
  }

  /** The unused rows, and why they are not used. */
  get dropped(): readonly Dropped[] {
    return this.inputs.data.dropped;
  }

  /** Whether the rows have images, or embeddings of them, and so scores. */
  get hasImages(): boolean {
    return isScored(this.inputs);
  }

  /**
   * The rows' sentences, aligned.
   *
   * @throws {NegscopeError} If pairs cannot be aligned, which is known from the beginning unless the experiment does not need it.
   */
  get prepared(): PreparedPairs {
    return this.#prepared ??= finish(prepareSteps(this.text, this.inputs));
  }

  /** The distinct sentence pairs in the order of their first row. */
  get sentencePairs(): readonly AlignedPair[] {
    return this.prepared.distinct;
  }

  /** The rows with their sentences. */
  get rows(): readonly AlignedRow[] {
    return rowsWith(this.prepared, this.pairs);
  }

  /**
   * Embeds and scores all rows, at the first call, and gives each its aligned sentences.
   *
   * @throws {NegscopeError} If there are no images, one cannot be read or has changed, or the model was freed before.
   */
  scoredRows(options: EmbeddingOptions = {}): Promise<ScoredRows> {
    return this.#scored.get(async () => {
      const say = this.#source.say;
      const { scores, ...embeddings } = await this.embeddings.scores({ say, ...options });
      return { ...embeddings, rows: this.rows.map((row, i) => ({ ...row, scores: scores[i]! })) };
    });
  }

  /**
   * Runs an experiment on all rows, with values of its options that are not the defaults.
   *
   * @throws {NegscopeError} If there is no such option, an option cannot have its value, or the model lacks a hook point.
   */
  async run<Own extends AnyExperiment>(
    experiment: Own,
    options: Partial<ExperimentOptions<Own>> = {},
    { bar }: StudyRunOptions = {},
  ): Promise<Result<Own>> {
    const { files, say } = this.#source;
    const chosen = chooseOptions(experiment, options, files);
    return new Result(experiment, await runInStudy(this, chosen, { say, bar }));
  }

  /**
   * Returns one row, with its scores if there are images.
   *
   * @throws {NegscopeError} If there is no such row.
   */
  async row(id: string): Promise<StudyRow> {
    const place = this.pairs.findIndex((pair) => pair.id === id);
    if (place < 0) {
      const doing = `find among the study's ${this.pairs.length} rows`;
      throw unknownName({ doing, name: String(id), known: this.pairs.map(({ id }) => id) });
    }
    const parts = { text: this.text, readImage: this.readImage, sources: this.#sentences };
    if (!this.hasImages) {
      return new StudyRow(this.rows[place]!, { ...parts, embedded: undefined });
    }
    const { rows, ...embedded } = await this.scoredRows();
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
    const { seed, inputs: { choice: { cluster } } } = this;
    const { rows, ...embedded } = await this.scoredRows();
    if (interventions.length === 0) {
      return new Scores(rows.map(({ scores }) => scores), { seed, cluster });
    }
    refuseEdit(this.text, "interventions");
    const scored = { rows, sentences, embedded, sources: this.#sentences };
    const { rows: scores, changed } = await changedScores(this.text, interventions, scored);
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
   * @throws {NegscopeError} If there are no images, or a change does not fit.
   */
  async sweep(runs: readonly SweepRun[], { bar }: StudyRunOptions = {}): Promise<Sweep> {
    using shown = bar?.("sweep");
    const progress = (done: number, total: number) => shown?.report(done, total);
    const scores = await this.scoresOf(runs, { progress });
    const { seed, inputs: { choice: { cluster } } } = this;
    const { rows } = await this.scoredRows();
    return new Sweep(rows.map((row) => row.scores), { runs, scores, seed, cluster });
  }

  /**
   * Scores every row with each of a list of changed runs, which {@linkcode sweep} describes: what an experiment of one's own measures.
   *
   * @returns For each row S of each run's sentence; null where it has no token of a role.
   * @throws {NegscopeError} If there are no images, or a change does not fit.
   */
  async scoresOf(
    runs: readonly SweepRun[],
    phase: Partial<Pick<Phase, "kept" | "progress">> = {},
  ): Promise<RunScores[]> {
    checkSweep(runs);
    refuseEdit(this.text, "a sweep");
    const { rows, ...embedded } = await this.scoredRows();
    const { kept, progress } = phase;
    const how = { text: this.text, embedded, sources: this.#sentences, kept, progress };
    return await sweepScores(rows, runs, how);
  }

  /** The model, the rows, and why other rows are not used. */
  toString(): string {
    return studyText(this);
  }

  /** Frees the memory of the model without `await using`, as at the end of a notebook. Values that are already computed stay available. */
  async release(): Promise<void> {
    for (const once of this.#others.values()) {
      await once.take()?.then(({ study }) => study.release(), () => undefined); // other() reports a failure to load
    }
    await this.#towers[Symbol.asyncDispose]();
  }

  /** Frees the memory of the model. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  get #sentences(): Sources {
    return this.#sentenceSources ??= sourcesIn(this.sentencePairs.map(placesOf));
  }
}

printsItself(Study.prototype);
