/** A study of files: its names are looked up, and its results can be saved. */

import { SCREEN, VENUES } from "../charts/spec.ts";
import {
  PICTURE_OPTIONS,
  pictureEndings,
  type PictureFormat,
  type Pictures,
} from "../draw/pictures.ts";
import { freeText } from "../options/option.ts";
import { NegscopeError, visibleText } from "../errors/errors.ts";
import { checkedValue, checkNames } from "../options/values.ts";
import { outcomeFiles } from "../study/experiment/outcome.ts";
import type {
  AnyExperiment,
  ExperimentOptions,
  MeasuredRow,
} from "../study/experiment/experiment.ts";
import { Stopwatch } from "../study/experiment/measure_rows.ts";
import { Result as MeasuredResult, type StudyRunOptions } from "../study/result.ts";
import { drawMissing } from "./draw_figures.ts";
import { RunFolder } from "./run_folder.ts";
import { manifestOf, runFiles, type RunOutput, writeRun } from "./write_results.ts";
import { describeStudy, identityOf } from "./run_identity.ts";
import { experimentNamed, type Experiments } from "../experiments/all.ts";
import { checksumsOf, studySource } from "../opening/load_study.ts";
import { openInputs } from "../opening/open_inputs.ts";
import { EmbeddingCache } from "../opening/embedding_cache.ts";
import { openRuntime } from "../runtime/open_runtime.ts";
import { SEED, STUDY_OPTIONS, type StudyChoice } from "../study/choice/study_options.ts";
import { Study as LoadedStudy } from "../study/study.ts";
import { saidOnce } from "../study/study_source.ts";

/** Options for writing a result. */
export interface SaveOptions {
  /** Whether to discard the folder's files first. @default {false} */
  readonly overwrite?: boolean;
  /** Formats of the pictures. @default {["svg"]} */
  readonly formats?: readonly PictureFormat[];
  /** What the pictures are drawn for. @default {SCREEN} */
  readonly venue?: Pictures["preset"] | string;
  /** The file of a TrueType or OpenType font for the pictures. @default {DejaVu Sans} */
  readonly font?: string;
  /** Whether texts that a spreadsheet would run as formulas get an apostrophe before them. @default {false} */
  readonly spreadsheet?: boolean;
}

/** The result of an experiment in a study of files. */
export class Result<Own extends AnyExperiment = AnyExperiment> extends MeasuredResult<Own> {
  /**
   * Makes the tables, charts and findings of some of the rows; nothing is measured again.
   *
   * @param isChosen Whether to use a row.
   */
  override async only(isChosen: (row: MeasuredRow<unknown>) => boolean): Promise<Result<Own>> {
    return new Result(this.experiment, (await super.only(isChosen)).parts);
  }

  /**
   * Writes the folder that the task would write with the same options.
   *
   * @param out The folder.
   * @param how The pictures, and whether to discard the folder's files first.
   * @returns The names of the written files: if the folder already holds this run, finished, those of pictures that it lacked.
   * @throws {NegscopeError} If this is a result of only some of the rows, or the folder holds another run or cannot be written
   * to.
   */
  async save(
    out: string,
    how: SaveOptions = {},
  ): Promise<readonly string[]> {
    checkNames(how, ["overwrite", "formats", "venue", "font", "spreadsheet"]);
    checkedValue("out", out, FOLDER);
    const { overwrite = false } = how;
    const pictures = picturesOf(how);
    const { rows, study, parts: { chosen, engines } } = this;
    const { seed, inputs, pairs } = study;
    if (rows.length < pairs.length) {
      throw new NegscopeError("result-of-some-rows", {
        problem: `Cannot save ${rows.length} of ${pairs.length} rows in "${out}"`,
        reason: "a run's folder holds all rows of its data",
        fix: "save the whole result, or open a study of a file with these rows",
      });
    }
    const identity = identityOf(chosen, { inputs, sources: this.sources, seed });
    const files = runFiles(outcomeFiles(chosen, { scored: study.hasImages }), {
      endings: pictureEndings(pictures),
      sharded: inputs.choice.shard !== undefined,
    });
    using folder = await RunFolder.open(out, identity, { files, overwrite });
    if (folder === undefined) return await drawMissing(out, pictures); // this run is there, finished
    const output: RunOutput = {
      chosen,
      folder,
      identity,
      pictures,
      seed,
      engines,
      stopwatch: new Stopwatch(),
      embeddings: study.embeddings.origins,
      ...describeStudy(study),
    };
    await folder.begin(manifestOf(output, files), { overwrite });
    await writeRun(output, rows);
    return folder.files;
  }
}

const FOLDER = freeText({ placeholder: "FOLDER", help: "" });

/** The formats and the style of the pictures, checked; a venue is a preset itself, or its name as for `--venue`. */
function picturesOf(how: SaveOptions): Pictures {
  const { formats = ["svg"], venue = SCREEN, font, spreadsheet } = how;
  const chosen = checkedValue("formats", formats, PICTURE_OPTIONS.format);
  const preset = typeof venue === "object" && "width" in venue
    ? venue
    : VENUES.get(checkedValue("venue", venue as unknown, PICTURE_OPTIONS.venue))!;
  return {
    ...{ formats: chosen, spreadsheet },
    preset: font === undefined ? preset : { ...preset, font },
  };
}

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
    const inputs = await openInputs(choice, { imagesAre: "used" }, { seed, say, warn: say });
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
