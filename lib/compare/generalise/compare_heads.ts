/** Whether the heads that read the negator in some sentences read it in others: rank correlations over heads. */

import { NegscopeError } from "../../errors.ts";
import { rankCorrelation } from "../../stats/correlation.ts";
import { quantiles } from "../../stats/columns.ts";
import type { Steps } from "../../stats/steps.ts";
import { headName } from "../../tables/nodes.ts";
import { fillTable, type Table } from "../../tables/table.ts";
import { ATTENTION_NOISE } from "../../study/effects/noise.ts";
import { type AttendedSet, type EstimatedSet, estimateSteps } from "./attended.ts";
import { halfSteps } from "./halves.ts";
import type { RandomRho } from "./random_towers.ts";
import {
  GENERALISE,
  GENERALISE_HALVES,
  GENERALISE_SUMMARY,
  type GeneraliseHalvesRow,
  type GeneraliseRow,
  type GeneraliseSummaryRow,
  headCells,
  QUANTITIES,
  type Quantity,
} from "./tables.ts";

/** The tables of heads on two sets of sentences. */
export interface HeadTables {
  /** generalise.csv. */
  readonly heads: Table<GeneraliseRow>;
  /** generalise_summary.csv. */
  readonly summary: Table<GeneraliseSummaryRow>;
  /** generalise_halves.csv. */
  readonly halves: Table<GeneraliseHalvesRow>;
}

/**
 * Compares heads on two sets of sentences, in steps.
 *
 * Samples draw the clusters of each set, independently of the other, and rank the heads anew. The draws of the sentences
 * elsewhere are those of a run of `attend` with the same seed.
 */
export function* compareHeadSteps(
  data: AttendedSet,
  elsewhere: AttendedSet,
  { seed, random }: { readonly seed: number; readonly random: RandomRho | undefined },
): Steps<HeadTables> {
  const [names, namesElsewhere] = [data.heads.map(headName), elsewhere.heads.map(headName)];
  if (names.join() !== namesElsewhere.join()) {
    throw new NegscopeError("not-comparable", {
      problem: "Cannot compare the heads of two results",
      subject: namesElsewhere.join(", "),
      reason:
        `they are not the same: ${names.length} in one, ${namesElsewhere.length} in the other`,
      expected: "two results of one model",
    });
  }
  const here = yield* estimateSteps(data, (seed + 1) >>> 0); // other draws than those of the other set
  const there = yield* estimateSteps(elsewhere, seed);
  const summary: GeneraliseSummaryRow[] = [];
  for (const quantity of QUANTITIES) {
    const ofRandom = quantity === "above_baseline" ? random : undefined;
    summary.push({
      ...yield* correlationSteps(quantity, here, there),
      random_least: ofRandom?.least,
      random_most: ofRandom?.most,
    });
  }
  return {
    heads: fillTable(
      GENERALISE,
      data.heads.map((head, i) => headCells(head, here.heads[i]!, there.heads[i]!)),
    ),
    summary: fillTable(GENERALISE_SUMMARY, summary),
    halves: fillTable(GENERALISE_HALVES, [
      ...yield* halfSteps("data", data, seed),
      ...yield* halfSteps("sentences", elsewhere, seed),
    ]),
  };
}

function* correlationSteps(
  quantity: Quantity,
  here: EstimatedSet,
  there: EstimatedSet,
): Steps<Omit<GeneraliseSummaryRow, "random_least" | "random_most">> {
  const both = here.heads.map((head, i) => ({
    x: head[quantity],
    y: there.heads[i]![quantity],
  })).filter(({ x, y }) => x.estimate !== undefined && y.estimate !== undefined);
  const rho = rankCorrelation(
    both.map(({ x }) => x.estimate!),
    both.map(({ y }) => y.estimate!),
    ATTENTION_NOISE,
  );
  const row = { quantity, heads: both.length, n: here.n, n_elsewhere: there.n, rho };
  if (rho === undefined || here.tail === undefined || there.tail === undefined) {
    return { ...row, samples_low: undefined, samples_high: undefined };
  }
  const found: number[] = [];
  for (let sample = 0; sample < both[0]!.x.samples.length; sample++) {
    if (sample % 100 === 0) yield;
    const value = rankCorrelation(
      both.map(({ x }) => x.samples[sample]!),
      both.map(({ y }) => y.samples[sample]!),
      ATTENTION_NOISE,
    );
    if (value !== undefined) found.push(value);
  }
  const tail = Math.min(here.tail, there.tail);
  const [low, high] = quantiles(Float64Array.from(found), [tail, 1 - tail]);
  return { ...row, samples_low: low, samples_high: high };
}
