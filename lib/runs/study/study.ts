/** A study of files: their names are looked up, and its results can be saved. */

import { visibleText } from "../../errors.ts";
import { experimentNamed, type Experiments } from "../../experiments/all.ts";
import { checksumsOf } from "../../opening/model_files.ts";
import { openInputs } from "../../opening/open_inputs.ts";
import { EmbeddingCache } from "../../opening/embedding_cache.ts";
import { studySource } from "../../opening/load_study.ts";
import { checkedValue, checkNames } from "../../options/values.ts";
import { openRuntime } from "../../runtime/open_runtime.ts";
import { SEED, STUDY_OPTIONS, type StudyChoice } from "../../study/choice/study_options.ts";
import type { AnyExperiment, ExperimentOptions } from "../../study/experiment/experiment.ts";
import type { StudyRunOptions } from "../../study/result.ts";
import { Study as LoadedStudy } from "../../study/study.ts";
import { saidOnce } from "../../study/once.ts";
import { Result } from "./result.ts";

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

/**
 * A model with rows of data, on this machine. Scores and embeddings are computed only once; the model's memory is freed at the end of an
 * `await using` block.
 */
export class Study extends LoadedStudy {
  /**
   * Opens a model and its data; without options, the embedded ones. Images are read if they are given.
   *
   * @param options What to study.
   * @throws {NegscopeError} If an option cannot have its value, the machine lacks the device, a file cannot be found or read, the model cannot be loaded, or a pair
   * cannot be aligned.
   */
  static async open(options: StudyOptions = {}): Promise<Study> {
    checkNames(options, [...Object.keys(STUDY_OPTIONS), "pairs", "seed", "cache", "say"]);
    const { seed: given = 0, cache = true, say: sayTo = warned, ...choice } = options;
    const say = saidOnce(sayTo);
    const seed = checkedValue("seed", given, SEED)!;
    const runtime = await openRuntime(choice.device);
    const kept = EmbeddingCache.chosen(cache);
    const inputs = await openInputs(choice, { imagesAre: "used", seed, say, warn: say });
    const checksums = await checksumsOf(inputs);
    const source = studySource(inputs, { runtime, checksums, cache: kept, seed, say });
    return await super.load(inputs, source) as Study; // which makes one of this class
  }

  /**
   * Runs an experiment on all rows.
   *
   * @param experiment The name of one of the kit's experiments, or any experiment.
   * @param options Values of its options, if they are not the defaults.
   * @param how How the experiment runs.
   * @throws {NegscopeError} If there is no such experiment or option, an option cannot have its value, or the model lacks a hook point.
   */
  override async run<Name extends keyof Experiments>(
    experiment: Name,
    options?: Partial<ExperimentOptions<Experiments[Name]>>,
    how?: StudyRunOptions,
  ): Promise<Result<Experiments[Name]>>;
  /**
   * Runs an experiment from outside the kit on all rows.
   *
   * @param experiment The experiment.
   * @param options Values of its options, if they are not the defaults.
   * @param how How the experiment runs.
   */
  override async run<Own extends AnyExperiment>(
    experiment: Own,
    options?: Partial<ExperimentOptions<Own>>,
    how?: StudyRunOptions,
  ): Promise<Result<Own>>;
  override async run(
    experiment: keyof Experiments | AnyExperiment,
    options: Readonly<Record<string, unknown>> = {},
    how: StudyRunOptions = {},
  ): Promise<Result> {
    const found = typeof experiment === "object" && "measure" in experiment
      ? experiment
      : experimentNamed(experiment);
    return new Result(found, (await super.run(found, options, how)).parts);
  }
}

function warned(line: string): void {
  console.warn(visibleText(line));
}
