/** The result of an experiment in memory: tables, charts and findings, which can be written as the task writes them. */

import type { ChartSpec } from "../../charts/spec.ts";
import { pictureEndings, type PictureFormat, type Pictures } from "../../draw/pictures.ts";
import { wordsOf } from "../../study/experiment/by_options.ts";
import type {
  AnyExperiment,
  ExperimentOptions,
  ExperimentTables,
  MeasuredRow,
} from "../../study/experiment/experiment.ts";
import { SCREEN, VENUES } from "../../charts/venues.ts";
import { NegscopeError, visibleText } from "../../errors.ts";
import { freeText } from "../../options/option.ts";
import { checkedValue, checkNames } from "../../options/values.ts";
import type { Sources } from "../../reading/sources.ts";
import type { Checksums } from "../../study/choice/inputs.ts";
import type { Subject } from "../../study/subject.ts";
import type { AnyTable } from "../../tables/table.ts";
import { type Word, wordsUsed } from "../../tables/words.ts";
import { type Outcome, outcomeOf, runFiles } from "../../study/experiment/outcome.ts";
import { drawMissing } from "../finished.ts";
import { PICTURE_OPTIONS } from "../picture_options.ts";
import { describeSubject, identityOf } from "../run_identity.ts";
import { RunFolder } from "../folder/run_folder.ts";
import { Stopwatch } from "../../study/experiment/stopwatch.ts";
import { manifestOf, type RunOutput, writeRun } from "../write_run.ts";

/** What a result is made from. */
export interface ResultParts {
  /** The model and the rows. */
  readonly subject: Subject;
  /** Checksums of the files of the model and the rows. */
  readonly checksums: Checksums;
  /** The seed for intervals and tests. */
  readonly seed: number;
  /** The values of the experiment's options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The measured rows, all or some of them. */
  readonly rows: readonly MeasuredRow<unknown>[];
  /** The number of rows that each engine measured. */
  readonly engines: RunOutput["engines"];
  /** The tables, charts and findings made from the rows. */
  readonly outcome: Outcome;
}

/** Options for writing a result. */
export interface SaveOptions {
  /** Whether to discard the folder's files first. @default {false} */
  readonly overwrite?: boolean;
  /** Formats of the pictures. @default {["svg"]} */
  readonly formats?: readonly PictureFormat[];
  /** What the pictures are drawn for. @default {SCREEN} */
  readonly venue?: Pictures["preset"] | string;
}

/** The result of an experiment. */
export class Result<Own extends AnyExperiment = AnyExperiment> {
  /** The experiment. */
  readonly experiment: Own;
  /** The values of its options. */
  readonly options: ExperimentOptions<Own>;
  /** Its tables. */
  readonly tables: ExperimentTables<Own>;
  /** All tables that are written, with those of the scores first. */
  readonly allTables: readonly AnyTable[];
  /** All charts by the names of their files, with those of the scores first. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
  /** Its files for other programs, by their names without `.json`. */
  readonly files: ReadonlyMap<string, object>;
  /** The findings, with those of the scores first. */
  readonly findings: string;
  /** The charts and findings of the experiment without those of the scores, and what the words of these findings mean; its tables are in `tables`. */
  readonly own: {
    readonly charts: ReadonlyMap<string, ChartSpec>;
    readonly findings: string;
    readonly words: readonly Word[];
  };
  /** The measured values of each row of the data. */
  readonly rows: readonly MeasuredRow<unknown>[];
  readonly #parts: ResultParts;

  /** Made by `Study.run`. */
  constructor(experiment: Own, parts: ResultParts) {
    const { outcome, options, rows } = parts;
    this.experiment = experiment;
    this.options = options as ExperimentOptions<Own>;
    this.tables = outcome.own as ExperimentTables<Own>;
    this.allTables = outcome.tables;
    this.charts = outcome.charts;
    this.files = outcome.files;
    this.findings = outcome.findings.join("\n");
    const findings = outcome.findings.at(-1)!;
    const words = wordsUsed(findings, wordsOf(experiment, options));
    this.own = { charts: outcome.ownCharts, findings, words };
    this.rows = rows;
    this.#parts = parts;
  }

  /** The model and the rows that the experiment ran on. */
  get subject(): Subject {
    return this.#parts.subject;
  }

  /** Checksums of the files of the model and the rows. */
  get sources(): Sources {
    return this.#parts.checksums.sources;
  }

  /**
   * Makes the tables, charts and findings of some of the rows; nothing is measured again.
   *
   * @param isChosen Whether to use a row.
   */
  async only(isChosen: (row: MeasuredRow<unknown>) => boolean): Promise<Result<Own>> {
    const { options, seed, subject } = this.#parts;
    const { cluster } = subject.inputs.choice;
    const rows = this.rows.filter(isChosen);
    const context = { ...options, seed, cluster, sources: this.sources };
    const outcome = await outcomeOf(this.experiment, rows, context);
    return new Result(this.experiment, { ...this.#parts, rows, outcome });
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
    checkNames(how, ["overwrite", "formats", "venue"]);
    const { overwrite = false } = how;
    const { subject, seed, options, rows, engines } = this.#parts;
    const pictures = picturesOf(how);
    checkedValue("out", out, FOLDER);
    if (rows.length < subject.pairs.length) {
      throw new NegscopeError("result-of-some-rows", {
        problem: `Cannot save ${rows.length} of ${subject.pairs.length} rows in "${out}"`,
        subject: out,
        reason: "a run's folder holds all rows of its data",
        fix: "save the whole result, or open a study of a file with these rows",
      });
    }
    const identity = identityOf(this.experiment, options, {
      ...this.#parts,
      inputs: subject.inputs,
    });
    const files = runFiles(this.experiment, {
      ...{ options, scored: subject.hasImages, endings: pictureEndings(pictures) },
      sharded: subject.inputs.choice.shard !== undefined,
    });
    using folder = await RunFolder.open(out, identity, { files, overwrite });
    if (folder === undefined) return await drawMissing(out, pictures);
    const output: RunOutput = {
      ...{ experiment: this.experiment, options, folder, identity, pictures, seed, engines },
      ...{ stopwatch: new Stopwatch(), embeddings: subject.embedded },
      ...describeSubject(subject),
    };
    await folder.begin(manifestOf(output, files, false), { overwrite });
    await writeRun(output, rows);
    return folder.files;
  }

  /** The findings, as a task prints them. */
  toString(): string {
    return this.findings;
  }

  /** The text that a terminal shows. */
  [Symbol.for("Deno.customInspect")](): string {
    return visibleText(this.toString());
  }
}

const FOLDER = freeText({ placeholder: "FOLDER", help: "" });

/** The pictures that a result is saved with. */
function picturesOf({ formats = ["svg"], venue = SCREEN }: SaveOptions): Pictures {
  const kinds = formats.length === 0
    ? []
    : checkedValue("formats", formats, PICTURE_OPTIONS.format);
  const preset = typeof venue === "object" && "width" in venue
    ? venue
    : VENUES.get(checkedValue("venue", venue as unknown, PICTURE_OPTIONS.venue))!;
  return { formats: kinds, preset };
}
