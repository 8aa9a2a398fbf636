/** What models with random weights show by chance: how often gamma, 0 in truth, is certainly off 0, whether one tells negation, and what is right in blocks. */

import { assert, assertNotEquals } from "@std/assert";
import { negatedInData, type Pair } from "../../lib/data/pairs.ts";
import { Study } from "../../lib/runs/study.ts";
import { mean } from "../../lib/stats/columns.ts";
import { finish } from "../../lib/stats/steps.ts";
import { clusterOf } from "../../lib/study/clusters.ts";
import { understandingSteps } from "../../lib/study/effects/understanding.ts";
import { BLOCKS_SUMMARY, type BlocksSummaryRow } from "../../lib/study/evaluate/blocks.ts";
import { verdictOf } from "../../lib/study/evaluate/summary.ts";

/** The form by which a row is matched with others. */
const FORMS: Readonly<Record<string, (pair: Pair) => string>> = {
  nothing: () => "any",
  pair: (pair) => clusterOf(pair),
  frame: (pair) => negatedInData(pair).split(" no ")[0]!,
};

Deno.test("gamma of 20 models with random weights is often off 0 over all rows, hardly ever over matched ones; on either data none tells negation, and few blocks are right in both pictures", async () => {
  const off: Record<string, number> = { nothing: 0, pair: 0, frame: 0 };
  const right: Record<string, number[]> = {};
  for (let seed = 1; seed <= 20; seed++) {
    const open = { randomWeights: seed, threads: 1, cache: false };
    await using study = await Study.open({ ...open, limit: 320 });
    const results = new Map([["own", await study.run("evaluate")]]);
    if (seed % 3 === 1) { // which take twice as long
      await using pairs = await Study.open({ ...open, data: "shapes-pairs", limit: 240 });
      results.set("pairs", await pairs.run("evaluate"));
    }
    for (const [data, { tables: { summary }, allTables }] of results) {
      assertNotEquals(verdictOf(summary.rows)!.tells, "yes", `${data} ${seed}`);
      const blocks = allTables.find(({ name }) => name === BLOCKS_SUMMARY.name)!;
      for (const { quantity, value } of blocks.rows as readonly BlocksSummaryRow[]) {
        if (quantity.endsWith("right")) (right[`${data} ${quantity}`] ??= []).push(value!);
      }
    }
    for (const [by, formOf] of Object.entries(FORMS)) {
      const pairs = study.pairs.map((pair) => {
        const form = formOf(pair);
        return { ...pair, caption: form, foil: form, noun: clusterOf(pair) };
      });
      const d = results.get("own")!.tables.evaluate.rows.map((row) => row.d);
      const { gamma } = finish(understandingSteps(pairs, d, { seed: 0, cluster: "noun" }));
      off[by]! += Number(gamma.low! > 0 || gamma.high! < 0);
    }
  }
  // Of 20 intervals at 95 %, more than three miss 0 in 1.6 % of the cases.
  assert(off["nothing"]! > 6 && off["pair"]! <= 3 && off["frame"]! <= 3, JSON.stringify(off));
  // A model that cannot tell the two pictures or the two sentences apart is right in none.
  for (const [of, shares] of Object.entries(right)) assert(mean(shares)! < 0.1, `${of} ${shares}`);
});
