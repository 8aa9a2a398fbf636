/** What an experiment is: one value, from which its task, help, files, resuming, shards, merging and report follow. */

import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { type Control, controlsIn, isControlOption } from "../controls/control.ts";
import { STUDY_OPTIONS } from "../choice/study_options.ts";
import type { Pair } from "../../data/pairs.ts";
import type { Sources } from "../../reading/path.ts";
import type { OptionsOf, OptionSpecs } from "../../options/option.ts";
import type { Progress } from "../embeddings.ts";
import { clustersText, type StatisticsOptions } from "../clusters.ts";
import type { KeptRows } from "../rows/once_per_group.ts";
import type { EvaluateRow } from "../rows/score_rows.ts";
import type { Study } from "../study.ts";
import type { InputNeeds, StudyInputs } from "../choice/inputs.ts";
import { finish, inTurns, type Steps } from "../../stats/steps.ts";
import type { AnyTable } from "../../tables/table.ts";
import type { Finding, RowEffects } from "./finding.ts";
import type { Word } from "../../tables/words.ts";
import { completeOptions, printOptions, standardOptions } from "../../options/values.ts";
import type { Files } from "../../reading/files.ts";

/** An experiment's tables, by names that the experiment chooses; each file is named by its table. */
export type AnyTables = Readonly<Record<string, AnyTable>>;

/** Everything that a run measured for one row of the data; JSON keeps it unchanged. */
export interface MeasuredRow<Measured> {
  /** The row. */
  readonly pair: Pair;
  /** Its scores; absent without images. */
  readonly scores?: EvaluateRow | undefined;
  /** What the experiment measured for the row. */
  readonly measured: Measured;
  /** The row in each run of a control, by the run's name; absent without controls, or where a control has no such row. */
  readonly controls?: Readonly<Record<string, MeasuredControl<Measured>>>;
}

/** A measured row with scores. */
export type ScoredMeasurement<Measured> = MeasuredRow<Measured> & { readonly scores: EvaluateRow };

/** A row in a run of a control. */
export interface MeasuredControl<Measured>
  extends Partial<Pick<EvaluateRow, "s_caption" | "s_foil" | "d">> {
  /** What the experiment measured for it. */
  readonly measured: Measured;
}

/** The state of a measurement: the rows already finished, and a callback for the progress. */
export interface Phase {
  /** Measured numbers of finished rows by row id, from this run or the run that it resumes. */
  readonly kept: KeptRows;
  /** Numbers of finished rows for another measurement of the same rows, by its name. */
  readonly keptOf: (part: string) => KeptRows;
  /** Called with the amount done. */
  readonly progress: Progress;
  /** The seed of what is drawn; a row's draw must not depend on which other rows are in the run. */
  readonly seed: number;
}

/** What tables are made from besides the rows. */
export interface TableContext extends StatisticsOptions {
  /** Checksums of the model and the data. @default {those of nothing: there are no rows} */
  readonly sources?: Sources;
  /** Whether the rows are those of a group, of which only the tables with estimates that controls are compared with are read. @default {false} */
  readonly isGroup?: boolean;
}

/** What charts are made from besides the tables. */
export interface ChartContext {
  /** Checksums of the model and the data. */
  readonly sources: Sources;
  /** The model's name, for titles. @default {"the model"} */
  readonly modelName?: string | undefined;
}

export function chartOptions(
  { sources, cluster, modelName }: TableContext & ChartContext,
): ChartOptions {
  return { sources, clusters: clustersText(cluster), model: modelName };
}

/** An experiment. */
export interface Experiment<
  Specs extends OptionSpecs,
  Measured,
  Tables extends AnyTables,
