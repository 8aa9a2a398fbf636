/** How far each line of a table lies beyond its control: row by row beyond other rows, or beyond what towers with random weights show by chance. */

import { sumOf } from "../../stats/columns.ts";
import { ClusterBootstrap } from "../../stats/bootstrap.ts";
import { type Estimate, finite } from "../../stats/estimate.ts";
import type { Steps } from "../../stats/steps.ts";
import {
  type Controlled,
  type ControlledRows,
  type EstimateColumn,
  keysOf,
} from "../../tables/estimates.ts";
import type { AnyTable, TableCell } from "../../tables/table.ts";
import { clusterOf, type StatisticsOptions } from "../clusters.ts";
import { isRounding, SCORE_NOISE, signOfD, sizeOfD } from "../effects/noise.ts";
import { SimultaneousRatios } from "../../stats/many.ts";
import type { AnyTables, MeasuredRow } from "../experiment/experiment.ts";
import { type Line, rowValues } from "../effects/row_values.ts";

/** The rows of a run, and the tables that were made of them. */
export interface ControlledRun {
  readonly rows: readonly MeasuredRow<unknown>[];
  readonly tables: AnyTables;
}

/** What the control of a line shows, and how far the line lies beyond it. */
export interface ControlOfLine {
  readonly value: number | undefined;
  readonly beyond?: Estimate;
}

/**
 * Compares each line of a table with a control, over the rows of its side and segment that the control has:
 *
 *     sum of (sign(d) effect / 2 - |effect in the control|) / sum of |d|
 *
 * The sizes of the control's effects count, since the sign of its d says nothing. The intervals resample clusters of rows, and hold for
 * all lines of a segment and family, of both sides, at once.
 */
export function* pairedDifferences(
  table: AnyTable,
  { of }: Controlled,
  { main, control }: {
    readonly main: ControlledRun & StatisticsOptions;
    readonly control: ControlledRun;
  },
): Steps<ControlOfLine[]> {
  const valuesOf = meanValues(table, of, main);
  const controlOf = meanValues(table, of, control);
  const places = new Map(control.rows.map(({ pair: { id } }, i) => [id, i]));
  const made: ControlOfLine[] = table.rows.map(() => ({ value: undefined }));
  const bySegment = Map.groupBy(table.rows.keys(), (i) => `${table.rows[i]!["segment"] ?? "all"}`);
  const whole = bySegment.get("all"); // segments are chosen by d: where all rows of a side have a line, it alone is compared
  for (const [segment, lines] of whole ? [["all", whole] as const] : bySegment) {
    const members = [...main.rows.keys()].filter((i) =>
      isIn(main.rows[i]!, { segment }) && places.has(main.rows[i]!.pair.id)
    );
    const rows = members.map((i) => main.rows[i]!);
    const clusters = rows.map(({ pair }) => clusterOf(pair, main.cluster));
    using bootstrap = new ClusterBootstrap(clusters, { seed: main.seed });
    yield* bootstrap.draw();
    const ratiosOf = memoised(() => new SimultaneousRatios(bootstrap));
    const signs = rows.map(({ scores }) => signOfD(scores?.d ?? 0));
    const sizesOf = memoised((negation) =>
      bootstrap.kept(
        Float64Array.from(
          rows,
          (row) => isIn(row, { negation }) ? sizeOfD(row.scores?.d ?? 0) : 0,
        ),
      )
    );
    const pending = [];
    for (const i of lines) {
      yield;
      const line = table.rows[i]!;
      const [all, others] = [valuesOf(line), controlOf(line)];
      if (all === undefined || others === undefined) continue;
      const own = members.map((row) => all[row]!);
      const other = rows.map(({ pair }) => others[places.get(pair.id)!]!);
      const size = sizesOf(`${line["negation"] ?? "all"}`);
      const isKnown = own.map((value, row) => !Number.isNaN(value) && !Number.isNaN(other[row]));
      const weights = isKnown.every((known, row) => known || size[row] === 0)
        ? size // whose sums are kept
        : size.map((value, row) => isKnown[row] ? value : 0);
      const effects = withoutRounding(own, weights);
      const shown = withoutRounding(other, weights).map(Math.abs);
      const parts = effects.map((effect, row) => signs[row]! * effect / 2 - shown[row]!);
      const value = sumOf(shown) / sumOf(weights);
      pending.push({
        i,
        value,
        ratio: ratiosOf(of.familyOf?.(line) ?? "").add(constantOf(parts, weights), weights),
      });
    }
    for (const { i, value, ratio } of pending) {
      made[i] = { value: finite(value), beyond: ratio.simultaneous() };
    }
  }
  return made;
}

/** The effects of the rows that count; 0 if none is larger than the rounding error of S. */
function withoutRounding(effects: readonly number[], weights: Float64Array): Float64Array {
  const counted = Float64Array.from(effects, (effect, row) => weights[row] === 0 ? 0 : effect);
  return isRounding([...counted]) ? new Float64Array(counted.length) : counted;
}

