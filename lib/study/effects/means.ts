/** Means of effects over groups of rows, and what shares of d they are, with intervals over clusters of rows. */

import { ClusterBootstrap, type Estimate } from "../../stats/bootstrap.ts";
import { isRounding, signOfD, sizeOfD } from "./noise.ts";
import { partOnBoth, type RowValues } from "../../tables/estimates.ts";
import { type Negation, NEGATIONS, type Pair } from "../../data/pairs.ts";
import type { Steps } from "../../stats/steps.ts";
import { type EvaluateRow, type Segment, SEGMENTS } from "../rows/score_rows.ts";
import { type ClusterBy, clusterOf, type StatisticsOptions } from "../clusters.ts";
import { type ShareOfD, SimultaneousRatios } from "../../stats/many.ts";
import { EffectsOnBoth, matchedSteps } from "./understanding.ts";
import { unknownName } from "../../errors/errors.ts";
import type { Row, Table, TableCell } from "../../tables/table.ts";

/**
 * The shares of d that the effects of a group of rows are:
 *
 *     share = sum over rows of sign(d) effect / sum over rows of |d|
 *
 * It is 1 for a part that brings about d in every row, whichever sign d has, where the mean effect of a model that is right in half of
 * the rows is 0. If d has one sign in all rows, it is the ratio of the sums of the effect and of d. Rows without an effect count in
 * neither sum, nor do rows whose d is no more than the rounding error of S, so that its sign says nothing. A share is 0 if no effect
 * exceeds that error, and undefined if no |d| does.
 */
export class SharesOfD {
  readonly #signs: readonly number[];
  readonly #weights: Float64Array;
  readonly #ratios: SimultaneousRatios;

  constructor(bootstrap: ClusterBootstrap, d: readonly number[]) {
    this.#signs = d.map(signOfD);
    this.#weights = bootstrap.kept(Float64Array.from(d, sizeOfD));
    this.#ratios = new SimultaneousRatios(bootstrap);
  }

