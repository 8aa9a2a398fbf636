/** Mean effects of what every row of the data has alike, such as an effect for each head or each part of a block. */

import type { Estimate } from "../../stats/bootstrap.ts";
import type { Steps } from "../../stats/steps.ts";
import { type EffectGroup, effectGroups } from "./effect_groups.ts";
import { type ClusterBy, clusterOf } from "../clusters.ts";
import type { EvaluateRow } from "../rows/score_rows.ts";

/** The lines of a table that one row of the data has; they may be made on request. */
export interface RowLines<Line> {
  /** The row's scores. */
  readonly scores: EvaluateRow;
  /** How many there are, as many as every row has. */
  readonly count: number;
  /** One of them, from 0. */
  readonly line: (place: number) => Line;
}

export interface MeanOfRows extends Estimate {
  readonly n: number;
  readonly share: Estimate;
  /** The same share with the interval that holds for the effect of this name at all places of the group at once. */
  readonly simultaneous: Estimate;
}

/** The mean effects of the lines at one place, over the rows of a side and segment. */
export interface MeanEffects<Line, Name extends string>
  extends Pick<EffectGroup, "negation" | "segment" | "n"> {
  readonly place: number;
  /** The line of the first row at this place. */
  readonly line: Line;
  /** The mean of each effect with its interval, which resamples clusters. */
  readonly means: Readonly<Record<Name, MeanOfRows>>;
}

export interface MeanEffectOptions<Line, Name extends string> {
  /** The effects of a line, in logits, by name; undefined where it has none. */
  readonly effects: Readonly<Record<Name, (line: Line) => number | undefined>>;
  /** The seed for the intervals. */
  readonly seed: number;
  /** Which rows the intervals keep together. @default {"pair"} */
  readonly cluster?: ClusterBy | undefined;
}

/**
 * Averages the effects at every place over sides and segments, in steps, and makes shares of d of them. Returns the means in the order
 * side, segment, place.
 */
export function* meanEffects<Line, Name extends string>(
  rows: readonly RowLines<Line>[],
  { effects, seed, cluster }: MeanEffectOptions<Line, Name>,
): Steps<MeanEffects<Line, Name>[]> {
  const places = rows.length === 0 ? [] : [...linesOf(rows[0]!)];
  const affected = rows.map(({ scores }) => ({ ...scores, cluster: clusterOf(scores, cluster) }));
  const made: MeanEffects<Line, Name>[] = [];
  for (const group of effectGroups(affected, { seed })) {
    const { negation, segment, n } = group;
    yield* group.draw();
    const shares = mapValues(effects, () => group.shares());
    const pending = [];
    for (const [i, line] of places.entries()) {
      yield;
      const lineOf = memoOf((row) => rows[row]!.line(i));
      const added = mapValues(effects, (effectOf, name) => {
        const values: (number | undefined)[] = []; // by row, of the group's rows
        const estimate = group.mean((row) => values[row] = effectOf(lineOf(row)));
        const { simultaneous, ...share } = shares[name].add((row) => values[row]);
        const n = values.filter((value) => value !== undefined).length;
        return { ...estimate, n, share, simultaneous };
      });
      pending.push({ place: i, line, added });
    }
    group.free();
    for (const { place, line, added } of pending) {
      const means = mapValues(added, (mean) => ({ ...mean, simultaneous: mean.simultaneous() }));
      made.push({ negation, segment, n, place, line, means });
    }
  }
  return made;
}

function memoOf<Value>(of: (row: number) => Value): (row: number) => Value {
  const known: Value[] = [];
  return (row) => known[row] ??= of(row);
}

function mapValues<Name extends string, From, To>(
  values: Readonly<Record<Name, From>>,
  to: (value: From, name: Name) => To,
): Record<Name, To> {
  const entries = Object.entries(values) as [Name, From][];
  return Object.fromEntries(
    entries.map(([name, value]) => [name, to(value, name)]),
  ) as Record<Name, To>;
}

export function* linesOf<Line>({ count, line }: RowLines<Line>): Generator<Line> {
  for (let place = 0; place < count; place++) yield line(place);
}
