/** The charts of the text tower's ablation: a map of the heads, and lines of MLPs, attention and blocks. */

import { lines } from "../../../charts/lines.ts";
import { roleLabel } from "../../../charts/roles.ts";
import {
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  greatest,
  groupsOf,
  sidesOf,
} from "../../../charts/spec.ts";
import { shareMap } from "../../share_map.ts";
import { largestShare, PART_LINES, shareText } from "../chart.ts";
import type { AblationSummaryRow } from "../tables.ts";
import { REPLACED_BY } from "./method_texts.ts";
import type { Method } from "./options.ts";

/**
 * Draws the shares of d of MLPs, of whole attention outputs and of whole blocks, one panel per method and negated side over all its rows:
 * layers across, a line for each kind of part, each with its intervals. All panels share their axes.
 */
export function textAblationChart(
  rows: readonly AblationSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  // a set of nodes has no layer
  const parts = rows.filter((row) =>
    isShown(row) && row.layer !== undefined && row.head === undefined
  );
  return lines(parts, {
    ...options,
    title: "Effect of MLPs, attention and blocks of the text tower, share of d",
    subtitle: `${subtitleOf(parts)}; shares of d with 95 % intervals`,
    caption:
      `Effect of the text tower's MLPs, whole attention outputs and whole blocks (both) as a share of the score difference d, by layer: ${
        whatIsDone(parts)
      }; sum over rows of sign(d) times this, divided by the sum of |d|. Bars are 95 % intervals (${
        bootstrapText(options)
      }); n rows in each panel.`,
    columns: 2,
    panels: methodsAndSides,
    ...PART_LINES,
    form: "Lines with 95 % intervals, one panel per method and side, layers across.",
    told: (group) => {
      const row = largestShare(group);
      return `largest for ${row.node}, ${shareText(row)}`;
    },
  });
}

/**
 * Draws the share of d of every head: one map per method and negated side over all its rows, heads down, layers across. Marks show values
 * that cannot be told from 0 or have no interval.
 */
export function textAblationMap(
  rows: readonly AblationSummaryRow[],
  options: ChartOptions,
): ChartSpec {
  const heads = rows.filter((row) => isShown(row) && row.head !== undefined);
  return shareMap(heads, {
    ...options,
    title: "Effect of the text tower's heads, share of d",
    subtitle: subtitleOf(heads),
    caption:
      `Effect of every head of the text tower as a share of the score difference d, by layer: ${
        whatIsDone(heads)
      }`,
    panels: methodsAndSides,
    ...(methodsIn(heads).length !== 1 && { columns: 2 }),
  });
}

function isShown({ segment, share }: AblationSummaryRow): boolean {
  return segment === "all" && share !== undefined;
}

function methodsAndSides(rows: readonly AblationSummaryRow[]) {
  return groupsOf(rows, ({ method }) => method!).flatMap((same) =>
    sidesOf(same).map((rows) => ({
      title: `${rows[0]!.negation}-negated, ${same[0]!.method} (n = ${
        greatest(rows.map(({ n }) => n))
      })`,
      rows,
    }))
  );
}

function methodsIn(rows: readonly AblationSummaryRow[]): Method[] {
  return [...new Set(rows.map(({ method }) => method as Method))];
}

function whatIsDone(rows: readonly AblationSummaryRow[]): string {
  const methods = methodsIn(rows).map((method) => `${REPLACED_BY[method]} (${method})`);
  return `d minus d with its values ${positionsOf(rows)} replaced in both sentences by ${
    methods.join(", ")
  }`;
}

function subtitleOf(rows: readonly AblationSummaryRow[]): string {
  const methods = methodsIn(rows);
  return `d minus d with the values ${positionsOf(rows)} replaced${
    methods.length === 1 ? ` by ${REPLACED_BY[methods[0]!]}` : ""
  }`;
}

function positionsOf(rows: readonly AblationSummaryRow[]): string {
  const role = rows[0]?.role ?? "all";
  return role === "all" ? "at all positions" : `at tokens of the role ${roleLabel(role)}`;
}
