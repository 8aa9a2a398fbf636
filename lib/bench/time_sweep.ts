/** How long the residual sweep of causal tracing takes. */

import process from "node:process";
import { copyPairs } from "./pair_copies.ts";
import type { SweepGrowth } from "./speed_tables.ts";
import type { ReportingBar } from "../experiments/measure_rows.ts";
import { sweep } from "../experiments/sweep/sweep.ts";
import type { SweepPair } from "../experiments/sweep/general_sweep.ts";
import type { TextTower } from "../model/text/text_tower.ts";

/** Measures the fastest of some rounds for each number of copies, and the peak memory so far. */
export async function growthOf(
  text: TextTower,
  pairs: readonly SweepPair[],
  { copies, rounds, bar }: {
    readonly copies: readonly number[];
    readonly rounds: number;
    readonly bar: (label: string) => ReportingBar;
  },
): Promise<SweepGrowth[]> {
  const growth: SweepGrowth[] = [];
  for (const number of copies) {
    const many = copyPairs(pairs, number);
    let seconds = Infinity;
    for (let round = 0; round < rounds; round++) {
      const own = await timeSweep(text, many, bar(`copies ${number}`));
      seconds = Math.min(seconds, own);
    }
    const peak = process.resourceUsage().maxRSS / 1024;
    growth.push({ copies: number, pairs: many.length, seconds, peak });
  }
  return growth;
}

/** Measures the seconds of one sweep. */
export async function timeSweep(
  text: TextTower,
  pairs: readonly SweepPair[],
  bar: ReportingBar,
): Promise<number> {
  const total = pairs.flatMap(({ cells }) => cells).filter(({ kind }) => kind === "run").length;
  using shown = bar;
  const start = performance.now();
  let done = 0;
  for await (const results of sweep(text, pairs, "resid")) {
    shown.report(done += results.length, total);
  }
  return (performance.now() - start) / 1000;
}
