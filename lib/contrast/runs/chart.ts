/** The chart of two runs: where they differ. */

import { cellText } from "../../compare/agreement.ts";
import { heatMap } from "../../charts/heat_map.ts";
import { groupsOf, roleLabel, roleOfLabel, rolesInOrder } from "../../charts/texts.ts";
import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import type { ContrastRow } from "./tables.ts";

/** The most panels of the map. */
const MOST_MAPS = 6;

/** Draws the differences of the cells of one quantity by layer, and by head, MLP or role. */
export function differenceMap(
  cells: readonly ContrastRow[],
  { names: [first, second], ...options }: ChartOptions & {
    /** What the runs are called. */
    readonly names: readonly [first: string, second: string];
  },
): ChartSpec {
  const { quantity, table } = cells[0]!;
  const hasHeads = cells.some(({ head }) => head !== undefined);
  const panels = groupsOf(
    cells,
    ({ negation, other }) => JSON.stringify([negation, hasHeads ? "" : other]),
  ).slice(0, MOST_MAPS);
  return heatMap(panels.flat(), {
    ...options,
    title: `Where ${second} differs from ${first}`,
    subtitle: [
      `${quantity} of ${table}.csv: ${second} less ${first}`,
      "intervals hold for all cells at once",
    ],
    panels: () =>
      panels.map((rows) => {
        const { negation, segment, other } = rows[0]!;
        const words = [negation && `${negation}-negated`, segment, hasHeads ? undefined : other];
        return { title: words.filter((word) => word !== undefined).join(", "), rows };
      }),
    x: "layer",
    y: {
      field: "part",
      of: ({ head, role, other }) => hasHeads ? partName(head, other) : roleLabel(role ?? ""),
      order: (names) => rolesInOrder(names.map(roleOfLabel)).map(roleLabel),
    },
    value: "difference",
    ...{ low: "simultaneous_low", high: "simultaneous_high", legend: "difference" },
    tip: (row) => `${cellText(row)}: difference`,
    named: { nameOf: cellText },
  });
}

/** A head's number or, of what has none, what the part is. */
function partName(head: number | undefined, other = "mlp"): string {
  if (head !== undefined) return `${head}`;
  return other === "mlp" ? "MLP" : other.replaceAll("_", " ");
}
