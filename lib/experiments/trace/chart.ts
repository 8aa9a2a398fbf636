/** The causal-trace map: which token's activation carries the negation at which layer. */

import { type ChartOptions, type ChartSpec, type Panel, TIP } from "../../charts/spec.ts";
import {
  drawn,
  greatest,
  groupsInOrder,
  groupsOf,
  pairGroupTitle,
  ROLE_SIDE,
  roleLabel,
  rolesInOrder,
  shortNumber,
  tipEstimate,
} from "../../charts/texts.ts";
import type { Reads } from "../../tables/table.ts";
import { type DirectedRow, type Direction, directionOf, directionsIn } from "./trace.ts";
import type { TraceRow } from "./tables.ts";
import { isBeforeNegator } from "../../data/align.ts";
import { mean } from "../../stats/columns.ts";
import { heatMap, type HeatMapOptions } from "../../charts/heat_map.ts";
import { mapAxis, type MapSide } from "../../charts/value_map.ts";
import { isFixedZero, isFullSwap, isNamed, lastLayer, LEAST_NONZERO } from "./findings.ts";
import { CERTAIN, isCertain, isLarge, peaksText } from "../../study/effects/peak_runs.ts";
import { headName } from "../../tables/nodes.ts";

/** The columns of trace.csv that the maps read. */
export type TraceMapRow =
  & Reads<
    TraceRow,
    | "negation"
    | "segment"
    | "site"
    | "layer"
    | "head"
    | "role"
    | "n"
    | "cte"
    | "cte_low"
    | "cte_high"
    | "simultaneous_low"
    | "simultaneous_high"
  >
  & DirectedRow;

type TraceCell = Pick<TraceMapRow, "layer" | "head" | "role" | "cte">;

/**
 * The rows of each map in the order of the paper's figures; the maps of both directions, if there are both, are neighbours, and their
 * titles name them.
 */
function mapsInOrder<Row extends TraceMapRow>(rows: readonly Row[]) {
  const directions = directionsIn(rows);
  return groupsInOrder(rows).flatMap((group) => {
    const title = pairGroupTitle(group);
    if (directions.length < 2) return [{ title, rows: group }];
    return directions.map((direction) => ({
      title: `${title}, ${direction}`,
      rows: group.filter((row) => directionOf(row) === direction),
    })).filter(({ rows }) => rows.length > 0);
  });
}

/** The beginning of the title of maps; the direction of the paper goes without saying. */
function titleStart(directions: readonly Direction[]): string {
  const named = directions.join(" and ");
  const name = "Causal tracing effect (CTE)";
  return named === "denoise" || named === "" ? name : `${name}, ${named},`;
}

function effectMeaning(directions: readonly Direction[], what: string): string {
  const meanings = directions.map((direction) =>
    direction === "denoise"
      ? `the share of the score difference d that returns when ${what} of the negated sentence is put into the affirmative one`
      : `the share of the score difference d that is lost when ${what} of the affirmative sentence is put into the negated one`
  );
  return meanings.length === 1
    ? meanings[0]!
    : directions.map((direction, i) => `${direction}, ${meanings[i]}`).join("; ");
}

/**
 * Computes the population standard deviation of the mean effects over the roles from the negator on (paper, figure of the map), for each
 * layer and head. None for a layer where fewer than two of these roles have an effect.
 */
export function spreadOverRoles(cells: readonly TraceCell[]) {
  const carrying = cells.filter(({ role, cte }) => cte !== undefined && !isBeforeNegator(role));
  return groupsOf(carrying, ({ layer, head }) => `${layer} ${head}`).flatMap((place) => {
    if (place.length < 2) return [];
    const { layer, head } = place[0]!;
    const effects = place.map(({ cte }) => cte!);
    const centre = mean(effects)!;
    const variance = mean(effects.map((cte) => (cte - centre) ** 2))!;
    return [{ layer, head, roles: place.length, sd: Math.sqrt(variance) }];
  });
}

/** A full swap gives 1; the colours show no more, so that one outlier does not bleach all other cells. */
const MOST_CTE = 1;

/**
 * Draws maps of the causal tracing effect, and below each a strip with each layer's population standard deviation over the roles from
 * the negator on. Roles before the negator share one row if their effect is 0 everywhere.
 */
