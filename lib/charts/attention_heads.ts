/** The attention of all heads of a layer as small multiples, in one sentence or in two and as their difference. */

import type { TopLevelSpec } from "vega-lite";
import {
  type AttentionMap,
  comparedMaps,
  describeMaps,
  drawnCell,
  mapOf,
  sentenceOf,
} from "./attention_maps.ts";
import type { AttendedTokens } from "./attention_pattern.ts";
import { colourRange, colourScale, colourTicks } from "./colour_range.ts";
import { type ChartSpec, NO_CELL, type Panel, PANEL_TITLE, specHead, TIP } from "./spec.ts";
import { mapAxis } from "./value_map.ts";

/** A sentence with its attention, and what panels call it. */
export interface NamedAttention extends AttendedTokens {
  /** Such as `negated`. */
  readonly name: string;
}

/** The heads that are drawn. */
export interface AttentionHeadsOptions {
  /** The block, from 0 as in the names of hook points. */
  readonly layer: number;
  /** The heads, from 0 as in the names of the API. */
  readonly heads: readonly number[];
}

/** The size of a cell, in the units of a screen. */
const CELL = 13;

/** The number of panels side by side where each head has one. */
const MOST_ACROSS = 4;

/**
 * Draws how much of its attention each token (the query, down) gives to each token (the key, across), a panel for each head.
 *
 * Of two sentences each head has a panel, and their difference has one if they have equally many tokens. All panels have the same
 * colours. In a notebook a cell tells its query, key and weight, and the other rows fade, so that one sees where this query looks in
 * all heads.
 *
 * @param sentences One sentence or two.
 * @param options The block, and the heads.
 * @returns A Vega-Lite spec without fonts or house style.
 * @throws {NegscopeError} If a pattern has no such head, or tokens are not as many as its positions.
 */
export function attentionHeadsChart(
  sentences: readonly NamedAttention[],
  { layer, heads }: AttentionHeadsOptions,
): ChartSpec {
  const title = `Attention of block ${layer} (layer ${layer + 1})`;
  const rows = heads.map((head) => mapsOfHead(sentences, head));
  const maps = rows.flat();
  const isPair = sentences.length > 1;
  const columns = isPair ? rows[0]!.length : Math.min(MOST_ACROSS, heads.length);
  const range = colourRange(maps.flatMap(({ cells }) => cells.map(({ weight }) => weight)));
  const color = {
    field: "weight",
    type: "quantitative" as const,
    title: "attention",
    scale: colourScale(range),
    legend: { values: colourTicks(range), format: ".3~g" },
  };
  const named = sentences.map(({ name, tokens }) =>
    isPair ? `${name}: ${sentenceOf(tokens)}` : sentenceOf(tokens)
  );
  const caption =
    `${title}, by head: how much of its attention each token (the query, down) gives to each token (the key, across); ${
      named.join("; ")
    }.`;
  const sources = { model: [], data: [] };
  const spec = {
    ...specHead(describeMaps(title, maps), { sources, caption }),
    title: { text: title, subtitle: named },
    columns,
    params: [{
      name: READER,
      select: { type: "point", on: "pointerover", clear: "pointerout", fields: ["at"] },
      views: maps.map((_, i) => `map_${i}`),
    }],
    concat: maps.map((map, i) =>
      panel(map, {
        ...{ name: `map_${i}`, color },
        isFirst: i % columns === 0,
        isLowest: i + columns >= maps.length,
      })
    ),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

/** The parameter that holds the query at the pointer. */
const READER = "reader";

/** A head's maps: one for each sentence, and their difference if there is one. */
function mapsOfHead(sentences: readonly NamedAttention[], head: number): AttentionMap[] {
  const [own, other] = sentences.map((sentence) => {
    const name = sentences.length > 1 ? `, ${sentence.name}` : "";
    return mapOf(sentence, { head, title: `head ${head}${name}` });
  });
  if (other === undefined) return [own!];
  return own!.labels.length === other.labels.length
    ? comparedMaps(own!, other, `head ${head}, difference`)
    : [own!, other];
}

function panel({ title, labels, cells }: AttentionMap, { name, color, isFirst, isLowest }: {
  readonly name: string;
  readonly color: object;
  readonly isFirst: boolean;
  readonly isLowest: boolean;
}): Panel {
  const size = CELL * labels.length;
  const side = { type: "nominal" as const, scale: { domain: [...labels] } };
  const axis = (isLabelled: boolean) => ({ ...mapAxis(null), labels: isLabelled });
  return {
    name,
    title: { text: title, style: PANEL_TITLE, frame: "group" },
    ...{ width: size, height: size },
    view: { fill: NO_CELL },
    data: {
      values: cells.map((cell) => {
        const { label: _, tip, ...own } = drawnCell(cell, labels);
        return { at: cell.query, ...own, tip: `${title}, ${tip}` };
      }),
    },
    mark: "rect",
    encoding: {
      x: { field: "key", ...side, axis: { ...axis(isLowest), labelAngle: -90 } },
      y: { field: "query", ...side, axis: axis(isFirst) },
      color,
      opacity: { condition: { param: READER, value: 1 }, value: 0.15 },
      ...TIP,
    },
  };
}
