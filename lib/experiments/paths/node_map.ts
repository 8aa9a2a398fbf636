/** Maps of what every head and MLP changes: in all, straight, through later blocks, and at earlier tokens. */

import type { TopLevelSpec } from "vega-lite";
import { cellMark, marksInOrder, marksText } from "../../charts/cell_marks.ts";
import { colourBound, colourRange } from "../../charts/colour_range.ts";
import { roleLabel } from "../../charts/roles.ts";
import {
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  greatest,
  groupsOf,
  PANEL_TITLE,
  sidesOf,
  sideTitle,
  specHead,
  tipEstimate,
} from "../../charts/spec.ts";
import { cellPrint, mapAxis, placesInOrder, valueMap } from "../../charts/value_map.ts";
import { isNamedShare } from "../../study/effects/named_shares.ts";
import type { Reads } from "../../tables/schema.ts";
import type { NodeSummaryRow } from "./node_tables.ts";

/** The columns of nodes_summary.csv that the maps read. */
export type NodeMapRow = Reads<NodeSummaryRow, keyof NodeSummaryRow>;

/** A cell of a map. */
interface Cell {
  readonly layer: number;
  readonly row: string;
  readonly value: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  /** Whether nothing reads the node there, so that it is 0 in every model. */
  readonly isFixed: boolean;
  readonly isNamed: boolean;
  readonly tip: string;
}

const TITLE = "Total, direct and indirect effects of heads and MLPs, share of d";

const CAPTION =
  "Change of the score difference d, as a share of it, when one head or MLP of the affirmative sentence has the negated sentence's value, by layer. At the end token the total effect is the direct one, which no later block reads, plus the indirect one, through later blocks. At earlier tokens all is indirect: the last map shows for each head and MLP the token's role with the largest effect";

/** The row of MLPs. */
const MLP = "MLP";

/** The most cells that the alt text names for each map. */
const MOST_NAMED = 3;

/**
 * Draws four maps a side with the same colours: heads and MLP down, layers across.
 *
 * @param rows Rows of nodes_summary.csv.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function nodeMap(rows: readonly NodeMapRow[], options: ChartOptions): ChartSpec {
  const whole = rows.filter(({ segment }) => segment === "all");
  if (whole.length === 0) return emptyChart(TITLE, options);
  const last = greatest(whole.map(({ layer }) => layer));
  const maps = sidesOf(whole).flatMap((side) => mapsOf(side, last));
  const cells = maps.flatMap((map) => map.cells);
  const range = colourRange(cells.map(({ value }) => value));
  const print = cellPrint(colourBound(range));
  const markOf = (cell: Cell) => cellMark(cell, range);
  const marks = marksInOrder(cells.map(markOf));
  const layers = placesInOrder(whole.map(({ layer }) => layer));
  const heads = placesInOrder(whole.flatMap(({ head }) => head === undefined ? [] : [head]));
  const domain = [...heads.map(String), MLP];
  const caption = [`${CAPTION}${print.note}.`, marksText(marks, options)].join(" ").trim();
  const seen = maps.map(({ title, cells }) => {
    const named = cells.filter(({ isNamed, isFixed }) => isNamed && !isFixed)
      .sort((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, MOST_NAMED)
      .map(({ layer, row, value }) => `${nameOf(layer, row)} (${print.label(value)})`);
    return `${title.join(", ")}: ${named.join(", ") || "none for certain"}.`;
  });
  const about = `Heat maps, heads and MLP down, layers across. ${TITLE}${print.note}.`;
  const spec = {
    ...specHead([about, ...seen].join(" "), { ...options, caption }),
    title: {
      text: TITLE,
      subtitle: `sums over rows of sign(d) x effect, divided by the sum of |d|${print.note}`,
    },
    columns: 2,
    concat: maps.map(({ title, cells }) => ({
      title: { text: [...title], style: PANEL_TITLE },
      ...valueMap(
        cells.map((cell) => {
          const mark = markOf(cell);
          return {
            ...{ layer: cell.layer, row: cell.row, share: drawn(cell.value), tip: cell.tip },
            ...(mark !== undefined && { mark }),
            label: print.label(cell.value),
          };
        }),
        {
          ...{ field: "share", legend: "share of d", range, marks },
          x: { field: "layer", type: "ordinal", scale: { domain: layers }, axis: mapAxis("layer") },
          y: { field: "row", type: "nominal", scale: { domain }, axis: mapAxis("head") },
        },
      ),
    })),
    resolve: { scale: { color: "shared", shape: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

/** The four maps of a side. */
function mapsOf(side: readonly NodeMapRow[], last: number) {
  const isLastMlp = ({ layer, head }: NodeMapRow) => layer === last && head === undefined;
  const title = sideTitle(side);
  const atEnd = side.filter(({ role }) => role === "eot");
  const earlier = groupsOf(
    side.filter(({ role }) => role !== "eot"),
    ({ layer, head }) => `${layer}.${head}`,
  ).map(largest);
  return [
    { title: [title, "total, end token"], cells: atEnd.flatMap(cellOf("total")) },
    { title: [title, "direct, end token"], cells: atEnd.flatMap(cellOf("direct")) },
    { title: [title, "indirect, end token"], cells: atEnd.flatMap(cellOf("indirect", isLastMlp)) },
    {
      title: [title, "indirect, earlier token"],
      cells: earlier.flatMap(cellOf("indirect", ({ layer }) => layer === last)),
    },
  ];
}

/** A node's role with the largest total effect. */
function largest(roles: readonly NodeMapRow[]): NodeMapRow {
  return roles.reduce((a, b) => Math.abs(b.share ?? 0) > Math.abs(a.share ?? 0) ? b : a);
}

/** The columns of an effect's share of d. */
const COLUMNS = {
  total: ["share", "share_low", "share_high", "simultaneous_low", "simultaneous_high"],
  direct: [
    ...["direct_share", "direct_share_low", "direct_share_high"] as const,
    ...["direct_simultaneous_low", "direct_simultaneous_high"] as const,
  ],
  indirect: [
    ...["indirect_share", "indirect_share_low", "indirect_share_high"] as const,
    ...["indirect_simultaneous_low", "indirect_simultaneous_high"] as const,
  ],
} as const;

function cellOf(
  effect: keyof typeof COLUMNS,
  isFixed: (line: NodeMapRow) => boolean = () => false,
) {
  return (line: NodeMapRow): Cell[] => {
    const { layer, head, role, n } = line;
    const [value, low, high, simultaneous_low, simultaneous_high] = COLUMNS[effect]
      .map((column) => line[column]);
    if (value === undefined) return [];
    const row = head === undefined ? MLP : `${head}`;
    const told = `${effect} effect, share of d ${tipEstimate(value, { low, high })}`;
    const tip = `${nameOf(layer, row)} at ${roleLabel(role)}: ${told}, n = ${n}`;
    const isNamed = isNamedShare({ share: value, simultaneous_low, simultaneous_high });
    return [{ layer, row, value, low, high, isFixed: isFixed(line), isNamed, tip }];
  };
}

function nameOf(layer: number, row: string): string {
  return row === MLP ? `${MLP} ${layer}` : `${layer}.${row}`;
}