export function traceMaps<Cell extends TraceCell>(
  cells: readonly Cell[],
  options: NoInfer<Omit<HeatMapOptions<Cell>, "x" | "y" | "value" | "panels">> & {
    readonly panels: (
      rows: readonly Cell[],
    ) => readonly { title: string | string[]; rows: readonly Cell[] }[];
  },
): ChartSpec {
  const labels = rowLabels(cells);
  const known = cells.filter(({ cte }) => cte !== undefined);
  const maps = options.panels(known).map(({ title, rows }) => (
    { title, rows: mergedCells(rows, labels), all: rows, spreads: spreadOverRoles(rows) }
  ));
  const mapOf = new Map(maps.map((map) => [map.rows[0], map]));
  const end = spreadEnd(greatest(maps.flatMap(({ spreads }) => spreads.map(({ sd }) => sd))));
  const { told } = options;
  return heatMap(maps.flatMap(({ rows }) => rows), {
    legend: "CTE",
    form: "Heat maps, token roles down, layers across.",
    ...options,
    ...(told !== undefined && { told: (rows: readonly Cell[]) => told(mapOf.get(rows[0])!.all) }),
    panels: () => maps,
    x: "layer",
    y: {
      field: "role",
      of: ({ role }) => labels.get(role)!,
      order: () => [...new Set(labels.values())],
    },
    value: "cte",
    most: MOST_CTE,
    tip: ({ layer, role }) => `layer ${layer}, ${labels.get(role)}: CTE`,
    below: (rows, x) => spreadStrip(mapOf.get(rows[0])!.spreads, { x, end }),
  });
}

/** The label of each role's row: the first roles, which come before the negator and so have no effect anywhere, share one row. */
function rowLabels(cells: readonly TraceCell[]): ReadonlyMap<string, string> {
  const roles = rolesInOrder(cells.map(({ role }) => role));
  const first = roles.findIndex((role) =>
    cells.some((cell) => cell.role === role && Math.abs(cell.cte ?? 0) >= LEAST_NONZERO)
  );
  const labels = new Map(roles.map((role) => [role, roleLabel(role)]));
  const idle = roles.slice(0, Math.max(first, 0));
  if (idle.length > 1) {
    for (const role of idle) {
      labels.set(role, `${roleLabel(idle[0]!)} to ${roleLabel(idle.at(-1)!)}`);
    }
  }
  return labels;
}

/** The cells without those whose row another cell of the layer has already. */
function mergedCells<Cell extends TraceCell>(
  cells: readonly Cell[],
  labels: ReadonlyMap<string, string>,
): Cell[] {
  const merged = Map.groupBy(cells, ({ layer, role }) => `${layer} ${labels.get(role)}`);
  return [...merged.values()].map(([first]) => first!);
}

/** A round end for the spread's axis whose half is round too. */
function spreadEnd(largest: number): number {
  if (!(largest > 0)) return 1;
  const unit = 10 ** Math.floor(Math.log10(largest));
  return drawn([1, 2, 4, 6, 8, 10].find((end) => end * unit >= drawn(largest))! * unit);
}

function spreadStrip(
  spreads: ReturnType<typeof spreadOverRoles>,
  { x, end }: { readonly x: MapSide; readonly end: number },
): Panel {
  return {
    data: {
      values: spreads.map(({ layer, roles, sd }) => ({
        layer,
        sd: drawn(sd),
        tip: `layer ${layer}: SD over ${roles} roles ${tipEstimate(sd)}`,
      })),
    },
    height: 26,
    mark: "bar",
    encoding: {
      x: { ...x, axis: mapAxis("layer") },
      y: {
        field: "sd",
        type: "quantitative",
        title: "SD",
        scale: { domain: [0, end], nice: false },
        axis: { values: [0, drawn(end / 2), end], format: "~g", labelOverlap: false },
      },
      ...TIP,
    },
  };
}

/** Of the largest effect; a role that never reaches this share is left out, such as those before the negator, whose effect is 0. */
const LEAST_SHARE = 0.01;

type HeadEffect = TraceMapRow & { readonly cte: number; readonly head: number };

/**
 * Draws the mean causal tracing effect of every head's output as small multiples: one panel per group of rows and direction with one map
 * per token role; in each map, heads go down and layers across. The maps of both directions are beside each other, two groups in a row, so
 * that the figure is no higher than that of one direction.
 */
