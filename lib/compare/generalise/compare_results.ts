/** Compares the heads of two results of a study, as `deno task generalise` does for two runs. */

import type { ChartSpec } from "../../charts/spec.ts";
import { NegscopeError } from "../../errors.ts";
import { SEED, STUDY_OPTIONS } from "../../study/choice/study_options.ts";
import { checkedValue } from "../../options/values.ts";
import { inTurns } from "../../stats/steps.ts";
import { clustersText } from "../../study/clusters.ts";
import type { Result } from "../../study/result.ts";
import type { Experiments } from "../../experiments/all.ts";
import { attendedSet } from "./attended.ts";
import { generaliseChart } from "./chart.ts";
import { compareHeadSteps, type HeadTables } from "./compare_heads.ts";
import { generaliseFindings } from "./findings.ts";
import { type ControlledHead, type ControlledSet, randomRho } from "./random_towers.ts";
import { isOneModel } from "../study_difference.ts";
import { mergedSources } from "../write_comparison.ts";

/** Heads on two sets of sentences. */
export interface ComparedHeads {
  /** The tables. */
  readonly tables: HeadTables;
  /** The charts by the names of their files: `generalise`. */
  readonly charts: ReadonlyMap<string, ChartSpec>;
  /** The findings. */
  readonly findings: string;
}

/**
 * Finds out whether the heads that read the negator in some sentences read it in others: Spearman's rank correlation of their selectivity over
 * heads, and the heads that are among the most selective in both.
 *
 * @param data The result of `attend` on the data.
 * @param elsewhere The result of `attend` of the same model on other sentences, such as those of `shapes-sentences`.
 * @param options The seed of the draws for intervals. @default {0}
 * @throws {NegscopeError} If the results are of different models, or keep different rows together (`cluster`).
 *
 * @example
 * ```ts
 * import { Study } from "negscope";
 * import { type ComparedHeads, compareHeads } from "negscope/published";
 * import { assertEquals } from "@std/assert";
 *
 * await using data = await Study.open({ limit: 40, cache: false });
 * await using elsewhere = await Study.open({ data: "shapes-sentences", limit: 40, cache: false });
 * const results = [await data.run("attend"), await elsewhere.run("attend")] as const;
 * const { tables }: ComparedHeads = await compareHeads(...results);
 * assertEquals(tables.summary.rows.map(({ quantity }) => quantity), ["selectivity", "baseline", "above_baseline"]);
 * ```
 */
export async function compareHeads(
  data: Result<Experiments["attend"]>,
  elsewhere: Result<Experiments["attend"]>,
  options: { readonly seed?: number } = {},
): Promise<ComparedHeads> {
  const seed = checkedValue("seed", options.seed ?? SEED.standard, SEED)!;
  const seeds = [data, elsewhere].map(({ study }) => study.inputs.choice.randomWeights);
  if (seeds[0] !== seeds[1] || !isOneModel(data.sources.model, elsewhere.sources.model)) {
    throw new NegscopeError("not-comparable", {
      problem: "Cannot compare the heads of two results",
      subject: elsewhere.study.inputs.modelName,
      reason: "they are not of the same model files",
      expected: "two results of one model",
    });
  }
  const clusters = [data, elsewhere].map(({ study }) =>
    study.inputs.choice.cluster ?? STUDY_OPTIONS.cluster.standard
  );
  if (clusters[0] !== clusters[1]) {
    throw new NegscopeError("not-comparable", {
      problem: "Cannot compare the heads of two results",
      subject: clusters[1],
      reason: `intervals of one keep together the rows of a ${
        clusters[0]
      }, of the other those of a ${clusters[1]}`,
      fix: "open both studies with the same cluster",
    });
  }
  const sets = [data, elsewhere].map(({ tables, study }) =>
    attendedSet(tables.attention.rows, study.pairs, study.inputs.choice.cluster)!
  );
  const { cluster } = data.study.inputs.choice;
  const random = randomRho(controlledSet(data), controlledSet(elsewhere));
  const tables = await inTurns(compareHeadSteps(sets[0]!, sets[1]!, { seed, random }));
  const sources = mergedSources([data.sources, elsewhere.sources]);
  const chart = generaliseChart(tables.heads.rows, {
    sources,
    summary: tables.summary.rows,
    clusters: clustersText(cluster),
  });
  return {
    tables,
    charts: new Map([["generalise", chart]]),
    findings: generaliseFindings(tables.heads.rows, tables.summary.rows, {
      halves: tables.halves.rows,
    }),
  };
}

/** The heads of the controls of a result; none if it has none. */
function controlledSet({ tables }: Result<Experiments["attend"]>): ControlledSet {
  const { headsControls } = tables as {
    readonly headsControls?: { readonly rows: readonly ControlledHead[] };
  };
  return { controls: headsControls?.rows ?? [], heads: tables.heads.rows };
}