> {
  /** The task's name. */
  readonly name: string;
  /** What it finds out, in a few words, for the list of tasks. */
  readonly summary: string;
  /** What it does, in a sentence, for the task's help. */
  readonly does: string;
  /** What it reads. @default {"text and images"} */
  readonly reads?: ByOptions<Specs, ReadFiles>;
  /** The tower that `measure` runs; the other tower's memory is freed first. @default {"text"} */
  readonly runs?: ByOptions<Specs, RunsTower>;
  /** Whether it uses which token of a sentence corresponds to which of the other; if not, any two sentences will do. @default {true} */
  readonly aligns?: ByOptions<Specs, boolean>;
  /** Whether it takes only minimal pairs, in models with causal attention; other rows are refused before any work begins. @default {false} */
  readonly minimalPairs?: boolean;
  /** Whether it takes the residual stream apart into what heads and MLPs write, so that an edit of activations is refused. @default {false} */
  readonly takesApart?: boolean;
  /** Whether a single pair of sentences says nothing, so that its task takes none. @default {false} */
  readonly needsRows?: boolean;
  /** The experiment's options. */
  readonly options: Specs;
  /** The other model that it takes, as a user would name a model; its files are among those of the run. */
  otherModel?(options: OptionsOf<Specs>): string | undefined;
  /** Why what is run next depends on all rows, if it does: shards are refused before a model is loaded. */
  needsAllRows?(options: OptionsOf<Specs>): NegscopeError | undefined;
  /**
   * Checks the options against the text tower's sizes and the rows, at once or in a promise, before any work begins.
   *
   * @throws {NegscopeError} If an option cannot have its value with this model or these rows.
   */
  check?(
    options: OptionsOf<Specs>,
    sizes: { readonly layers: number; readonly heads: number },
    study: Study,
  ): void | Promise<void>;
  /** The hook points at which `measure` stops; unreachable ones are reported before any work begins. */
  hooks?(options: OptionsOf<Specs>, layers: number): readonly string[];
  /** The weights of the tower that `measure` reads; those that the graph lacks are reported before any work begins. */
  weights?(options: OptionsOf<Specs>, layers: number): readonly string[];
  /** Measures every row: one value per row, in the order of the rows; JSON keeps the values unchanged. */
  measure(
    study: Study,
    options: OptionsOf<Specs>,
    phase: Phase,
  ): Promise<readonly Measured[]>;
  /**
   * The options of the runs of its controls, where `measure` chooses something by the rows that a control must not choose anew.
   *
   * @returns Undefined if there is nothing that a control could be run on.
   */
  controlOptions?(
    options: OptionsOf<Specs>,
    rows: readonly MeasuredRow<Measured>[],
  ): OptionsOf<Specs> | undefined;
  /**
   * Makes the tables. They depend only on the measured rows and the context, so that a task, merged shards and a notebook have
   * the same tables.
   *
   * Statistics of many rows take minutes. A generator function that yields now and then, such as `yield* bootstrap.draw()`, lets
   * a user end the run meanwhile. There may be no rows.
   */
  tables(
    rows: readonly MeasuredRow<Measured>[],
    context: OptionsOf<Specs> & TableContext,
  ): Tables | Steps<Tables>;
  /** Draws the charts, by the names of their files. */
  charts(
    tables: Tables,
    context: OptionsOf<Specs> & TableContext & ChartContext,
  ): Readonly<Record<string, ChartSpec>>;
  /** Makes files for other programs, by their names without `.json`; JSON keeps the values unchanged. */
  files?(
    tables: Tables,
    context: OptionsOf<Specs> & TableContext & ChartContext,
  ): Readonly<Record<string, object>>;
  /** Says what was found, for the end of a run, the report and a notebook; a single row has what it has without an interval. */
  findings(tables: Tables, ofOneRow?: boolean, rows?: readonly MeasuredRow<Measured>[]): Finding;
  /** The effects in single rows, for the summary of few rows. Called only if there are few. */
  rowEffects?(tables: Tables, rows: readonly MeasuredRow<Measured>[]): RowEffects;
  /**
   * What the words of its findings and options mean; those that a summary uses are explained at its foot, all those of the default
   * options in the task's help.
   */
  readonly words?: ByOptions<Specs, readonly Word[]>;
  /**
   * For an experiment with a choice of engines, loads them before it measures, which counts as loading, and says which measures each row;
   * the number of rows per engine is reported.
   *
   * @returns A name for each row; undefined for a row that needs no run.
   */
  engines?(
    study: Study,
    options: OptionsOf<Specs>,
  ): Promise<readonly (string | undefined)[]>;
}

/** An experiment of any type, for lists. */
// deno-lint-ignore no-explicit-any -- the one place where experiments of all kinds meet
export type AnyExperiment = Experiment<any, any, any>;

/** An experiment's option values. */
export type ExperimentOptions<Own> = Own extends Experiment<infer Specs, infer _M, infer _T>
  ? OptionsOf<Specs>
  : never;

/** An experiment's tables. */
export type ExperimentTables<Own> = Own extends Experiment<infer _S, infer _M, infer Tables>
  ? Tables
  : never;

/** The name under which a run keeps the embeddings of its images; finished rows are kept under the experiment's. */
export const IMAGES = "images";

/** Makes an experiment's tables while everything else in the program goes on too. */
export async function tablesOf(
  experiment: AnyExperiment,
  rows: readonly MeasuredRow<unknown>[],
  context: Readonly<Record<string, unknown>> & TableContext,
): Promise<AnyTables> {
  const made: AnyTables | Steps<AnyTables> = experiment.tables(rows, context);
  return isSteps(made) ? await inTurns(made) : made;
}

