/** How long the residual sweep of causal tracing takes. */

import { runChanges } from "../../lib/engine/changes/run_changes.ts";
import type { RunGroup } from "../../lib/engine/changes/groups.ts";
import { jobsOf } from "../../lib/experiments/trace/trace.ts";
import type { TextTower } from "../../lib/model/text/text_tower.ts";
import type { ReportingBar } from "../../lib/study/experiment/measure_rows.ts";
import type { AlignedPair } from "../../lib/study/rows/prepare.ts";
import type { SweepGrowth } from "./speed_tables.ts";
import process from "node:process";

/** Measures the fastest of some rounds for each number of copies, and the peak memory so far. */
export async function growthOf(
  text: TextTower,
  pairs: readonly AlignedPair[],
  { copies, rounds, bar }: {
    readonly copies: readonly number[];
    readonly rounds: number;
    readonly bar: (label: string) => ReportingBar;
  },
): Promise<SweepGrowth[]> {
  const growth: SweepGrowth[] = [];
  for (const number of copies) {
    const many = sweepGroups(text, copyPairs(pairs, number));
    let seconds = Infinity;
    for (let round = 0; round < rounds; round++) {
      seconds = Math.min(seconds, await timeSweep(text, many, bar(`copies ${number}`)));
    }
    const peak = process.resourceUsage().maxRSS / 1024;
    growth.push({ copies: number, pairs: many.length, seconds, peak });
  }
  return growth;
}

export function sweepGroups(text: TextTower, pairs: readonly AlignedPair[]): RunGroup[] {
  const jobOf = jobsOf(text, { site: "resid", direction: "denoise" });
  return pairs.map((pair) => jobOf(pair).group);
}

export async function timeSweep(
  text: TextTower,
  groups: readonly RunGroup[],
  bar: ReportingBar,
): Promise<number> {
  const total = groups.reduce((sum, { runs }) => sum + runs.length, 0);
  using shown = bar;
  const start = performance.now();
  let done = 0;
  for await (const results of runChanges(text, groups)) {
    shown.report(done += results.length, total);
  }
  return (performance.now() - start) / 1000;
}

/**
 * Repeats pairs with other tokens after the negator, so that the copies of a pair are equal up to the negator and differ after
 * it.
 *
 * Within a copy, pairs have as long a common beginning as the originals.
 */
export function copyPairs(pairs: readonly AlignedPair[], copies: number): AlignedPair[] {
  const tokens = new Set(pairs.flatMap(({ affirmative }) => affirmative.ids));
  const ordered = [...tokens].sort((a, b) => a - b);
  const end = ordered.at(-1)!;
  const free = Array.from({ length: end }, (_, id) => id).filter((id) => !tokens.has(id));
  return Array.from({ length: copies }, (_, copy) =>
    pairs.map((pair): AlignedPair => {
      const change = (ids: readonly number[]) =>
        ids.map((id, position) =>
          copy === 0 || position <= pair.negator || position === ids.length - 1
            ? id
            : free[(ordered.indexOf(id) + (copy - 1) * ordered.length) % free.length]!
        );
      const [negated, affirmative] = [pair.negated, pair.affirmative]
        .map((sentence) => ({ ...sentence, ids: change(sentence.ids) }));
      return { ...pair, negated: negated!, affirmative: affirmative! };
    })).flat();
}
