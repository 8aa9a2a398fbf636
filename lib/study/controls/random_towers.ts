/** What towers with random weights show by chance. */

import { withoutBounds } from "../../stats/estimate.ts";
import { type Controlled, type EstimateColumn, keysOf } from "../../tables/estimates.ts";
import type { AnyTable, TableCell } from "../../tables/table.ts";
import { signOfD, sizeOfD } from "../effects/noise.ts";
import { type ControlledRun, type ControlOfLine, isIn, meanValues } from "./paired_difference.ts";

type Line = Readonly<Record<string, TableCell>>;

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
  runs: readonly Pick<ControlledRun, "rows" | "tables">[],
): {
  readonly lines: readonly ControlOfLine[];
  readonly towers: readonly (readonly (number | undefined)[])[];
} {
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
      beyond: {
        ...withoutBounds(less(name)),
        low: less(bounds.low),
        high: less(bounds.high),
      },
    };
  });
  return { lines, towers };
}

/** The mean of a line's rows in a tower, or their share of its d. */
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

/**
 * What parts of a kind have in common in a key: of heads and nodes no layer and no number, of a node's name only its kind. A role at a layer
 * is a kind of its own, since the method fixes what some hold: the negator all at layer 0, the end token all at the last.
 */
function kindIn(line: Line, key: string): TableCell {
  const cell = line[key];
  if (key.endsWith("layer")) return isOfPart(line) ? "any" : cell;
  if (key.endsWith("head")) return cell === undefined ? "none" : "any";
  return typeof cell === "string" ? cell.split(" ")[0] : cell;
}

/** Whether a line is of a head, an MLP or a path, of which a layer has several alike. */
function isOfPart(line: Line): boolean {
  return ["head", "receiver_head", "node", "part"].some((key) => line[key] !== undefined);
}