/** Makes an experiment's tables without rows, whose names and schemas are those of any run. */
export function emptyTablesOf(
  experiment: AnyExperiment,
  context: Readonly<Record<string, unknown>> & TableContext,
): AnyTables {
  const made: AnyTables | Steps<AnyTables> = experiment.tables([], context);
  return isSteps(made) ? finish(made) : made;
}

function isSteps(made: AnyTables | Steps<AnyTables>): made is Steps<AnyTables> {
  return typeof made["next"] === "function";
}

/** Options that every run has, beside those of a study. */
const OF_EVERY_RUN = "seed out overwrite cache format venue font quiet help pairs sources";

/**
 * Infers an experiment's type from its parts.
 *
 * @throws {NegscopeError} If one of its options has a name that every run uses, such as `limit`, or it is called `images`.
 */
export function experiment<
  const Specs extends OptionSpecs,
  Measured,
  Tables extends AnyTables,
>(experiment: Experiment<Specs, Measured, Tables>): Experiment<Specs, Measured, Tables> {
  if (experiment.name === IMAGES) {
    throw new NegscopeError("name-taken", {
      problem: `Cannot call an experiment "${IMAGES}"`,
      reason: "an unfinished run keeps the embeddings of its images under this name",
      fix: "give it another name",
    });
  }
  const taken = [...OF_EVERY_RUN.split(" "), ...Object.keys(STUDY_OPTIONS)];
  const name = Object.entries(experiment.options).find(([name, option]) =>
    taken.includes(name) || name === "control" && !isControlOption(option)
  )?.[0];
  if (name === undefined) return experiment;
  throw new NegscopeError("name-taken", {
    problem: `Cannot give experiment "${experiment.name}" an option "${name}"`,
    subject: name,
    reason: "every run has one of this name",
    fix: "give it another name",
  });
}

/** What an experiment says of itself, always or depending on its options. */
export type ByOptions<Specs extends OptionSpecs, Value> =
  | Value
  | ((options: OptionsOf<Specs>) => Value);

/** Which tower an experiment runs. */
export type RunsTower = "text" | "image" | "none";

/** What an experiment reads. */
export type ReadFiles = "text and images" | "text, images if given";

/** An experiment with values of its options, and what follows from them. */
export interface ChosenExperiment {
  /** The experiment. */
  readonly experiment: AnyExperiment;
  /** The values of all its options. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The same as texts, as in a manifest; those without a value are left out. */
  readonly texts: Readonly<Record<string, string>>;
  /** What it needs of the files. */
  readonly needs: Required<InputNeeds>;
  /** The tower that it runs. */
  readonly runs: RunsTower;
  /** The other model that it takes; reading it throws if the options must name one and do not. */
  readonly otherModel: string | undefined;
  /** The controls that run besides. */
  readonly controls: readonly Control[];
  /** What the words of its findings and options mean. */
  readonly words: readonly Word[];
}

/** Checks given values of an experiment's options, and completes them with the defaults of the others. */
export function chooseOptions(
  experiment: AnyExperiment,
  given: Readonly<Record<string, unknown>> = {},
  files?: Files,
): ChosenExperiment {
  return withOptions(experiment, completeOptions(experiment.options as OptionSpecs, given, files));
}

export function checkShard(
  { experiment, options }: Pick<ChosenExperiment, "experiment" | "options">,
  { choice }: Pick<StudyInputs, "choice">,
): void {
  const refused = choice.shard && experiment.needsAllRows?.(options);
  if (refused) throw refused;
}

type ByAnyOptions = Pick<
  Experiment<OptionSpecs, unknown, AnyTables>,
  "reads" | "runs" | "aligns" | "words"
>;

/** The same of values that are checked already; options without one have their default. */
export function withOptions(
  experiment: AnyExperiment,
  given: Readonly<Record<string, unknown>> = {},
): ChosenExperiment {
  const { reads = "text and images", runs = "text", aligns = true, words = [] } =
    experiment as ByAnyOptions;
  const options = { ...standardOptions(experiment.options), ...given };
  const of = <Value>(said: ByOptions<OptionSpecs, Value>) =>
    said instanceof Function ? said(options) : said;
  return {
    experiment,
    options,
    texts: printOptions(experiment.options, options),
    needs: {
      imagesAre: of(reads) === "text and images" ? "needed" : "used",
      aligned: of(aligns),
    },
    runs: of(runs),
    get otherModel() {
      return experiment.otherModel?.(options); // which may refuse the defaults
    },
    controls: controlsIn(options),
    words: of(words),
  };
}