/** The parts of a ratio; where they are the same share of the weights in all rows but for rounding, exactly that share, or 0 where it is rounding. */
function constantOf(parts: Float64Array, weights: Float64Array): Float64Array {
  const share = sumOf(parts) / sumOf(weights);
  if (parts.some((part, row) => Math.abs(part - share * weights[row]!) > SCORE_NOISE)) return parts;
  const isNone = weights.every((weight) => Math.abs(share * weight) <= SCORE_NOISE);
  return weights.map((weight) => isNone ? 0 : share * weight);
}

/** Whether a row is on a side and in a segment; `all` is every row. */
export function isIn(
  { pair, scores }: MeasuredRow<unknown>,
  { negation = "all", segment = "all" }: {
    readonly negation?: TableCell;
    readonly segment?: TableCell;
  },
): boolean {
  return ["all", pair.negation].includes(`${negation}`) &&
    (["all", "none"].includes(`${segment}`) ||
      scores !== undefined && `${segment}`.split("+").includes(scores.segment));
}

/** The values of all rows of a run in each line of a table, NaN where a row has none; undefined for a line that no row has. */
function meanValues(
  table: AnyTable,
  of: ControlledRows,
  { rows, tables }: ControlledRun,
): (line: Line) => Float64Array | undefined {
  const source = Object.values<AnyTable>(tables).find(({ name }) => name === of.table);
  const measured = rows.map(({ pair: { id }, scores }) => ({ id, scores }));
  const valuesOf = rowValues(table.schema!, of, source, measured);
  return (line) => {
    const found = valuesOf(line);
    return found?.sums.map((sum, row) => {
      const count = found.counts[row]!;
      return count === 0 ? of.without ?? NaN : sum / count;
    });
  };
}

function memoised<Value>(of: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => known.getOrInsertComputed(key, of);
}

/**
 * Compares each line of a table with the largest absolute value of a part of its kind in any tower. A share of d has no scale there, since
 * some part of every tower brings about its d: nothing is beyond it, and only the value stands in the table.
 *
 * @returns What stands beside each line, and the values of each tower.
 */
export function beyondTowers(
  table: AnyTable,
  { name, interval, simultaneous, controlled }: EstimateColumn & {
    readonly controlled: Controlled;
  },
  runs: readonly ControlledRun[],
) {
  const keys = keysOf(table.schema!);
  const kindOf = (line: Line) => JSON.stringify(keys.map((key) => kindIn(line, key)));
  const towers = runs.map((run) => {
    const valuesOf = meanValues(table, controlled.of, run);
    return table.rows.map((line) => meanIn(line, valuesOf(line), { controlled, run }));
  });
  const largest = new Map<string, number>();
  for (const [i, line] of table.rows.entries()) {
    const values = towers.flatMap((tower) => tower[i] ?? []);
    if (values.length === 0) continue;
    const kind = kindOf(line);
    largest.set(kind, Math.max(largest.get(kind) ?? 0, ...values.map(Math.abs)));
  }
  const bounds = (simultaneous ?? interval)!;
  const lines = table.rows.map((line): ControlOfLine => {
    const value = largest.get(kindOf(line));
    if (!controlled.hasScale || value === undefined) return { value };
    const less = (column: string) => {
      const cell = line[column] as number | undefined;
      return cell === undefined ? undefined : cell - value;
    };
    return {
      value,
      beyond: { estimate: less(name), low: less(bounds.low), high: less(bounds.high) },
    };
  });
  return { lines, towers };
}

function meanIn(
  { negation, segment }: Line,
  values: Float64Array | undefined,
  { controlled: { isShare }, run: { rows } }: {
    readonly controlled: Controlled;
    readonly run: Pick<ControlledRun, "rows">;
  },
): number | undefined {
  let [sum, weight] = [0, 0];
  for (const [i, row] of rows.entries()) {
    const value = values?.[i] ?? NaN;
    if (Number.isNaN(value) || !isIn(row, { negation, segment })) continue;
    const d = row.scores?.d ?? 0;
    sum += isShare ? signOfD(d) * value : value;
    weight += isShare ? sizeOfD(d) : 1;
  }
  return weight === 0 ? undefined : sum / weight;
}

/** Keys of lines of a head, an MLP or a path, of which a layer has several alike. */
const OF_PARTS = ["head", "receiver_head", "node", "part"];

/**
 * What parts of a kind have in common in a key: of heads and nodes no layer and no number, of a node's name only its kind. A role at a layer
 * is a kind of its own, since the method fixes what some hold: the negator all at layer 0, the end token all at the last.
 */
function kindIn(line: Line, key: string): TableCell {
  const cell = line[key];
  const isOfPart = OF_PARTS.some((name) => line[name] !== undefined);
  if (key.endsWith("layer")) return isOfPart ? "any" : cell;
  if (key.endsWith("head")) return cell === undefined ? "none" : "any";
  return typeof cell === "string" ? cell.split(" ")[0] : cell;
}
