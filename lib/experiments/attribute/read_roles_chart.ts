/** The chart of what the strongest heads read: their direct effect by the role of the token. */

import type { TopLevelSpec } from "vega-lite";
import { cellMark, marksInOrder, marksText } from "../../charts/cell_marks.ts";
import { colourBound, colourRange } from "../../charts/colour_range.ts";
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
import { cellPrint, mapAxis, valueMap } from "../../charts/value_map.ts";
import { headName } from "../../tables/head_names.ts";
import { isNamedShare } from "../../study/effects/named_shares.ts";
import type { Reads } from "../../tables/schema.ts";
import type { DirectMapRow } from "./direct_map.ts";
import type { RoleEffectRow } from "./role_effects.ts";
import { netLine, strongestHeads } from "./net_line.ts";

/** The columns of attribution_roles.csv that the chart reads. */
export type ReadRoleRow = Reads<
  RoleEffectRow,
  | "negation"
  | "segment"
  | "layer"
  | "head"
  | "role"
  | "n"
  | "mean_effect"
  | "mean_net_effect"
  | "net_share"
  | "net_share_low"
  | "net_share_high"
  | "net_simultaneous_low"
  | "net_simultaneous_high"
>;

/** A cell of the map: the share of d of a net effect. */
interface Cell extends Pick<ReadRoleRow, "negation" | "layer" | "head" | "role" | "n"> {
  readonly value: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly isNamed: boolean;
}

const TITLE = "Net direct effect by the token that a head reads, share of d";

const CAPTION =
  "Net direct effect of the strongest heads of each side (layer.head, the largest share first) as a share of the score difference d, by the role of the token that they read from the end token; the cells of a head add up to its share";

/** The most heads of a side, and the cells that the alt text names. */
const [HEADS, NAMED] = [8, 4];

/**
 * Draws what the heads with the largest net effects read: one map per negated side, its heads down, roles across, with the same
 * colours.
 *
 * @param rows The rows of attribution_roles.csv; those over all segments are drawn.
 * @param heads The rows of attribution_summary.csv, which say which heads are the strongest.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function readRoles(
  rows: readonly ReadRoleRow[],
  heads: readonly DirectMapRow[],
  options: ChartOptions,
): ChartSpec {
  const known = rows.flatMap((row): Cell[] => {
    const { segment, net_share: value, net_share_low: low, net_share_high: high } = row;
    return segment === "all" && value !== undefined
      ? [{ ...row, value, low, high, isNamed: isNamedShare(netLine(row)) }]
      : [];
  });
  const maps = sidesOf(heads).map((side) => {
    const names = strongestHeads(side, HEADS).map((row) =>
      headName({ layer: row.layer!, head: row.head! })
    );
    const cells = known.filter((row) =>
      row.negation === side[0]!.negation && names.includes(headName(row))
    );
    return { names, cells };
  }).filter(({ cells }) => cells.length > 0);
  const cells = maps.flatMap((map) => map.cells);
  if (cells.length === 0) return emptyChart(TITLE, options);
  const range = colourRange(cells.map(({ value }) => value));
  const print = cellPrint(colourBound(range));
  const markOf = (row: Cell) => cellMark(row, range);
  const marks = marksInOrder(cells.map(markOf));
  const roles = rolesInOrder(cells.map(({ role }) => role)).map(roleLabel);
  const drawnCell = (row: Cell) => {
    const [mark, role] = [markOf(row), roleLabel(row.role)];
    return {
      ...{ head: headName(row), role, share: drawn(row.value) },
      label: print.label(row.value),
      ...(mark !== undefined && { mark }),
      tip: `head ${headName(row)} reads ${role}: net effect, share of d ${
        tipEstimate(row.value, row)
      }, n = ${row.n}`,
    };
  };
  const seen = maps.map(({ cells }) => {
    const largest = cells.filter(({ isNamed }) => isNamed)
      .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, NAMED)
      .map((row) => `${headName(row)} reads ${roleLabel(row.role)} (${print.label(row.value)})`);
    return `${sideTitle(cells)}: ${largest.join(", ") || "none for certain"}.`;
  });
  const about = `Heat maps, heads down, roles across. ${TITLE}${print.note}.`;
  const caption = [`${CAPTION}${print.note}.`, marksText(marks, options)]
    .filter((text) => text !== "").join(" ");
  const spec = {
    ...specHead([about, ...seen].join(" "), { ...options, caption }),
    title: {
      text: TITLE,
      subtitle: `heads with the largest net effects (layer.head)${print.note}`,
    },
    concat: maps.map(({ names, cells }) => ({
      title: { text: sideTitle(cells), style: PANEL_TITLE },
      ...valueMap(cells.map(drawnCell), {
        ...{ field: "share", legend: "share of d", range, marks },
        x: {
          ...{ field: "role", type: "nominal", scale: { domain: roles } },
          axis: { ...mapAxis(null), labelAngle: -45 },
        },
        y: { field: "head", type: "nominal", scale: { domain: names }, axis: mapAxis(null) },
      }),
    })),
    resolve: { scale: { color: "shared", shape: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}
