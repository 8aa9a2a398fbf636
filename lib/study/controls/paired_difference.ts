/** By how much the effects of a run's parts are larger than those of the same parts in its control, row by row. */

import { ClusterBootstrap } from "../../stats/intervals/bootstrap.ts";
import type { Estimate } from "../../stats/intervals/estimate.ts";
import type { Steps } from "../../stats/steps.ts";
import { type Controlled, keysOf } from "../../tables/estimates.ts";
import { type AnyTable, rowsOf, type TableCell } from "../../tables/table.ts";
import { clusterOf, type StatisticsOptions } from "../clusters.ts";
import { isRounding, signOfD, sizeOfD } from "../effects/noise.ts";
import { SimultaneousRatios } from "../effects/shares_of_d.ts";
import type { AnyTables, MeasuredRow } from "../experiment/experiment.ts";

/** The rows of a run, and the tables that were made of them. */
export interface ControlledRun extends StatisticsOptions {
  readonly rows: readonly MeasuredRow<unknown>[];
  readonly tables: AnyTables;
}

/** What the control of a line shows, and how far the line lies beyond it. */
export interface ControlOfLine {
  readonly value: number | undefined;
  readonly beyond?: Estimate;
}

type Line = Readonly<Record<string, TableCell>>;

/** The part of the effect that its control must have less than: half. */
const PART = 1 / 2;

/**
 * Compares each line of a table with a control, over the rows of its side and segment that the control has:
 *
 *     sum of (sign(d) effect / 2 - |effect in the control|) / sum of |d|
 *
 * The sizes of the control's effects count, since the sign of its d says nothing. The intervals resample clusters of rows, and hold for
 * all lines of a segment, of both sides, at once. Of a mean, such as attention, every row has the same weight.
 */
export function* pairedDifferences(
  table: AnyTable,
  controlled: Controlled,
  { main, control }: {
    readonly main: ControlledRun;
    readonly control: Pick<ControlledRun, "rows" | "tables">;
  },
): Steps<ControlOfLine[]> {
  const { seed, cluster } = main;
  const valuesOf = rowValues(table, controlled, main);
  const controlOf = rowValues(table, controlled, control);
  const places = new Map(control.rows.map(({ pair: { id } }, i) => [id, i]));
  const made: ControlOfLine[] = table.rows.map(() => ({ value: undefined }));
  const bySegment = Map.groupBy(table.rows.keys(), (i) => `${table.rows[i]!["segment"] ?? "all"}`);
  for (const [segment, lines] of bySegment) {
    const members = [...main.rows.keys()].filter((i) =>
      isIn(main.rows[i]!, { segment }) && places.has(main.rows[i]!.pair.id)
    );
    const rows = members.map((i) => main.rows[i]!);
    using bootstrap = new ClusterBootstrap(rows.map(({ pair }) => clusterOf(pair, cluster)), {
      seed,
    });
    yield* bootstrap.draw();
    const ratios = new SimultaneousRatios(bootstrap);
    const weightsOf = memoised((negation: string) =>
      bootstrap.kept(
        Float64Array.from(rows, (row) =>
          !isIn(row, { negation }) ? 0 : controlled.isShare ? sizeOfD(row.scores?.d ?? 0) : 1),
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
      pending.push({ i, added: added(own, other) });
      function added(own: number[], other: number[]) {
        let weights = weightsOf(`${line["negation"] ?? "all"}`);
        const isKnown = (row: number) => !Number.isNaN(own[row]!) && !Number.isNaN(other[row]!);
        if (!rows.every((_, row) => weights[row] === 0 || isKnown(row))) {
          weights = weights.map((weight, row) => isKnown(row) ? weight : 0);
        }
        const of = (values: readonly number[]) =>
          values.map((value, row) => weights[row] === 0 ? 0 : value);
        const [effects, sizes] = [of(own), of(other)].map((values) =>
          controlled.isShare && isRounding(values) ? values.map(() => 0) : values
        );
        const shown = Float64Array.from(sizes!, Math.abs);
        const parts = shown.map((size, row) => {
          const sign = controlled.isShare ? signOfD(rows[row]!.scores?.d ?? 0) : 1;
          return PART * sign * effects![row]! - size;
        });
        const whole = sum(weights);
        return {
          value: whole === 0 ? undefined : sum(shown) / whole,
          ratio: ratios.add(parts, weights),
        };
      }
    }
    for (const { i, added: { value, ratio } } of pending) {
      made[i] = { value, beyond: ratio.simultaneous() };
    }
  }
  return made;
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
export function rowValues(
  table: AnyTable,
  { of }: Controlled,
  { rows, tables }: Pick<ControlledRun, "rows" | "tables">,
): (line: Line) => Float64Array | undefined {
  const source = Object.values<AnyTable>(tables).find(({ name }) => name === of.table);
  const known = source?.schema?.columns ?? {};
  const keys = keysOf(table.schema!).filter((name) =>
    name in known && name !== "negation" && name !== "segment"
  );
  const cellOf = (line: Line) => keys.map((name) => line[name] ?? "").join("\n");
  const places = new Map(rows.map(({ pair: { id } }, i) => [id, i]));
  const sums = new Map<string, { readonly sum: Float64Array; readonly count: Float64Array }>();
  for (const line of source === undefined ? [] : rowsOf(source)) {
    const row = places.get(line["id"] as string)!;
    const value = of.valueOf(line, rows[row]!.scores);
    if (value === undefined) continue;
    const { sum, count } = sums.getOrInsertComputed(cellOf(line), () => ({
      sum: new Float64Array(rows.length),
      count: new Float64Array(rows.length),
    }));
    sum[row]! += value;
    count[row]!++;
  }
  return (line) => {
    const found = of.isOf?.(line) === false ? undefined : sums.get(cellOf(line));
    return found?.sum.map((sum, row) => {
      const count = found.count[row]!;
      return count === 0 ? of.without ?? NaN : sum / count;
    });
  };
}

function sum(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function memoised<Value>(of: (key: string) => Value): (key: string) => Value {
  const known = new Map<string, Value>();
  return (key) => known.getOrInsertComputed(key, of);
}
