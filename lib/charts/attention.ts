/** The attention of one head in one sentence, alone or beside the same head in another sentence. */

import type { TopLevelSpec } from "vega-lite";
import {
  type AttentionMap,
  comparedMaps,
  describeMaps,
  drawnCell,
  mapOf,
  sentenceOf,
} from "./attention_maps.ts";
import type { AttentionChartOptions, AttentionPattern } from "./attention_pattern.ts";
import { type ColourRange, colourRange } from "./colour_range.ts";
import { type ChartSpec, type Panel, PANEL_TITLE, specHead } from "./spec.ts";
import { mapAxis, valueMap } from "./value_map.ts";

/**
 * Draws how much of its attention each token (the query, down) gives to each token (the key, across).
 *
 * With another sentence there are three maps: both sentences, and the difference. All have the same colours. Cells are left out where
 * no query reads a later key.
 *
 * @example The head that reads "no" in the embedded model, beside the same head in the affirmative sentence
 * ```ts
 * import { show, Study } from "negscope"; // attentionChart too
 *
 * await using study = await Study.open({ limit: 1 });
 * const { negated, affirmative } = await study.row(study.pairs[0]!.id);
 * const hook = "blocks.0.attn.hook_pattern";
 * const [no, some] = [await negated.cache(hook), await affirmative.cache(hook)];
 * await show(attentionChart(no.row(hook, 0), {
 *   ...{ tokens: negated.tokens, layer: 0, head: 1 },
 *   minus: { pattern: some.row(hook, 0), tokens: affirmative.tokens },
 * }));
 * ```
 *
 * @param pattern The attention of all heads of a layer in one sentence, [head, query, key]: a row of the cached hook point.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 * @throws {NegscopeError} If the pattern has no such head, or the tokens are not as many as its positions.
 */
export function attentionChart(
  pattern: AttentionPattern,
  { tokens, head, layer, minus, subtitle }: AttentionChartOptions,
): ChartSpec {
  const name = `L${layer + 1}H${head + 1} (blocks.${layer}, head ${head})`;
  const title = `Attention of ${name}`;
  const own = mapOf({ pattern, tokens }, { head, title: sentenceOf(tokens) });
  const maps = minus === undefined ? [own] : comparedMaps(
    own,
    mapOf(minus, { head, title: sentenceOf(minus.tokens) }),
    "difference",
  );
  const range = colourRange(maps.flatMap(({ cells }) => cells.map(({ weight }) => weight)));
  const caption =
    `${title}: how much of its attention each token (the query, down) gives to each token (the key, across)${
      minus === undefined ? "" : ", in two sentences and as their difference"
    }.`;
  const sources = { model: [], data: [] };
  const spec = {
    ...specHead(describeMaps(title, maps), { sources, caption }),
    title: subtitle === undefined ? title : { text: title, subtitle },
    concat: maps.map((map) => panel(map, range)),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function panel({ title, labels, cells }: AttentionMap, range: ColourRange): Panel {
  const side = { type: "nominal" as const, scale: { domain: [...labels] } };
  return {
    title: { text: title, style: PANEL_TITLE },
    ...valueMap(cells.map((cell) => drawnCell(cell, labels)), {
      ...{ field: "weight", legend: "attention", range },
      x: { field: "key", ...side, axis: { ...mapAxis(null), labelAngle: -45 } },
      y: { field: "query", ...side, axis: mapAxis(null) },
    }),
  };
}
