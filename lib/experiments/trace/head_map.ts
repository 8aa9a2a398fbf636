/** The causal-trace map of single heads: which head's output carries the negation, at which token and layer. */

import type { TopLevelSpec } from "vega-lite";
import { roleLabel, rolesInOrder } from "../../charts/roles.ts";
import {
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  greatest,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  specHead,
  tipEstimate,
} from "../../charts/spec.ts";
import { cellMark, marksInOrder, marksText } from "../../charts/cell_marks.ts";
import { type ColourRange, colourRange } from "../../charts/colour_range.ts";
import { CERTAIN, isCertain, isLarge } from "../../charts/peak_runs.ts";
import { mapAxis, placesInOrder, valueMap } from "../../charts/value_map.ts";
import { isFixedZero, lastLayer } from "./fixed_effects.ts";
import type { Direction } from "./direction.ts";
import {
  directionsIn,
  effectMeaning,
  mapsInOrder,
  type TitledGroup,
  titleStart,
  type TraceMapRow,
} from "./map_row.ts";

/** The columns of trace.csv that the map reads. */
export type HeadMapRow = Omit<TraceMapRow, "site">;

type DrawnRow = HeadMapRow & { readonly cte: number; readonly head: number };

/** The colours show no more than a full swap gives. */
const MOST_COLOUR = 1;

function captionOf(directions: readonly Direction[]): string {
  const meaning = effectMeaning(directions, "the head's output at this token");
  return `Mean causal tracing effect (CTE) of single heads' output (attn.hook_z), by token role, head and layer: ${meaning}. Roles whose effect is below a hundredth of the largest at every head are left out.`;
}

const LEAST_SHARE = 0.01; // of the largest effect; a role that never reaches this share is left out

/**
 * Draws the mean causal tracing effect of every head's output as small multiples: one panel per group of rows and direction with one map
 * per token role; in each map, heads go down and layers across. All maps have the same colours, at most from -1 to 1. Marks show values
 * that cannot be told from 0, have no interval, or lie beyond the colours.
 *
 * The maps of both directions are beside each other, two groups in a row, so that the figure is no higher than that of one direction.
 *
 * Roles with next to no effect at every head are left out, such as those before the negator, whose effect is 0.
 *
 * @param rows The rows of trace.csv for site z.
 * @returns A Vega-Lite spec without fonts or house style.
 */
export function headMap(rows: readonly HeadMapRow[], options: ChartOptions): ChartSpec {
  const cells = rows.filter((row): row is DrawnRow =>
    row.cte !== undefined && row.head !== undefined
  );
  const directions = directionsIn(cells);
  const title = `${titleStart(directions)} of single heads' output`;
  if (cells.length === 0) return emptyChart(title, options);
  const largest = greatest(cells.map((row) => Math.abs(row.cte)));
  const carrying = cells.filter((row) => Math.abs(row.cte) >= LEAST_SHARE * largest);
  const roles = rolesInOrder(carrying.map((row) => row.role));
  const shown = cells.filter((row) => roles.includes(row.role));
  const titled = mapsInOrder(shown);
  const scale = {
    range: colourRange(shown.map(({ cte }) => cte), { most: MOST_COLOUR }),
    last: lastLayer(cells),
  };
  const maps = {
    ...{ roles: roles.map(roleLabel), scale },
    layers: placesInOrder(shown.map(({ layer }) => layer)),
    heads: placesInOrder(shown.map(({ head }) => head)),
    marks: marksInOrder(shown.map((row) => markOf(row, scale))),
  };
  const caption = [captionOf(directions), marksText(maps.marks, options)]
    .filter((text) => text !== "").join(" ");
  const spec = {
    ...specHead(describe(title, titled), { ...options, caption }),
    title,
    columns: 2 * directions.length,
    concat: titled.map((own) => panel(own, maps)),
    resolve: { scale: { color: "shared", shape: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

/** What decides a cell's mark. */
interface Scale {
  readonly range: ColourRange;
  /** The number of the tower's last block. */
  readonly last: number;
}

interface Maps {
  readonly roles: readonly string[];
  readonly layers: number[];
  readonly heads: number[];
  readonly scale: Scale;
  readonly marks: readonly string[];
}

function panel(
  { title, group }: TitledGroup<DrawnRow>,
  { roles, layers, heads, scale, marks }: Maps,
): Panel {
  const type = "ordinal" as const;
  return {
    title: { text: title, style: PANEL_TITLE },
    data: { values: group.map((row) => drawnCell(row, scale)) },
    facet: {
      row: {
        field: "role",
        type: "nominal",
        sort: [...roles],
        header: { title: null, labelOrient: "top", labelAnchor: "start", labelPadding: 3 },
      },
    },
    spec: valueMap(undefined, {
      ...{ field: "cte", legend: "CTE", range: scale.range, marks },
      x: { field: "layer", type, scale: { domain: layers }, axis: mapAxis("layer") },
      y: { field: "head", type, scale: { domain: heads }, axis: mapAxis("head") },
    }),
  };
}

function markOf(row: DrawnRow, { range, last }: Scale) {
  const { cte: value, cte_low: low, cte_high: high } = row;
  const isFixed = isFixedZero({ site: "z", ...row }, last);
  return cellMark({ value, low, high, isFixed }, range);
}

function drawnCell(row: DrawnRow, scale: Scale) {
  const { layer, head, n, cte, cte_low: low, cte_high: high } = row;
  const role = roleLabel(row.role);
  const mark = markOf(row, scale);
  return {
    ...{ role, layer, head, cte: drawn(cte), label: shortNumber(cte) },
    ...(mark !== undefined && { mark }),
    tip: `head ${layer}.${head}, ${role}: CTE ${tipEstimate(cte, { low, high })}, n = ${n}`,
  };
}

function describe(title: string, maps: readonly TitledGroup<DrawnRow>[]): string {
  const seen = maps.map(({ title, group }) => {
    const top = group.filter(isCertain).sort((a, b) => Math.abs(b.cte) - Math.abs(a.cte)).slice(
      0,
      3,
    );
    const heads = top.map(({ layer, head, role, cte }) =>
      `head ${layer}.${head} at ${roleLabel(role)} (${shortNumber(cte)})`
    );
    const none = group.some(isLarge) ? "no certain effect" : "no effect of .05 or more";
    const largest = top.length === 0 ? none : `largest at ${heads.join(", ")}`;
    return `${title}: ${largest}.`;
  });
  const what = "Heat maps, one per group and token role, heads down, layers across.";
  return [`${what} ${title}.`, ...seen, CERTAIN].join(" ");
}
