/** The result of an experiment in memory: tables, charts and findings. */

import type { ChartSpec } from "../charts/spec.ts";
import { printsItself } from "../errors/errors.ts";
import type { Sources } from "../reading/path.ts";
import type { AnyTable } from "../tables/table.ts";
import { type Word, wordsUsed } from "../tables/words.ts";
import {
  type AnyExperiment,
  checkShard,
  type ChosenExperiment,
  type ExperimentOptions,
  type ExperimentTables,
  type MeasuredRow,
} from "./experiment/experiment.ts";
import { answerText, findingText, joinedFinding } from "./experiment/finding.ts";
import { type Outcome, outcomeOf } from "./experiment/outcome.ts";
import type { Study } from "./study.ts";
import { measureRows, type ReportingBar, Stopwatch } from "./experiment/measure_rows.ts";

/** What a result is made from. */
export interface ResultParts {
  /** The model and the rows. */
  readonly study: Study;
  /** The experiment, with the values of its options. */
  readonly chosen: ChosenExperiment;
  /** The measured rows, all or some of them. */
  readonly rows: readonly MeasuredRow<unknown>[];
  /** The number of rows that each engine measured, for an experiment with a choice of engines. */
  readonly engines: Readonly<Record<string, number>> | undefined;
  /** Checksums of the files of the model, the rows, and another model if the experiment takes one. */
  readonly sources: Sources;
  /** The tables, charts and findings made from the rows. */
  readonly outcome: Outcome;
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
  /** Its charts by the names of their files. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
  /** Its files for other programs, by their names without `.json`. */
  readonly files: ReadonlyMap<string, object>;
  /** All findings, with the tables that a report has besides; those of the scores after the experiment's. */
  readonly findings: string;
  /** The findings of the experiment without those of the scores, and what their words mean. */
  readonly own: {
    readonly findings: string;
    readonly words: readonly Word[];
  };
  /** The measured values of each row of the data. */
  readonly rows: readonly MeasuredRow<unknown>[];
  /** What it was made from. */
  readonly parts: ResultParts;

  /** Made by `Study.run`. */
  constructor(experiment: Own, parts: ResultParts) {
    const { outcome, chosen, rows } = parts;
    this.experiment = experiment;
    this.options = chosen.options as ExperimentOptions<Own>;
    this.tables = outcome.own as ExperimentTables<Own>;
    this.allTables = outcome.tables;
    this.charts = outcome.charts;
    this.files = outcome.files;
    this.findings = findingText(joinedFinding(outcome.findings));
    const findings = findingText(outcome.findings[0]!);
    const words = wordsUsed(findings, chosen.words);
    this.own = { findings, words };
    this.rows = rows;
    this.parts = parts;
  }

  /** The model and the rows that the experiment ran on. */
  get study(): Study {
    return this.parts.study;
  }

  /** Checksums of the files that it was made from. */
  get sources(): Sources {
    return this.parts.sources;
  }

  /** Makes the tables, charts and findings of some of the rows; nothing is measured again. */
  async only(isChosen: (row: MeasuredRow<unknown>) => boolean): Promise<Result<Own>> {
    const { chosen, sources } = this.parts;
    const { seed, inputs: { choice: { cluster }, modelName } } = this.study;
    const rows = this.rows.filter(isChosen);
    const context = { seed, cluster, sources, modelName };
    const outcome = await outcomeOf(chosen, rows, context);
    return new Result(this.experiment, { ...this.parts, rows, outcome });
  }

  /** The findings, as a task prints them. */
  toString(): string {
    return answerText(joinedFinding(this.parts.outcome.findings));
  }
}

printsItself(Result.prototype);

/** How an experiment runs in a study. */
export interface StudyRunOptions {
  /** Makes a progress bar for a phase. @default {none} */
  readonly bar?: ((label: string) => ReportingBar) | undefined;
}

/** Measures all rows of a study, and makes tables, charts and findings. */
export async function runInStudy(
  study: Study,
  chosen: ChosenExperiment,
  { say, bar }: StudyRunOptions & { readonly say?: ((line: string) => void) | undefined },
): Promise<ResultParts> {
  const { seed, inputs: { choice: { cluster }, modelName } } = study;
  checkShard(chosen, study.inputs);
  const sources = await study.sourcesWith(chosen.otherModel);
  const run = { study, stopwatch: new Stopwatch(), seed, owned: false, bar, say };
  const { rows, engines } = await measureRows(chosen, run);
  const outcome = await outcomeOf(chosen, rows, { seed, cluster, sources, modelName });
  return { study, chosen, rows, engines, sources, outcome };
}