export function headMap(rows: readonly TraceMapRow[], options: ChartOptions): ChartSpec {
  const cells = rows.filter((row): row is HeadEffect =>
    row.cte !== undefined && row.head !== undefined
  );
  const directions = directionsIn(cells);
  const largest = greatest(cells.map(({ cte }) => Math.abs(cte)));
  const carrying = new Set(
    cells.filter(({ cte }) => Math.abs(cte) >= LEAST_SHARE * largest).map(({ role }) => role),
  );
  const last = lastLayer(cells);
  const shown = cells.filter(({ role }) => carrying.has(role));
  return heatMap(shown, {
    ...options,
    title: `${titleStart(directions)} of single heads' output`,
    caption:
      `Mean causal tracing effect (CTE) of single heads' output (attn.hook_z), by token role, head and layer: ${
        effectMeaning(directions, "the head's output at this token")
      }. Roles whose effect is below a hundredth of the largest at every head are left out`,
    form: "Heat maps, one per group and token role, heads down, layers across.",
    columns: 2 * Math.max(1, directions.length),
    panels: mapsInOrder,
    facet: {
      field: "role",
      of: ({ role }) => roleLabel(role),
      names: ROLE_SIDE.order([...carrying].map(roleLabel)),
    },
    x: "layer",
    y: "head",
    value: "cte",
    low: "cte_low",
    high: "cte_high",
    legend: "CTE",
    most: MOST_CTE,
    judged: (row) => ({ isFixed: isFixedZero({ ...row, site: "z" }, last) }),
    tip: (row) => `head ${headName(row)}, ${roleLabel(row.role)}: CTE`,
    told: strongestText,
    altEnd: CERTAIN,
  });
}

function strongestText(group: readonly HeadEffect[]): string {
  const top = group.filter(isCertain).sort((a, b) => Math.abs(b.cte) - Math.abs(a.cte)).slice(0, 3);
  const heads = top.map((row) =>
    `head ${headName(row)} at ${roleLabel(row.role)} (${shortNumber(row.cte)})`
  );
  if (heads.length > 0) return `largest at ${heads.join(", ")}`;
  return group.some(isLarge) ? "no certain effect" : "no effect of .05 or more";
}

const SITES = new Map([
  ["resid", "the residual stream after each block (layer 0: embeddings)"],
  ["resid_mid", "the residual stream between attention and MLP"],
  ["attn_out", "the attention output"],
  ["mlp_out", "the MLP output"],
]);

/** Draws the map of a run, without ambiguous rows if others are traced: their d is near 0, and shares of it so large that they would take the colours and the numbers from all other cells. */
export function traceCharts(
  rows: readonly TraceMapRow[],
  { segments, ...options }: ChartOptions & { readonly segments: readonly string[] },
): Readonly<Record<string, ChartSpec>> {
  const shown = segments.length > 1 ? rows.filter(({ segment }) => segment !== "ambiguous") : rows;
  return { trace_map: traceMap(shown, options) };
}

/**
 * Draws the mean causal tracing effect as the paper does: one panel per group of rows and direction, token roles down, layers across, and below
 * them, for each layer, the population standard deviation over the roles from the negator on.
 *
 * Roles before the negator share one row if their effect is 0 everywhere. The colours are at most from -1 to 1. A cell without rows stays
 * empty; marks show values that cannot be told from 0, have no interval, or lie beyond the colours.
 *
 * @param rows The rows of trace.csv for one site; those of site z are drawn by {@linkcode headMap}.
 * @returns A Vega-Lite spec in the kit's style.
 */
export function traceMap(rows: readonly TraceMapRow[], options: ChartOptions): ChartSpec {
  if (rows.some((row) => row.head !== undefined)) return headMap(rows, options);
  const cells = rows.filter(({ cte }) => cte !== undefined);
  const site = cells[0]?.site ?? "";
  const what = SITES.get(site) ?? site;
  const directions = directionsIn(cells);
  const last = lastLayer(cells);
  const end = cells.some(({ role }) => role === "pooled")
    ? "the pooled position"
    : roleLabel("eot");
  const fixed = cells.some((row) => isFullSwap(row, last))
    ? ` The effect 1 of the negator at layer 0 and of ${end} at the last layer is fixed by the method.`
    : "";
  return traceMaps(cells, {
    ...options,
    title: site === "" ? titleStart(directions) : `${titleStart(directions)} of ${what}`,
    subtitle: `bars: standard deviation (SD) over the roles from the negator to ${end}`,
    caption: `Mean causal tracing effect (CTE) of ${what}: ${
      effectMeaning(directions, "one activation")
    }`,
    captionEnd:
      `Bars: population standard deviation (SD) of the CTE over the roles from the negator to ${end}.`,
    panels: mapsInOrder,
    low: "cte_low",
    high: "cte_high",
    judged: (row) => ({
      isFixed: isFixedZero({ ...row, cte: row.cte! }, last),
      ...isFullSwap(row, last) && { isSpecific: undefined }, // it is 1 in every control too
    }),
    told: (group) =>
      peaksText(group, {
        nameOf: ({ role }) => roleLabel(role),
        isNamed: (row) => isNamed(row, last),
      })!,
    altEnd: `${CERTAIN}${fixed}`,
  });
}
