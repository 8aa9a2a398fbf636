/** Estimates as columns of a table, made and read: the value, its intervals, of an effect on d what share of d it is, and its control. */

import { type Estimate, withoutBounds } from "../../stats/estimate.ts";
import { bounds, type Column, estimated, type TableCell } from "../../tables/table.ts";
import {
  columnValues,
  type Controlled,
  type EstimateBounds,
  type EstimateNames,
  type IntervalColumns,
  type RowValues,
} from "../../tables/estimates.ts";
import { high, low, numberOrNone } from "../columns.ts";
import type { MeanOfRows } from "./means.ts";
import { SCORE_NOISE } from "./noise.ts";
import { controlIn } from "../../charts/texts.ts";

interface EstimateOptions<Prefix extends string, Together extends string> {
  /** What the names of the columns of its 95 % interval begin with. @default {its own name and `_`} */
  readonly prefix?: Prefix;
  /** The values of which it is the mean. @default {it is no mean of a column} */
  readonly meanOf?: RowValues;
  /** The effects of which it is the share of d. @default {it is no share} */
  readonly shareOf?: RowValues;
  readonly control?: Partial<Controlled>;
  /** What the names of the columns of an interval begin with that holds for all lines of the group at once. @default {none} */
  readonly together?: Together;
}

/** Columns by name, and the cells that a value of one kind has in them. */
interface EstimateColumns<Names extends string, Value> {
  readonly columns: { readonly [Name in Names]: Column<number | undefined> };
  readonly cells: (value: Value) => { readonly [Name in Names]: number | undefined };
}

interface EstimateTogether extends Estimate {
  readonly simultaneous?: () => Estimate;
}

/** An estimate: its column, such as `gamma`, and those of its 95 % interval, such as `gamma_low` and `gamma_high`. */
export function estimate<
  const Name extends string,
  const Prefix extends string = `${Name}_`,
  const Together extends string = never,
>(
  name: Name,
  unit: string,
  definition: string,
  { prefix = `${name}_` as Prefix, meanOf, shareOf, control, together }: EstimateOptions<
    Prefix,
    Together
  > = {},
): EstimateColumns<TogetherNames<Name, Prefix, Together>, EstimateTogether> {
  const interval = bounds(prefix);
  const simultaneous = together && bounds(together);
  const more = {
    ...unit === "logit" && { noise: SCORE_NOISE },
    ...meanOf && { meanOf },
    ...shareOf && { shareOf },
    ...simultaneous && { simultaneous },
    ...control && {
      controlled: {
        ...{ stem: name, isShare: false, hasScale: false, ...control },
        of: control.of ?? columnValues((meanOf ?? shareOf)!),
      },
    },
  };
  const made = {
    columns: {
      [name]: estimated(numberOrNone(unit, definition), { interval, ...more }),
      [interval.low]: low(unit),
      [interval.high]: high(unit),
      ...simultaneous && {
        [simultaneous.low]: numberOrNone(unit, LOWER),
        [simultaneous.high]: numberOrNone(unit, "Upper bound of the same."),
      },
    },
    cells: ({ estimate, low, high, simultaneous: all }: EstimateTogether) => {
      const cells = { [name]: estimate, [interval.low]: low, [interval.high]: high };
      if (simultaneous === undefined) return cells;
      const together = all?.();
      return { ...cells, [simultaneous.low]: together?.low, [simultaneous.high]: together?.high };
    },
  };
  return made as unknown as ReturnType<typeof estimate<Name, Prefix, Together>>; // names that TypeScript cannot follow
}

/** The names of an estimate's columns, with those of its simultaneous interval, whose names begin with another prefix. */
export type TogetherNames<
  Name extends string,
  Prefix extends string = `${Name}_`,
  Together extends string = "simultaneous_",
> = EstimateNames<Name, Prefix> | `${Together}low` | `${Together}high`;

/** The names of the columns of a mean effect. */
export type EffectNames<Name extends string> =
  | EstimateNames<Name, "">
  | TogetherNames<"share" | "alpha">
  | `alpha_simultaneous_${"low" | "high"}`;

/**
 * The main effect on d of a table: columns of its mean, of the share of d that it is, and of its effect on alpha, with their intervals. Over
 * both sides the mean is the effect on gamma, and the share that of gamma.
 */
export function effect<const Name extends string>(
  name: Name,
  definition: string,
  meanOf: RowValues,
  control: Partial<Controlled> | undefined,
): EstimateColumns<EffectNames<Name>, MeanOfRows> {
  const plain = estimate(name, "logit", `${definition} ${OF_GAMMA}`, { prefix: "", meanOf });
  const share = estimate("share", "", SHARE, {
    shareOf: meanOf,
    together: "simultaneous_",
    ...control && { control: { isShare: true, ...control } },
  });
  const alpha = estimate("alpha", "logit", ALPHA, {
    meanOf: { ...meanOf, isAlpha: true },
    together: "alpha_simultaneous_",
  });
  return {
    columns: { ...plain.columns, ...share.columns, ...alpha.columns },
    cells: ({ share: ofD, simultaneous, alpha: ofAlpha, alphaSimultaneous, ...mean }) => ({
      ...plain.cells(mean),
      ...share.cells({ ...ofD, simultaneous: () => simultaneous }),
      ...alpha.cells({
        ...ofAlpha ?? withoutBounds(undefined),
        ...alphaSimultaneous && { simultaneous: () => alphaSimultaneous },
      }),
    }),
  };
}

const LOWER =
  "Lower bound of its simultaneous 95 % interval: in 95 % of data sets, the intervals of this column contain the true values of all lines of the group at once.";

const OF_GAMMA =
  "In the row `both`, the effect on gamma: a quarter of the sum of both sides' mean effects over matched rows.";

const SHARE =
  "The share of d of the effect before it: sum over rows of sign(d) x effect, divided by the sum of |d|. 1 for a part that brings about d in every row, whichever sign d has; below 0 for one that takes away from d. Empty if no row's |d| exceeds the rounding error of S, 1e-4. In the row `both`, the share of gamma; empty where gamma's interval includes 0.";

const ALPHA =
  "Of the row `both` alone, the effect on alpha, a quarter of the difference of both sides' mean effects: the part raises the affirmative sentence by 2 alpha, whatever the picture.";

export type EstimateInRow = ReturnType<typeof estimateIn>;

/** Reads an estimate of a line by the column of its value and what the schema says of it. */
export function estimateIn(
  line: Readonly<Record<string, TableCell>>,
  column: string,
  { interval, simultaneous, controlled }: EstimateBounds = {},
) {
  const number = (name: string) => line[name] as number | undefined;
  const bounds = (names: IntervalColumns | undefined) =>
    names === undefined ? [] : [number(names.low), number(names.high)];
  const [low, high] = bounds(interval);
  const [simultaneousLow, simultaneousHigh] = bounds(simultaneous);
  return {
    value: number(column),
    ...{ low, high, simultaneousLow, simultaneousHigh },
    ...controlled && { control: controlIn(line) },
  };
}
