/** agreement.csv: how far two methods put heads and MLPs in the same order, and how far they could at most. */

import type { Negation } from "../data/pairs.ts";
import { ClusterBootstrap } from "../stats/intervals/bootstrap.ts";
import { centredColumn, correlationOf } from "../stats/centred_column.ts";
import { rankCorrelation } from "../stats/rank_correlation.ts";
import { noiseCeiling, splitHalfReliability } from "../stats/noise_ceiling.ts";
import { quantiles } from "../stats/quantile.ts";
import { DIVISIONS, randomHalves } from "../stats/random_halves.ts";
import { ranksBeyond } from "../stats/ranks.ts";
import { NEGATION, numberOrNone } from "../study/columns.ts";
import { signOfD, sizeOfD } from "../study/effects/noise.ts";
import { count, fillTable, key, table, text } from "../tables/schema.ts";
import type { Row, Table } from "../tables/table.ts";
import { type MethodName, METHODS } from "./methods.ts";

/** agreement.csv. */
export const AGREEMENT = table(
  "agreement",
  "One row for each side and two methods: whether both put parts in the same order, by the size of their values, whatever the sign; of `attend` by its values, since one below 0 is of a head that looks away. Both are of the same rows, so that they share errors.",
  {
    negation: NEGATION,
    first: key(text<MethodName>("A method, as in the columns of atlas.csv.")),
    second: key(text<MethodName>("Another method.")),
    parts: count("The parts that both measure: heads, and where both measure MLPs these too."),
    rho: numberOrNone(
      "",
      "Spearman's rho of the sizes of their values over parts. Values that differ by less than about .001 are tied. Empty below three parts, and where all parts are tied.",
    ),
    samples_low: numberOrNone(
      "",
      "The .025 quantile of rho in 2,000 samples of the clusters of rows, in which both methods' values are computed anew. It is no confidence interval: drawing adds noise to ranks, so that it lies towards 0 where parts differ little.",
    ),
    samples_high: numberOrNone("", "The .975 quantile of the same."),
    ceiling: numberOrNone(
      "",
      "The rho that two methods with the same true order would have, given how exact each is: the square root of the product of their reliabilities. Errors that both share can lift rho above it. Empty if one reliability is not above 0.",
    ),
    first_reliability: numberOrNone(
      "",
      "How well the first method agrees with itself: rho between random halves of the clusters, the mean of 20 divisions, for all rows by Spearman and Brown's formula. Empty with too few effective clusters, as the samples are.",
    ),
    second_reliability: numberOrNone("", "The same of the second."),
  },
);

export type AgreementRow = Row<
  { negation: Negation; first: MethodName; second: MethodName },
  "parts",
  | ("rho" | "samples_low" | "samples_high")
  | ("ceiling" | "first_reliability" | "second_reliability")
>;

/** The values of a method by part: one for each scored row, in their order; undefined where it has none. */
export type ValuesByPart = ReadonlyMap<string, readonly (number | undefined)[]>;

/** A method's values on a side; or one method's on another model. */
export interface SideOfMethod<Name extends string = MethodName> {
  readonly method: Name;
  readonly values: ValuesByPart;
  /** Of each row. @default {that of the rows} */
  readonly d?: readonly number[];
  /** Whether a part's value is the mean over rows, not the share of d. */
  readonly isMean: boolean;
}

export interface AgreementRows {
  readonly negation: Negation;
  /** Of each row. */
  readonly d: readonly number[];
  readonly clusters: readonly string[];
}

/** Values are rounded to multiples of it, since float32 does not tell nearer ones apart. */
const LEAST = 1e-3;

/** Rounded values that differ by less are the same. */
const NOISE = LEAST / 2;

/** A part's value as the ratio of two sums over rows. */
interface Measured {
  readonly parts: Float64Array;
  readonly weights: Float64Array;
  /** The value in every sample of clusters. */
  readonly samples: Float64Array;
}

/** A method's parts, and what of a value they are ordered by. */
interface Prepared<Name extends string = string> {
  readonly method: Name;
  readonly orderOf: (value: number) => number;
  readonly measured: ReadonlyMap<string, Measured>;
}

interface Compared<Name extends string = string> {
  readonly both: readonly [Prepared<Name>, Prepared<Name>];
  readonly shared: readonly string[];
}

