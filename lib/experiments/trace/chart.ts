/** The causal-trace map: which token's activation carries the negation at which layer. */

import type { TopLevelSpec } from "vega-lite";
import { marksText } from "../../charts/cell_marks.ts";
import { headMap } from "./head_map.ts";
import { type ChartOptions, type ChartSpec, emptyChart, specHead } from "../../charts/spec.ts";
import { CERTAIN, peaksText, type PeaksTextOptions } from "../../charts/peak_runs.ts";
import { roleLabel } from "../../charts/roles.ts";
import type { Direction } from "./direction.ts";
import { tracePanel, traceScales } from "./map_panel.ts";
import { isFixedZero, isFullSwap, isNamed, lastLayer } from "./fixed_effects.ts";
import {
  CTE_NAME,
  directionsIn,
  effectMeaning,
  mapsInOrder,
  type TitledGroup,
  titleStart,
  type TraceMapRow,
} from "./map_row.ts";

type DrawnRow = TraceMapRow & { readonly cte: number };

const SITES = new Map([
  ["resid", "the residual stream after each block (layer 0: embeddings)"],
  ["resid_mid", "the residual stream between attention and MLP"],
  ["attn_out", "the attention output"],
  ["mlp_out", "the MLP output"],
]);

/**
 * Draws the mean causal tracing effect as the paper does: one panel per group of rows and direction, token roles down, layers across, and below
 * them, for each layer, the population standard deviation over the roles from the negator on.
 *
 * Roles before the negator share one row if their effect is 0 everywhere. The colours are those of {@linkcode ColourRange}, the same
 * for all panels and at most from -1 to 1. A cell without rows stays empty; marks show values that cannot be told from 0, have no
 * interval, or lie beyond the colours.
 *
 * @param rows The rows of trace.csv for one site; those of site z are drawn by {@linkcode headMap}.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function traceMap(rows: readonly TraceMapRow[], options: ChartOptions): ChartSpec {
  if (rows.some((row) => row.head !== undefined)) return headMap(rows, options);
  const cells = rows.filter((row): row is DrawnRow => row.cte !== undefined);
  if (cells.length === 0) return emptyChart(CTE_NAME, options);
  const { site } = cells[0]!;
  const what = SITES.get(site) ?? site;
  const directions = directionsIn(cells);
  const title = `${titleStart(directions)} of ${what}`;
  const maps = mapsInOrder(cells);
  const last = lastLayer(cells);
  const end = lastRole(cells);
  const scales = traceScales(maps.map(({ group }) => group), {
    isFixed: (cell) => isFixedZero({ site, ...cell }, last),
  });
  const { marks } = scales;
  const spec = {
    ...specHead(describe(title, maps), {
      ...options,
      caption: captionOf(what, { ...options, directions, marks, end }),
    }),
    title: {
      text: title,
      subtitle: `bars: standard deviation (SD) over the roles from the negator to ${end}`,
    },
    concat: maps.map(({ group, title }) => tracePanel(group, { title, scales })),
    resolve: { scale: { color: "shared", shape: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

/** The last of the roles in a sentence's order, from which the embedding is made, in words. */
function lastRole(rows: readonly DrawnRow[]): string {
  return rows.some(({ role }) => role === "pooled") ? "the pooled position" : roleLabel("eot");
}

function captionOf(
  what: string,
  { directions, marks, end, ...options }: ChartOptions & {
    readonly directions: readonly Direction[];
    readonly marks: readonly string[];
    readonly end: string;
  },
): string {
  return [
    `Mean causal tracing effect (CTE) of ${what}: ${effectMeaning(directions, "one activation")}.`,
    marksText(marks, options),
    `Bars: population standard deviation (SD) of the CTE over the roles from the negator to ${end}.`,
  ].filter((sentence) => sentence !== "").join(" ");
}

function describe(title: string, maps: readonly TitledGroup<DrawnRow>[]): string {
  const rows = maps.flatMap(({ group }) => group);
  const last = lastLayer(rows);
  const options: PeaksTextOptions<DrawnRow> = {
    nameOf: ({ role }) => roleLabel(role),
    isNamed: (row) => isNamed(row, last),
  };
  const seen = maps.map(({ group, title }) => `${title}: ${peaksText(group, options)}.`);
  const fixed = rows.some((row) => isFullSwap(row, last))
    ? [
      `The effect 1 of the negator at layer 0 and of ${
        lastRole(rows)
      } at the last layer is fixed by the method.`,
    ]
    : [];
  return [`Heat maps, token roles down, layers across. ${title}.`, ...seen, CERTAIN, ...fixed].join(
    " ",
  );
}
