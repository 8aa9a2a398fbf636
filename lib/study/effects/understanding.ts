/** What rows of both sides say together: gamma, what scores owe to the picture, apart from alpha, the sentence that is liked whatever it shows. */

import { negatedInData, NEGATIONS, type Pair } from "../../data/pairs.ts";
import { wordsOf } from "../../data/words.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { type Estimate, withoutBounds } from "../../stats/estimate.ts";
import type { Steps } from "../../stats/steps.ts";
import { excludesZero } from "../../tables/estimates.ts";
import { clusterOf, frameOfRow, type StatisticsOptions } from "../clusters.ts";
import { isRounding, roundedToZero } from "./noise.ts";
import { SimultaneousRatios } from "../../stats/many.ts";

/** By what rows are matched, the strictest first: the same two sentences, or the same frame and number. */
const FORMS: readonly ((pair: Pair) => string)[] = [
  (pair) => clusterOf(pair),
  (pair) => `${frameOfRow(pair)} ${isSingular(pair) ? "singular" : "plural"}`,
];

function isSingular(pair: Pair): boolean {
  const noun = clusterOf(pair, "noun");
  return wordsOf(negatedInData(pair)).some((word) =>
    word.toLowerCase().replace(/[^\p{L}\p{N}'’-]/gu, "") === noun
  );
}

/** What each matched row adds to gamma and alpha, which are the sums of these divided by the sum of the weights. */
type MatchedSums = ReturnType<MatchedRows["split"]>;

/** The most sides of forms that clusters share of which each sample's weights are computed anew. */
const MOST_EXACT = 128;

/** Rows of which the other side has some that are alike. */
export class MatchedRows implements Disposable {
  readonly places: readonly number[];
  readonly bootstrap: ClusterBootstrap;
  /** 1 for the rows of the side with fewer effective clusters, which decide how wide intervals are. */
  readonly fewer: Float64Array;
  /** Of each row, twice the number of its form, and one more on the second side. */
  readonly #cells: Int32Array;
  readonly #isShared: boolean;

  constructor(
    pairs: readonly Pair[],
    formOf: (pair: Pair) => string,
    { seed, cluster }: StatisticsOptions,
  ) {
    const sideOf = (row: number) => NEGATIONS.indexOf(pairs[row]!.negation);
    const forms = [...Map.groupBy(pairs.keys(), (row) => formOf(pairs[row]!)).values()]
      .filter((rows) => new Set(rows.map(sideOf)).size === NEGATIONS.length);
    this.places = forms.flat();
    this.#cells = Int32Array.from(
      forms.flatMap((rows, i) => rows.map((row) => 2 * i + sideOf(row))),
    );
    const clusters = this.places.map((row) => clusterOf(pairs[row]!, cluster));
    this.bootstrap = new ClusterBootstrap(clusters, { seed });
    const ofForm = Map.groupBy(clusters.keys(), (row) => this.#cells[row]! >> 1);
    this.#isShared = ofForm.values()
      .some((rows) => new Set(rows.map((row) => clusters[row])).size > 1);
    const sides = NEGATIONS.map((_, side) =>
      Float64Array.from(this.#cells, (cell) => +(cell % 2 === side))
    );
    const clustersOf = (side: Float64Array) => this.bootstrap.effectiveClusters(side);
    this.fewer = this.bootstrap.kept(sides.toSorted((a, b) => clustersOf(a) - clustersOf(b))[0]!);
  }

  get isEnough(): boolean {
    return this.bootstrap.tail(this.fewer) !== undefined;
  }

  [Symbol.dispose](): void {
    this.bootstrap[Symbol.dispose]();
  }

  /**
   * Splits a value of each row, such as its d, of which F and C are the means over the foil- and the caption-negated rows of a form: gamma is
   * (F + C) / 4, alpha (F - C) / 4, both averaged over forms with the weights w = n_f n_c / (n_f + n_c).
   *
   * A foil-negated row adds (n_c / (n_f + n_c))^2 times its form's gamma, whose sum over the form is w gamma, and w (value - F) / (4 n_f), whose
   * sum is 0: so the sums over drawn rows are exact where a cluster has all rows of a form, as sentence pairs have, and exact in the
   * first order elsewhere.
   *
   * @param values By place among the rows given; undefined for a row that does not count.
   */
  split(values: (place: number) => number | undefined) {
    const own = this.places.map(values);
    const zeros = () => new Float64Array(own.length);
    const [n, sums] = [zeros(), zeros()]; // by cell, of which there are at most as many as rows
    own.forEach((value, row) => {
      if (value === undefined) return;
      n[this.#cells[row]!]! += 1;
      sums[this.#cells[row]!]! += value;
    });
    const [gamma, alpha, weights] = [zeros(), zeros(), zeros()];
    own.forEach((value, row) => {
      const cell = this.#cells[row]!;
      const [side, foil] = [cell % 2, cell - cell % 2];
      const [ofForm, others] = [n[cell]!, n[cell ^ 1]!];
      if (value === undefined || others === 0) return;
      const both = ofForm + others;
      const [f, c] = [sums[foil]! / n[foil]!, sums[foil + 1]! / n[foil + 1]!];
      const weight = (others / both) ** 2;
      const off = others / both * (value - sums[cell]! / ofForm) / 4;
      weights[row] = weight;
      gamma[row] = weight * (f + c) / 4 + off;
      alpha[row] = weight * (f - c) / 4 + (side === 0 ? off : -off);
    });
    return { gamma, alpha, weights };
  }

  /** Gamma and alpha of d; with few forms that clusters share, exact in every sample as well. */
  means(d: readonly number[]): Record<"gamma" | "alpha", Estimate> {
    const cells = [...new Set(this.#cells)].sort((a, b) => a - b);
    if (!this.#isShared || cells.length > MOST_EXACT) {
      const { gamma, alpha, weights } = this.split((row) => d[row]);
      return { gamma: this.ratio(gamma, weights), alpha: this.ratio(alpha, weights) };
    }
    const ofCell = (cell: number, valueOf: (row: number) => number) =>
      Float64Array.from(this.places, (row, i) => this.#cells[i] === cell ? valueOf(row) : 0);
    const columns = cells.flatMap((cell) => [
      ofCell(cell, () => 1),
      ofCell(cell, (row) => d[row]!),
    ]);
    const sums = this.bootstrap.sums(columns);
    const quarter = (sign: number) => (of: readonly number[]) => {
      let [sum, whole] = [0, 0];
      for (let form = 0; form < of.length; form += 4) {
        const [n, f, m, c] = of.slice(form, form + 4) as [number, number, number, number];
        if (n === 0 || m === 0) continue;
        const weight = n * m / (n + m);
        sum += weight * (f / n + sign * c / m);
        whole += weight;
      }
      return sum / whole / 4;
    };
    const [gamma, alpha] = [1, -1].map((sign) => sums(quarter(sign), { weights: this.fewer }));
    return { gamma: gamma!, alpha: alpha! };
  }

  /** The sum of numerators divided by that of denominators, with its interval; NaN's estimate is undefined. */
  ratio(numerators: Float64Array, denominators: Float64Array): Estimate {
    return this.bootstrap.sums([numerators, denominators])(
      ([above, below]) => above! / below!,
      { weights: this.fewer },
    );
  }
}

/**
 * Matches rows by their two sentences; if the side with fewer effective clusters then has too few for intervals, by their frame and number. If
 * these are too few as well, all rows are taken, unmatched and in one cluster, so that nothing has an interval.
 */
export function* matchedSteps(
  pairs: readonly Pair[],
  { seed, cluster }: StatisticsOptions,
): Steps<MatchedRows> {
  for (const formOf of FORMS) {
    yield;
    const matched = new MatchedRows(pairs, formOf, { seed, cluster });
    if (!matched.isEnough) continue;
    yield* matched.bootstrap.draw();
    return matched;
  }
  return new MatchedRows(pairs, () => "", { seed, cluster: "whole" });
}

/**
 * Of the d of rows, gamma, how much better the true sentence scores, apart from what the model likes in sentences: a quarter of the sum of both
 * sides' mean d; alpha, half of how much higher the affirmative sentence scores over both sides: a quarter of their difference; and how many rows
 * have a form that both sides have, 0 if all are taken, unmatched.
 */
export function* understandingSteps(
  pairs: readonly Pair[],
  d: readonly number[],
  options: StatisticsOptions,
): Steps<Record<"gamma" | "alpha", Estimate> & { readonly matched: number }> {
  using matched = yield* matchedSteps(pairs, options);
  const { gamma, alpha } = matched.means(d);
  return {
    gamma: roundedToZero(gamma),
    alpha: roundedToZero(alpha),
    matched: matched.isEnough ? matched.places.length : 0,
  };
}

/** Effects on d over matched rows, each with simultaneous intervals. */
export class EffectsOnBoth {
  readonly #rows: MatchedRows;
  readonly #d: readonly number[];
  readonly #ofD: MatchedSums;
  readonly #isGammaKnown: boolean;
  readonly #shares: SimultaneousRatios;
  readonly #alphas: SimultaneousRatios;

  constructor(rows: MatchedRows, d: readonly number[]) {
    const { bootstrap } = rows;
    this.#rows = rows;
    this.#d = d;
    this.#ofD = rows.split((row) => d[row]);
    bootstrap.kept(this.#ofD.gamma);
    bootstrap.kept(this.#ofD.weights);
    const gamma = roundedToZero(rows.ratio(this.#ofD.gamma, this.#ofD.weights));
    this.#isGammaKnown = excludesZero(gamma);
    this.#shares = new SimultaneousRatios(bootstrap, rows.fewer);
    this.#alphas = new SimultaneousRatios(bootstrap, rows.fewer);
  }

  /**
   * Adds an effect on d by row, in logits; undefined for a row that has none. Gives its mean, its share of gamma, undefined where gamma is not
   * certainly off 0, and its effect on alpha; after all were added, also the intervals that hold for all of them at once.
   */
  add(effectOf: (row: number) => number | undefined) {
    const rows = this.#rows;
    const effects = this.#d.map((_, row) => effectOf(row));
    const isIdle = isRounding(effects);
    const { gamma, alpha, weights } = rows.split((row) =>
      isIdle && effects[row] !== undefined ? 0 : effects[row]
    );
    const isWhole = rows.places.every((row) => effects[row] !== undefined);
    const ofD = isWhole
      ? this.#ofD
      : rows.split((row) => effects[row] === undefined ? undefined : this.#d[row]);
    const [share, ownAlpha] = [
      this.#isGammaKnown ? this.#shares.add(gamma, ofD.gamma) : UNKNOWN,
      this.#alphas.add(alpha, ofD.weights),
    ];
    return {
      ...rows.ratio(gamma, ofD.weights),
      n: weights.reduce((n, weight) => n + Number(weight > 0), 0),
      share,
      alpha: ownAlpha,
      simultaneous: () => ({ share: share.simultaneous(), alpha: ownAlpha.simultaneous() }),
    };
  }
}

const UNKNOWN = { ...withoutBounds(undefined), simultaneous: () => withoutBounds(undefined) };
