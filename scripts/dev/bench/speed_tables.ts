/** The tables of a benchmark of the residual sweep: time by phase beside the least arithmetic, and compared with a reference. */

import { median } from "../../../lib/stats/quantile.ts";
import type { Table } from "../../../lib/tables/table.ts";
import type { SweepPhase } from "./phases.ts";

/** A row of the table of phases. */
export interface SpeedRow {
  readonly phase: string;
  readonly seconds: number;
  readonly "ms a pair": number;
  readonly GFLOP: number | undefined;
  readonly "GFLOP/s": number | undefined;
  /** The rate as a share of the machine's own. */
  readonly share: number | undefined;
}

/** Makes the table of time by phase. */
export function phaseTable(
  phases: readonly SweepPhase[],
  { pairs, machine }: { readonly pairs: number; readonly machine: number },
): Table<SpeedRow> {
  return {
    name: "phases",
    columns: ["phase", "seconds", "ms a pair", "GFLOP", "GFLOP/s", "share"],
    rows: phases.map(({ phase, seconds, operations }) => ({
      phase,
      seconds,
      "ms a pair": 1000 * seconds / pairs,
      GFLOP: operations && operations / 1e9,
      "GFLOP/s": operations && operations / seconds / 1e9,
      share: operations && operations / seconds / machine,
    })),
  };
}

/** A row of the table of rounds. */
export interface RoundRow {
  readonly round: string;
  readonly negscope: number;
  readonly reference: number | undefined;
  readonly ratio: number | undefined;
}

/** Makes the table of the seconds of each round, followed by their minimum and their median. */
export function roundTable(
  rounds: readonly { readonly negscope: number; readonly reference?: number }[],
): Table<RoundRow> {
  const row = (round: string, negscope: number, reference: number | undefined): RoundRow => ({
    round,
    negscope,
    reference,
    ratio: reference && negscope / reference,
  });
  const own = rounds.map(({ negscope }) => negscope);
  const references = rounds.flatMap(({ reference }) => reference ?? []);
  const summary = (name: string, of: (values: readonly number[]) => number) =>
    row(name, of(own), references.length === 0 ? undefined : of(references));
  return {
    name: "rounds",
    columns: ["round", "negscope", "reference", "ratio"],
    rows: [
      ...rounds.map(({ negscope, reference }, i) => row(`${i + 1}`, negscope, reference)),
      summary("least", (values) => Math.min(...values)),
      summary("median", (values) => median(values)!),
    ],
  };
}

/** A sweep of a number of copies of the pairs. */
export interface SweepGrowth {
  readonly copies: number;
  readonly pairs: number;
  /** Seconds of the fastest round. */
  readonly seconds: number;
  /** The peak memory of the process so far, in MB. */
  readonly peak: number;
}

/** A row of the table of growth. */
export interface GrowthRow {
  readonly copies: number;
  readonly pairs: number;
  readonly seconds: number;
  readonly "ms a pair": number;
  /** Milliseconds per pair divided by those of the first row. */
  readonly ratio: number;
  readonly "peak MB": number;
}

/** Makes the table of how time and memory grow with the number of pairs. */
export function growthTable(growth: readonly SweepGrowth[]): Table<GrowthRow> {
  const perPair = growth.map(({ seconds, pairs }) => 1000 * seconds / pairs);
  return {
    name: "growth",
    columns: ["copies", "pairs", "seconds", "ms a pair", "ratio", "peak MB"],
    rows: growth.map(({ copies, pairs, seconds, peak }, i) => ({
      copies,
      pairs,
      seconds,
      "ms a pair": perPair[i]!,
      ratio: perPair[i]! / perPair[0]!,
      "peak MB": Math.round(peak),
    })),
  };
}
