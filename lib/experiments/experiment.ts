/** What an experiment is: one value, from which its task, help, files, resuming, shards, merging and report follow. */

import type { ChartSpec } from "../charts/spec.ts";
import type { Pair } from "../data/pairs.ts";
import type { Sources } from "../files/sources.ts";
import type { OptionsOf, OptionSpecs } from "../options/option.ts";
import type { Progress } from "../subject/embeddings/embed.ts";
import type { KeptRows } from "../subject/kept_rows.ts";
import type { EvaluateRow } from "../subject/score_rows.ts";
import type { Subject } from "../subject/subject.ts";
import type { AnyTable } from "../tables/table.ts";

/** The tables of an experiment by a name of its own; their files have the names in the tables. */
export type AnyTables = Readonly<Record<string, AnyTable>>;

/** All that a run measured of one row of the data; it survives JSON unchanged. */
export interface MeasuredRow<Measured> {
  /** The row. */
  readonly pair: Pair;
  /** Its scores; absent without images. */
  readonly scores?: EvaluateRow | undefined;
  /** What the experiment measured of it. */
  readonly measured: Measured;
}

/** A measurement under way: what is finished already, and who wants to know of the progress. */
export interface Phase {
  /** Numbers of finished rows by the row's id, of this run or the one that it goes on with. */
  readonly kept: KeptRows;
  /** Numbers of finished rows of something else that is measured of them, by a name for it. */
  readonly keptOf: (part: string) => KeptRows;
  /** Called with how much is done. */
  readonly progress: Progress;
}

/** What tables are made with besides the rows. */
export interface TableContext {
  /** Decides the draws of intervals and permutations. */
  readonly seed: number;
}

/** What charts are made with besides the tables. */
export interface ChartContext {
  /** Checksums of the model and the data. */
  readonly sources: Sources;
}

/** An experiment. */
export interface Experiment<
  Specs extends OptionSpecs,
  Measured,
  Tables extends AnyTables,
> {
  /** The task's name. */
  readonly name: string;
  /** What it finds out, in a few words: the list of tasks. */
  readonly summary: string;
  /** What it does, in a sentence: the task's help. */
  readonly does: string;
  /** What it reads. */
  readonly reads: "text and images" | "text, images if given";
  /** The tower that `measure` runs: the other one's memory is freed before. */
  readonly runs: "text" | "image" | "none";
  /** What it can be told. */
  readonly options: Specs;
  /**
   * Checks the options against the text tower's sizes.
   *
   * @param options The options.
   * @param sizes The text tower's sizes.
   * @throws {NegscopeError} If a value is none for this model.
   */
  check?(options: OptionsOf<Specs>, sizes: { readonly layers: number }): void;
  /**
   * The hook points that `measure` stops at: what cannot be reached is reported before any work.
   *
   * @param options The options.
   * @param layers The tower's number of blocks.
   */
  hooks?(options: OptionsOf<Specs>, layers: number): readonly string[];
  /**
   * Loads what `measure` needs besides the tower's own subgraphs; its time counts as loading.
   *
   * @param subject The model and the rows.
   * @param options The options.
   */
  prepare?(subject: Subject, options: OptionsOf<Specs>): Promise<void>;
  /**
   * Measures every row.
   *
   * @param subject The model and the rows.
   * @param options The options.
   * @param phase What is finished already, and whom to tell of the progress.
   * @returns One value a row, in their order, which JSON holds unchanged.
   */
  measure(
    subject: Subject,
    options: OptionsOf<Specs>,
    phase: Phase,
  ): Promise<readonly Measured[]>;
  /**
   * Makes the tables: a function of the measured rows alone, so that a task, merged shards and a notebook have the same.
   *
   * @param rows All rows, or none.
   * @param context The options and the seed.
   */
  tables(rows: readonly MeasuredRow<Measured>[], context: OptionsOf<Specs> & TableContext): Tables;
  /**
   * Draws the charts, by the names of their files.
   *
   * @param tables The tables.
   * @param context The options, the seed and the checksums of what the charts show.
   */
  charts(
    tables: Tables,
    context: OptionsOf<Specs> & TableContext & ChartContext,
  ): Readonly<Record<string, ChartSpec>>;
  /**
   * Says what was found, for the end of a run and a notebook; it ends in a line break.
   *
   * @param tables The tables.
   */
  findings(tables: Tables): string;
  /**
   * Which engine measures each row, of an experiment that has a choice; how many rows each has is reported.
   *
   * @param subject The model and the rows.
   * @param options The options.
   * @returns A name for each row; undefined for a row that is not run.
   */
  engines?(
    subject: Subject,
    options: OptionsOf<Specs>,
  ): Promise<readonly (string | undefined)[]>;
}

/** Any experiment, as a list holds it. */
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

/**
 * Types an experiment by what it is made of.
 *
 * @param experiment The experiment.
 */
export function experiment<
  const Specs extends OptionSpecs,
  Measured,
  Tables extends AnyTables,
>(experiment: Experiment<Specs, Measured, Tables>): Experiment<Specs, Measured, Tables> {
  return experiment;
}
