/** The chart of one layer's heads: from which tokens each head attends to the negator. */

import type { Reads } from "../../tables/schema.ts";
import type { HeadRoleRow } from "./head_roles.ts";
import type { TopLevelSpec } from "vega-lite";
import { isBeforeNegator } from "../../data/roles.ts";
import { roleLabel, rolesInOrder } from "../../charts/roles.ts";
import {
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  PANEL_TITLE,
  sidesOf,
  sideTitle,
  specHead,
  tipEstimate,
} from "../../charts/spec.ts";
import { colourBound, colourRange } from "../../charts/colour_range.ts";
import { type CellPrint, cellPrint, mapAxis, valueMap } from "../../charts/value_map.ts";

/** The columns of head_roles.csv that the chart reads. */
export type HeadRolesRow = Reads<
  HeadRoleRow,
  | "negation"
  | "layer"
  | "head"
  | "role"
  | "n"
  | "attention_difference"
>;

/** What the chart is made from besides its table. */
export interface HeadRolesOptions extends ChartOptions {
  /** The layer, from 1. */
  readonly layer: number;
}

/** The number of cells that the alt text names for each side. */
const NAMED = 3;

/**
 * Draws how much more each head of a layer attends to the negator than to the negator's twin, by the role of the query (paper,
 * section 5): one map per negated side, heads down, roles that can attend to the negator across, with the same colours.
 *
 * @param rows The rows of head_roles.csv; those of other layers are left out.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function headRoles(rows: readonly HeadRolesRow[], options: HeadRolesOptions): ChartSpec {
  const title = `Attention to the negator in layer ${options.layer}, by role of the query`;
  // With a causal mask, queries before the negator cannot attend to it.
  const isOpen = rows.some((row) => isBeforeNegator(row.role) && row.attention_difference !== 0);
  const cells = rows.filter(({ layer, role }) =>
    layer === options.layer && (isOpen || !isBeforeNegator(role))
  );
  if (cells.length === 0) return emptyChart(title, options);
  const range = colourRange(cells.map((row) => row.attention_difference));
  const print = cellPrint(colourBound(range));
  const sides = sidesOf(cells);
  const roles = rolesInOrder(cells.map((row) => row.role)).map(roleLabel);
  const heads = [...new Set(cells.map((row) => row.head))].sort((a, b) => a - b);
  const spec = {
    ...specHead(describe(title, { sides, print }), {
      ...options,
      caption:
        `${title}: attention in the negated sentence minus attention to the negator's twin in the affirmative one, mean over n rows (0 for a row without such a query)${print.note}.`,
    }),
    title: {
      text: title,
      subtitle: `negated minus affirmative sentence, mean over rows${print.note}`,
    },
    concat: sides.map((side) => ({
      title: { text: sideTitle(side), style: PANEL_TITLE },
      ...valueMap(side.map((row) => drawnCell(row, print)), {
        field: "difference",
        legend: "difference",
        range,
        x: {
          field: "role",
          type: "nominal",
          scale: { domain: roles },
          axis: { ...mapAxis(null), labelAngle: -45 },
        },
        y: { field: "head", type: "ordinal", scale: { domain: heads }, axis: mapAxis("head") },
      }),
    })),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function drawnCell({ head, role, n, attention_difference }: HeadRolesRow, { label }: CellPrint) {
  return {
    head,
    role: roleLabel(role),
    difference: drawn(attention_difference),
    label: label(attention_difference),
    tip: `head ${head}, from ${roleLabel(role)}: difference ${
      tipEstimate(attention_difference)
    }, n = ${n}`,
  };
}

function describe(
  title: string,
  { sides, print }: {
    readonly sides: readonly (readonly HeadRolesRow[])[];
    readonly print: CellPrint;
  },
): string {
  const seen = sides.map((side) => {
    const largest = side.toSorted((a, b) => b.attention_difference - a.attention_difference);
    const cells = largest.slice(0, NAMED).map(({ head, role, attention_difference }) =>
      `head ${head} from ${roleLabel(role)} (${print.label(attention_difference)})`
    );
    return `${sideTitle(side)}: largest for ${cells.join(", ")}.`;
  });
  return [`Heat maps, heads down, query roles across. ${title}${print.note}.`, ...seen].join(" ");
}
