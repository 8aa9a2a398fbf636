/** One causal-trace map as the paper draws it: roles down, layers across, and the spread over roles below. */

import { roleLabel, rolesInOrder } from "../../charts/roles.ts";
import {
  drawn,
  greatest,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { cellMark, marksInOrder } from "../../charts/cell_marks.ts";
import { type ColourRange, colourRange } from "../../charts/colour_range.ts";
import { mapAxis, placesInOrder, valueMap } from "../../charts/value_map.ts";
import { LEAST_NONZERO } from "./fixed_effects.ts";
import { type Spread, spreadOverRoles } from "./spread.ts";

/** A cell of a map. */
export interface TraceCell {
  /** From 0 for the embeddings. */
  readonly layer: number;
  /** The patched token's role. */
  readonly role: string;
  /** Mean causal tracing effect. */
  readonly cte: number;
  /** Lower bound of its interval. */
  readonly cte_low?: number | undefined;
  /** Upper bound of its interval. */
  readonly cte_high?: number | undefined;
  /** Number of pairs. */
  readonly n?: number | undefined;
}

/** What the maps of one chart have in common. */
export interface TraceScales {
  /** The layers across, in ascending order. */
  readonly layers: readonly number[];
  /** The label of each role's row, in the order of a sentence; roles that share a row have the same label. */
  readonly rows: ReadonlyMap<string, string>;
  /** The range of the colours. */
  readonly range: ColourRange;
  /** The marks of the cells in the order of the legend; none if the cells have no intervals by their nature. */
  readonly marks: readonly string[];
  /** The mark of a cell. */
  readonly markOf: (cell: TraceCell) => string | undefined;
  /** The upper end of the spread's axis. */
  readonly spread: number;
}

/** What the cells of the maps are. */
export interface TraceScalesOptions {
  /** Whether cells are estimates with intervals, so that one without an interval is marked. @default {true} */
  readonly estimated?: boolean;
  /** Which cells the method fixes for every model, so that they are not marked. @default {none} */
  readonly isFixed?: (cell: TraceCell) => boolean;
}

/** What a map is drawn from besides its cells. */
export interface TracePanelOptions {
  /** The panel's title. */
  readonly title: string | string[];
  /** The scales that it shares with the chart's other maps. */
  readonly scales: TraceScales;
}

/** A full swap gives 1; the colours show no more, so that one outlier does not bleach all other cells. */
const MOST_COLOUR = 1;

/** Computes the scales that cover all cells of a chart's maps. */
export function traceScales(
  maps: readonly (readonly TraceCell[])[],
  { estimated = true, isFixed = () => false }: TraceScalesOptions = {},
): TraceScales {
  const cells = maps.flat();
  const range = colourRange(cells.map(({ cte }) => cte), { most: MOST_COLOUR });
  const markOf = (cell: TraceCell) => {
    const { cte: value, cte_low: low, cte_high: high } = cell;
    return cellMark({ value, low, high, isFixed: isFixed(cell) }, range);
  };
  const spreads = maps.flatMap(spreadOverRoles);
  return {
    layers: placesInOrder(cells.map(({ layer }) => layer)),
    rows: rowLabels(cells),
    range,
    marks: estimated ? marksInOrder(cells.map(markOf)) : [],
    markOf: estimated ? markOf : () => undefined,
    spread: spreadEnd(greatest(spreads.map(({ sd }) => sd))),
  };
}

/** The label of each role's row: the first roles, which come before the negator and so have no effect anywhere, share one row. */
function rowLabels(cells: readonly TraceCell[]): ReadonlyMap<string, string> {
  const roles = rolesInOrder(cells.map(({ role }) => role));
  const first = roles.findIndex((role) =>
    cells.some((cell) => cell.role === role && Math.abs(cell.cte) >= LEAST_NONZERO)
  );
  const idle = roles.slice(0, Math.max(first, 0));
  const together = `${roleLabel(idle[0] ?? "")} to ${roleLabel(idle.at(-1) ?? "")}`;
  return new Map(
    roles.map((
      role,
    ) => [role, idle.length > 1 && idle.includes(role) ? together : roleLabel(role)]),
  );
}

/** A round end for the spread's axis whose half is round too. */
function spreadEnd(largest: number): number {
  if (!(largest > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(largest));
  return drawn([1, 2, 4, 6, 8, 10].find((end) => end * unit >= drawn(largest))! * unit);
}

/**
 * Draws one map, and below it a strip with each layer's population standard deviation over the roles from the negator on.
 *
 * @param cells One cell for each layer and role that has a value.
 */
export function tracePanel(
  cells: readonly TraceCell[],
  { title, scales }: TracePanelOptions,
): Panel {
  const type = "ordinal" as const;
  const x = { field: "layer", type, scale: { domain: [...scales.layers] } };
  const { rows, range, marks, spread } = scales;
  const labels = [...new Set(rows.values())];
  return {
    title: { text: title, style: PANEL_TITLE },
    spacing: 5,
    bounds: "flush",
    vconcat: [
      valueMap(mergedCells(cells, rows).map((cell) => drawnCell(cell, scales)), {
        field: "cte",
        legend: "CTE",
        range,
        marks,
        x: { ...x, axis: null },
        y: { field: "role", type: "nominal", scale: { domain: labels }, axis: mapAxis(null) },
      }),
      {
        data: { values: spreadOverRoles(cells).map(drawnSpread) },
        height: 26,
        mark: "bar",
        encoding: {
          x: { ...x, axis: mapAxis("layer") },
          y: {
            field: "sd",
            type: "quantitative",
            title: "SD",
            scale: { domain: [0, spread], nice: false },
            axis: { values: [0, drawn(spread / 2), spread], format: "~g", labelOverlap: false },
          },
          ...TIP,
        },
      },
    ],
  };
}

/** The cells without those whose row another cell of the layer has already. */
function mergedCells(
  cells: readonly TraceCell[],
  rows: ReadonlyMap<string, string>,
): readonly TraceCell[] {
  const places = new Set<string>();
  return cells.filter(({ layer, role }) => {
    const place = `${layer} ${rows.get(role)}`;
    return !places.has(place) && places.add(place);
  });
}

function drawnCell(cell: TraceCell, { rows, markOf }: TraceScales) {
  const { layer, n, cte, cte_low, cte_high } = cell;
  const role = rows.get(cell.role)!;
  const estimate = tipEstimate(cte, { low: cte_low, high: cte_high });
  const mark = markOf(cell);
  return {
    layer,
    role,
    cte: drawn(cte),
    label: shortNumber(cte),
    ...(mark !== undefined && { mark }),
    tip: `layer ${layer}, ${role}: CTE ${estimate}${n === undefined ? "" : `, n = ${n}`}`,
  };
}

function drawnSpread({ layer, roles, sd }: Spread) {
  return { layer, sd: drawn(sd), tip: `layer ${layer}: SD over ${roles} roles ${tipEstimate(sd)}` };
}