  /** Adds an effect: one per row, in logits; undefined if it has none. */
  add(effects: readonly (number | undefined)[]): ShareOfD {
    const weights = effects.includes(undefined)
      ? this.#weights.map((weight, row) => effects[row] === undefined ? 0 : weight)
      : this.#weights;
    const isIdle = isRounding(effects);
    const parts = new Float64Array(effects.length); // from() takes ten times as long
    if (!isIdle) {
      effects.forEach((effect = 0, row) => parts[row] = this.#signs[row]! * effect);
    }
    return this.#ratios.add(parts, weights);
  }
}

/**
 * Averages effects on S or d, in logits, over the rows that have one. The mean and its bounds are 0 if no effect is larger than the rounding
 * error of S: it would look like an effect of the same sign in all rows.
 */
export function meanEffect(
  bootstrap: ClusterBootstrap,
  effects: readonly (number | undefined)[],
): Estimate {
  const isIdle = isRounding(effects);
  return bootstrap.mean(effects.map((effect) => isIdle && effect !== undefined ? 0 : effect));
}

/** The lines of a table that one row of the data has; they may be made on request. */
export interface RowLines<Line> {
  /** The row with its scores. */
  readonly scores: EvaluateRow;
  /** How many there are, as many as every row has. */
  readonly count: number;
  /** The line at a place. */
  readonly line: (place: number) => Line;
}

export interface MeanOfRows extends Estimate {
  readonly n: number;
  /** What share of d it is; of rows of both sides, what share of gamma. */
  readonly share: Estimate;
  /** The same share with the interval that holds at all places of the group at once. */
  readonly simultaneous: Estimate;
  /** Of rows of both sides: the effect on alpha. */
  readonly alpha?: Estimate;
  /** The same with the interval that holds at all places at once. */
  readonly alphaSimultaneous?: Estimate;
}

/** The mean effect at the place of a line, over the rows of a side and segment, or on gamma over all matched rows of both sides. */
interface MeanEffects<Line> {
  readonly negation: Negation | "both";
  readonly segment: Segment | "all";
  readonly line: Line;
  readonly mean: MeanOfRows;
}

/**
 * Averages the effect at every place over sides, foil-negated first as in the paper, and segments, with all rows of the side last, in steps,
 * and makes shares of d of them; then over both sides, and makes shares of gamma. Returns the means in the order side, segment, place.
 */
export function* meanEffects<Line extends { readonly effect: number | undefined }>(
  rows: readonly RowLines<Line>[],
  { seed, cluster, without, exchanges }: StatisticsOptions & {
    /** What a line without an effect counts as; it does not count in n. @default {it does not count} */
    readonly without?: number | undefined;
    /** Of which lines half of the effect counts over both sides. @default {none} */
    readonly exchanges?: RowValues["halvedOnBoth"];
  },
): Steps<MeanEffects<Line>[]> {
  const places = rows[0] === undefined ? [] : [...linesOf(rows[0])];
  const made: MeanEffects<Line>[] = [];
  for (const negation of NEGATIONS) {
    for (const segment of [...SEGMENTS, "all"] as const) {
      const group = rows.filter(({ scores }) =>
        scores.negation === negation && (segment === "all" || scores.segment === segment)
      );
      if (group.length === 0) continue;
      const clusters = group.map(({ scores }) => clusterOf(scores, cluster));
      using bootstrap = new ClusterBootstrap(clusters, { seed });
      yield* bootstrap.draw();
      const shares = new SharesOfD(bootstrap, group.map(({ scores }) => scores.d));
      const pending = [];
      for (const [place, line] of places.entries()) {
        yield;
        const own = group.map((row) => row.line(place).effect);
        const n = own.filter((effect) => effect !== undefined).length;
        const effects = own.map((effect) => effect ?? without);
        const mean = { ...meanEffect(bootstrap, effects), n };
        const { simultaneous, ...share } = shares.add(effects);
        pending.push(() => (
          { negation, segment, line, mean: { ...mean, share, simultaneous: simultaneous() } }
        ));
      }
      made.push(...pending.map((finished) => finished()));
    }
  }
  const scores = rows.map(({ scores }) => scores);
  if (NEGATIONS.some((side) => scores.every(({ negation }) => negation !== side))) return made;
  using matched = yield* matchedSteps(scores, { seed, cluster });
  const both = new EffectsOnBoth(matched, scores.map(({ d }) => d));
  const pending = [];
  for (const [place, line] of places.entries()) {
    yield;
    const { simultaneous, ...mean } = both.add((row) => {
      const own = rows[row]!.line(place);
      const effect = own.effect ?? without;
      return effect === undefined ? undefined : effect * partOnBoth(own as never, exchanges);
    });
    pending.push(() => {
      const { share, alpha } = simultaneous();
      const all = { simultaneous: share, alphaSimultaneous: alpha };
      return { negation: "both", segment: "all", line, mean: { ...mean, ...all } } as const;
    });
  }
  return [...made, ...pending.map((finished) => finished())];
}

export function* linesOf<Line>({ count, line }: RowLines<Line>): Generator<Line> {
  for (let place = 0; place < count; place++) yield line(place);
}

/**
 * Averages a column over groups of rows, with 95 % intervals that resample clusters of rows.
 *
 * @example The mean effect of each role by layer, over rows of both sides
 * ```ts
 * import { meanOver, show, Study } from "negscope";
 *
 * await using study = await Study.open({ limit: 20 });
 * const { effects } = (await study.run("trace")).tables;
 * const means = meanOver(effects.rows, { by: ["layer", "role"], of: "cte", pairs: study.pairs });
 * await show(means, { where: ({ role }) => role === "negator", sort: "-mean" });
 * ```
 *
 * @returns A table with a row for each group, in the order of the rows: its columns, `n` rows with a value, their `mean`, and
 * the bounds `low` and `high` of its 95 % interval, which too few clusters do not have.
 */
export function meanOver<
  Line extends
    & { readonly [Column in Name]?: TableCell }
    & { readonly [Column in Value]?: number | undefined },
  const Name extends string,
  const Value extends string,
>(
  rows: readonly Line[],
  { by, of, pairs = [], cluster, seed = 0 }: {
    /** The columns whose values make a group. */
    readonly by: readonly Name[];
    /** The column that is averaged, over the rows that have a value. */
    readonly of: Value;
    /**
     * The rows of the data, such as `study.pairs`, which the table's column `id` names: the intervals resample their sentence pairs or nouns.
     *
     * @default {none: the intervals resample the values of `id`, or single rows without such a column}
     */
    readonly pairs?: readonly Pair[];
    /** What rows of a cluster share. @default {"pair"} */
    readonly cluster?: ClusterBy;
    /** The seed of the intervals. @default {0} */
    readonly seed?: number;
  },
): Table<Pick<Line, Name> & Row<unknown, "n", "mean" | "low" | "high">> {
  for (const name of [...by, of]) {
    if (rows.length === 0 || rows.some((row) => name in row)) continue;
    throw unknownName({ doing: "find column", name, known: Object.keys(rows[0]!) });
  }
  const clusters = new Map(pairs.map((pair) => [pair.id, clusterOf(pair, cluster)]));
  const clusterOfRow = (row: Line, i: number) => {
    const { id } = row as { readonly id?: string };
    return id === undefined ? `${i}` : clusters.get(id) ?? id;
  };
  const groups = Map.groupBy(rows, (row) => JSON.stringify(by.map((name) => row[name] ?? null)));
  const means = [...groups.values()].map((group) => {
    using bootstrap = new ClusterBootstrap(group.map(clusterOfRow), { seed });
    const values = group.map((row) => row[of]);
    const { estimate: mean, low, high } = bootstrap.mean(values);
    const n = values.filter((value) => value !== undefined).length;
    const cells = Object.fromEntries(by.map((name) => [name, group[0]![name]]));
    return { ...cells as Pick<Line, Name>, n, mean, low, high };
  });
  return { name: `mean_${of}`, columns: [...by, "n", "mean", "low", "high"], rows: means };
}

/** The vectors of a pair's sentences at one layer, [width] each. */
export interface PairVectors {
  readonly negated: ArrayLike<number>;
  readonly affirmative: ArrayLike<number>;
}

/** The mean difference of pairs, negated minus affirmative. */
export function meanDifference(pairs: readonly PairVectors[]): Float64Array {
  const [first] = pairs;
  const sum = new Float64Array(first!.negated.length);
  for (const { negated, affirmative } of pairs) {
    sum.forEach((_, i) => sum[i]! += negated[i]! - affirmative[i]!);
  }
  return sum.map((value) => value / pairs.length);
}
