/** What a model's scores owe to the picture, gamma, apart from the sentence that it likes whatever the picture shows, alpha. */

import { negatedInData, NEGATIONS, type Pair } from "../../data/pairs.ts";
import { wordsOf } from "../../data/words.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { type Estimate, finite, withoutBounds } from "../../stats/estimate.ts";
import type { Steps } from "../../stats/steps.ts";
import { clusterOf, frameOfRow, type StatisticsOptions } from "../clusters.ts";

/** Gamma and alpha of matched rows. */
interface Understanding {
  /** How much better the true sentence scores, apart from what the model likes in sentences: a quarter of the sum of both sides' mean d. */
  readonly gamma: Estimate;
  /** Half of how much higher the affirmative sentence scores over both sides: a quarter of the difference of both sides' mean d. */
  readonly alpha: Estimate;
  /** Rows whose form both sides have; 0 if all rows are taken, unmatched. */
  readonly matched: number;
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
  for (const formOf of FORMS) {
    yield;
    const matched = matchedRows(pairs, d, formOf);
    const clusters = matched.pairs.map((pair) => clusterOf(pair, cluster));
    using bootstrap = new ClusterBootstrap(clusters, { seed });
    const sides = NEGATIONS.map((side) =>
      matched.pairs.map(({ negation }) => Number(negation === side))
    );
    const [fewer] = sides.sort((a, b) =>
      bootstrap.effectiveClusters(a) - bootstrap.effectiveClusters(b)
    );
    if (bootstrap.tail(fewer) === undefined) continue;
    yield* bootstrap.draw();
    const [gamma, alpha] = [1, -1].map((sign) =>
      bootstrap.resample((counts) => quarter(matched, sign, counts), fewer)
    );
    return { gamma: gamma!, alpha: alpha!, matched: clusters.length };
  }
  const rows = matchedRows(pairs, d, () => "");
  const [gamma, alpha] = [1, -1].map((sign) => withoutBounds(finite(quarter(rows, sign))));
  return { gamma: gamma!, alpha: alpha!, matched: 0 };
}

/** Rows of forms that both sides have. */
interface Matched {
  readonly pairs: readonly Pair[];
  readonly d: Float64Array;
  /** Of each row, twice the place of its form, and one more where the caption is negated. */
  readonly cells: Int32Array;
}

function matchedRows(
  pairs: readonly Pair[],
  d: readonly number[],
  formOf: (pair: Pair) => string,
): Matched {
  const sideOf = (row: number) => NEGATIONS.indexOf(pairs[row]!.negation);
  const forms = [...Map.groupBy(pairs.keys(), (row) => formOf(pairs[row]!)).values()]
    .filter((rows) => new Set(rows.map(sideOf)).size === NEGATIONS.length);
  const rows = forms.flat();
  return {
    pairs: rows.map((row) => pairs[row]!),
    d: Float64Array.from(rows, (row) => d[row]!),
    cells: Int32Array.from(forms.flatMap((rows, i) => rows.map((row) => 2 * i + sideOf(row)))),
  };
}

/** A quarter of the sum, or with the sign -1 the difference, of both sides' mean d over rows that count so often; NaN if no form has both. */
function quarter({ d, cells }: Matched, sign: number, counts?: ArrayLike<number>): number {
  const size = (cells.at(-1) ?? -1) + 2;
  const [n, sums] = [new Float64Array(size), new Float64Array(size)];
  for (let row = 0; row < d.length; row++) {
    const times = counts === undefined ? 1 : counts[row]!;
    n[cells[row]!]! += times;
    sums[cells[row]!]! += times * d[row]!;
  }
  let [sum, whole] = [0, 0];
  for (let foil = 0; foil + 1 < size; foil += 2) {
    const [foils, captions] = [n[foil]!, n[foil + 1]!];
    if (foils === 0 || captions === 0) continue;
    const weight = foils * captions / (foils + captions);
    sum += weight * (sums[foil]! / foils + sign * sums[foil + 1]! / captions);
    whole += weight;
  }
  return sum / whole / 4;
}