export function agreementOf<Name extends string = MethodName>(
  methods: readonly SideOfMethod<Name>[],
  { negation, d, clusters }: AgreementRows,
  seed: number,
): (Omit<AgreementRow, "first" | "second"> & { readonly first: Name; readonly second: Name })[] {
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  const tail = bootstrap.tail(Float64Array.from(d, sizeOfD));
  const prepared = methods.map((method) => prepare(method, d, bootstrap));
  const halves = randomHalves(clusters, { seed, divisions: DIVISIONS });
  const pairs = prepared.flatMap((first, i) =>
    prepared.slice(i + 1).map((second): Compared<Name> => ({
      both: [first, second],
      shared: [...first.measured.keys()].filter((part) => second.measured.has(part)),
    }))
  );
  const sampled = tail === undefined ? undefined : sampledRhos(pairs, bootstrap.samples);
  return pairs.map((pair) => {
    const { both: [first, second], both, shared } = pair;
    const rho = rankCorrelation(orders(first, shared), orders(second, shared), NOISE);
    const [low, high] = tail === undefined || rho === undefined
      ? []
      : quantiles(Float64Array.from(sampled!.get(pair)!), [tail, 1 - tail]);
    const [one, other] = both.map((method) =>
      tail === undefined ? undefined : splitHalfReliability(
        halves,
        (isCounted) => orders(method, shared, isCounted),
        (x, y) => rankCorrelation(x, y, NOISE),
      )
    );
    return {
      negation,
      first: first.method,
      second: second.method,
      parts: shared.length,
      rho,
      samples_low: low,
      samples_high: high,
      ceiling: noiseCeiling(one, other),
      first_reliability: one,
      second_reliability: other,
    };
  });
}

/** Makes the table, in the order side, first, second. */
export function agreementTable(rows: readonly AgreementRow[]): Table<AgreementRow> {
  const place = (name: MethodName) => METHODS.findIndex((method) => method.name === name);
  return fillTable(
    AGREEMENT,
    rows.toSorted((a, b) =>
      a.negation === b.negation
        ? place(a.first) - place(b.first) || place(a.second) - place(b.second)
        : 0
    ),
  );
}

function prepare<Name extends string>(
  { method, values, isMean, d: own }: SideOfMethod<Name>,
  ofRows: readonly number[],
  bootstrap: ClusterBootstrap,
): Prepared<Name> {
  const d = own ?? ofRows;
  const measured = [...values].map(([part, ofRows]): [string, Measured] => {
    const weights = Float64Array.from(
      ofRows,
      (value, row) => value === undefined ? 0 : isMean ? 1 : sizeOfD(d[row]!),
    );
    const parts = Float64Array.from(
      ofRows,
      (value, row) => (value ?? 0) * (isMean ? 1 : signOfD(d[row]!)),
    );
    const [sums, totals] = [parts, weights].map((column) => bootstrap.inSamples(column));
    const samples = sums!.map((sum, sample) => sum / totals![sample]!);
    return [part, { parts, weights, samples }];
  });
  const orderOf = isMean ? rounded : (value: number) => rounded(Math.abs(value));
  return { method, orderOf, measured: new Map(measured) };
}

/** What every part is ordered by, over some of the rows. */
function orders(
  { measured, orderOf }: Prepared,
  shared: readonly string[],
  counts: (row: number) => boolean = () => true,
): number[] {
  return shared.map((part) => {
    const { parts, weights } = measured.get(part)!;
    let [sum, weight] = [0, 0];
    for (let row = 0; row < parts.length; row++) {
      if (!counts(row)) continue;
      sum += parts[row]!;
      weight += weights[row]!;
    }
    return orderOf(sum / weight);
  });
}

function rounded(value: number): number {
  return Math.round(value / LEAST) * LEAST + 0; // never -0
}

/** Rho of each pair in every sample in which there is one. A method's parts are ranked once for all pairs that share them. */
function sampledRhos(pairs: readonly Compared[], samples: number): Map<Compared, number[]> {
  const found = new Map(pairs.map((pair): [Compared, number[]] => [pair, []]));
  for (const group of Map.groupBy(pairs, ({ shared }) => shared.join()).values()) {
    const { shared } = group[0]!;
    const methods = new Set(group.flatMap(({ both }) => both));
    for (let sample = 0; sample < samples; sample++) {
      const ranks = new Map([...methods].map((method) => {
        const values = shared.map((part) =>
          method.orderOf(method.measured.get(part)!.samples[sample]!)
        );
        return [method, centredColumn(ranksBeyond(values, NOISE) ?? [])];
      }));
      for (const pair of group) {
        const rho = correlationOf(ranks.get(pair.both[0]), ranks.get(pair.both[1]));
        if (rho !== undefined) found.get(pair)!.push(rho);
      }
    }
  }
  return found;
}
