/** What a model's scores owe to the picture, gamma, apart from the sentence that it likes whatever the picture shows, alpha. */

import { negatedInData, type Pair } from "../../data/pairs.ts";
import { wordsOf } from "../../data/words.ts";
import { areEnough, effectiveClusters } from "../../stats/effective_clusters.ts";
import { ClusterBootstrap } from "../../stats/intervals/bootstrap.ts";
import { type Estimate, withoutBounds } from "../../stats/intervals/estimate.ts";
import type { Steps } from "../../stats/steps.ts";
import { clusterOf, type StatisticsOptions } from "../clusters.ts";
import { frameOfRow } from "../held_out.ts";

/** Rows that are alike but for which of the two sentences is true. */
interface Row {
  readonly pair: Pair;
  readonly d: number;
  readonly cluster: string;
}

/** Gamma and alpha of matched rows. */
export interface Understanding {
  /** How much better the true sentence scores, apart from what the model likes in sentences: a quarter of the sum of both sides' mean d. */
  readonly gamma: Estimate;
  /** How much higher the affirmative sentence scores over both sides, halved: a quarter of the difference of both sides' mean d. */
  readonly alpha: Estimate;
  /** Rows whose form both sides have; 0 if all rows are taken, unmatched. */
  readonly matched: number;
}

/** The rows of one form and cluster: their number on each side, and the sum of their d. */
interface Cell {
  readonly form: string;
  readonly cluster: string;
  foils: number;
  ofFoils: number;
  captions: number;
  ofCaptions: number;
}

/** By what rows are matched, the strictest first: the same two sentences, or the same frame and number. */
const FORMS: readonly ((pair: Pair) => string)[] = [
  (pair) => clusterOf(pair),
  (pair) => `${frameOfRow(pair)} ${isSingular(pair) ? "singular" : "plural"}`,
];

/** Whether the subject is named in the singular. */
function isSingular(pair: Pair): boolean {
  const noun = clusterOf(pair, "noun");
  return wordsOf(negatedInData(pair)).some((word) =>
    word.toLowerCase().replace(/[^\p{L}\p{N}'’-]/gu, "") === noun
  );
}

/**
 * Takes the mean d of each side within each form and averages over forms, on both sides with the weights n_f n_c / (n_f + n_c).
 *
 * The intervals draw the clusters of both sides together. The side with fewer effective clusters decides their width, and whether there are
 * any: if too few rows have the same two sentences on both sides, rows of the same frame and number are matched. If these are too few as
 * well, the values are those of all rows, unmatched, and have no interval.
 */
export function* understandingSteps(
  pairs: readonly Pair[],
  d: readonly number[],
  { seed, cluster }: StatisticsOptions,
): Steps<Understanding> {
  const rows = pairs.map((pair, i): Row => ({ pair, d: d[i]!, cluster: clusterOf(pair, cluster) }));
  const matched = FORMS.map((formOf) => matchedCells(rows, formOf));
  yield;
  const chosen = matched.find(({ clusters }) => areEnough(clusters));
  if (chosen === undefined) {
    const { cells } = matchedCells(rows, () => "");
    const { gamma, alpha } = byForms(cells, cells.map(() => 1));
    return { gamma: withoutBounds(gamma), alpha: withoutBounds(alpha), matched: 0 };
  }
  const { cells, weights } = chosen;
  using bootstrap = new ClusterBootstrap(cells.map(({ cluster }) => cluster), { seed });
  yield* bootstrap.draw();
  const estimateOf = (name: "gamma" | "alpha") =>
    bootstrap.resample((counts) => byForms(cells, counts)[name] ?? NaN, weights);
  const n = cells.reduce((sum, { foils, captions }) => sum + foils + captions, 0);
  return { gamma: estimateOf("gamma"), alpha: estimateOf("alpha"), matched: n };
}

/** The cells of the forms that both sides have, form by form, and the side with fewer effective clusters. */
function matchedCells(rows: readonly Row[], formOf: (pair: Pair) => string) {
  const cells = [...Map.groupBy(rows, ({ pair }) => formOf(pair))].flatMap(([form, ofForm]) => {
    const isOnBoth = ["foil", "caption"].every((side) =>
      ofForm.some(({ pair }) => pair.negation === side)
    );
    return isOnBoth ? cellsOf(form, ofForm) : [];
  });
  const [fewer] = [cells.map(({ foils }) => foils), cells.map(({ captions }) => captions)]
    .map((weights) => ({ weights, clusters: clustersIn(cells, weights) }))
    .sort((a, b) => a.clusters - b.clusters);
  return { cells, ...fewer! };
}

function cellsOf(form: string, rows: readonly Row[]): Cell[] {
  const cells = new Map<string, Cell>();
  for (const { pair: { negation }, d, cluster } of rows) {
    const cell = cells.getOrInsertComputed(
      cluster,
      () => ({ form, cluster, foils: 0, ofFoils: 0, captions: 0, ofCaptions: 0 }),
    );
    if (negation === "foil") {
      cell.foils++;
      cell.ofFoils += d;
    } else {
      cell.captions++;
      cell.ofCaptions += d;
    }
  }
  return [...cells.values()];
}

function clustersIn(cells: readonly Cell[], weights: readonly number[]): number {
  const sums = new Map<string, number>();
  for (const [i, { cluster }] of cells.entries()) {
    sums.set(cluster, (sums.get(cluster) ?? 0) + weights[i]!);
  }
  return effectiveClusters([...sums.values()]);
}

/** Gamma and alpha of cells that are drawn so many times; nothing where no form has rows of both sides. */
function byForms(
  cells: readonly Cell[],
  counts: ArrayLike<number>,
): { readonly gamma: number | undefined; readonly alpha: number | undefined } {
  let [onFoils, onCaptions, whole] = [0, 0, 0];
  for (let i = 0; i < cells.length;) {
    const { form } = cells[i]!;
    let [foils, ofFoils, captions, ofCaptions] = [0, 0, 0, 0];
    for (; i < cells.length && cells[i]!.form === form; i++) {
      const [cell, times] = [cells[i]!, counts[i]!];
      foils += times * cell.foils;
      ofFoils += times * cell.ofFoils;
      captions += times * cell.captions;
      ofCaptions += times * cell.ofCaptions;
    }
    if (foils === 0 || captions === 0) continue;
    const weight = foils * captions / (foils + captions);
    onFoils += weight * ofFoils / foils;
    onCaptions += weight * ofCaptions / captions;
    whole += weight;
  }
  if (whole === 0) return { gamma: undefined, alpha: undefined };
  return {
    gamma: (onFoils + onCaptions) / whole / 4,
    alpha: (onFoils - onCaptions) / whole / 4,
  };
}
