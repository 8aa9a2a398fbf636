/** The tables of a benchmark of the residual sweep: time by phase beside the least arithmetic, and compared with a reference. */

import { median } from "../../lib/stats/columns.ts";
import { tableOf } from "./document.ts";
import type { SweepPhase } from "./phases.ts";

/** Time by phase; `share` is the rate as a share of the machine's own. */
export function phaseTable(
  phases: readonly SweepPhase[],
  { pairs, machine }: { readonly pairs: number; readonly machine: number },
) {
  return tableOf(
    "phases",
    phases.map(({ phase, seconds, operations }) => ({
      phase,
      seconds,
      "ms a pair": 1000 * seconds / pairs,
      GFLOP: operations && operations / 1e9,
      "GFLOP/s": operations && operations / seconds / 1e9,
      share: operations && operations / seconds / machine,
    })),
  );
}

/** The seconds of each round, followed by their minimum and their median. */
export function roundTable(
  rounds: readonly { readonly negscope: number; readonly reference?: number }[],
) {
  const row = (round: string, negscope: number, reference: number | undefined) => ({
    round,
    negscope,
    reference,
    ratio: reference && negscope / reference,
  });
  const times = rounds.map(({ negscope }) => negscope);
  const references = rounds.flatMap(({ reference }) => reference ?? []);
  const summary = (name: string, by: (values: readonly number[]) => number) =>
    row(name, by(times), references.length === 0 ? undefined : by(references));
  return tableOf("rounds", [
    ...rounds.map(({ negscope, reference }, i) => row(`${i + 1}`, negscope, reference)),
    summary("least", (values) => Math.min(...values)),
    summary("median", (values) => median(values)!),
  ]);
}

/** A sweep of a number of copies of the pairs. */
export interface SweepGrowth {
  readonly copies: number;
  readonly pairs: number;
  readonly seconds: number;
  /** The peak memory of the process so far, in MB. */
  readonly peak: number;
}

/** How time and memory grow with the number of pairs; `ratio` is the time per pair divided by that of the first row. */
export function growthTable(growth: readonly SweepGrowth[]) {
  const perPair = growth.map(({ seconds, pairs }) => 1000 * seconds / pairs);
  return tableOf(
    "growth",
    growth.map(({ copies, pairs, seconds, peak }, i) => ({
      copies,
      pairs,
      seconds,
      "ms a pair": perPair[i]!,
      ratio: perPair[i]! / perPair[0]!,
      "peak MB": Math.round(peak),
    })),
  );
}
