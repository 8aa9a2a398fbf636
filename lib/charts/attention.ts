/** The attention of one head in one sentence, alone or beside the same head in another sentence. */

import type { TopLevelSpec } from "vega-lite";
import { NegscopeError } from "../errors.ts";
import type {
  AttendedTokens,
  AttentionChartOptions,
  AttentionPattern,
} from "./attention_pattern.ts";
import { type ColourRange, colourRange } from "./colour_range.ts";
import {
  type ChartSpec,
  drawn,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  specHead,
  tipEstimate,
} from "./spec.ts";
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
  { tokens, head, layer, minus }: AttentionChartOptions,
): ChartSpec {
  const name = `L${layer + 1}H${head + 1} (blocks.${layer}, head ${head})`;
  const title = `Attention of ${name}`;
  const own = mapOf({ pattern, tokens }, { head, title: sentenceOf(tokens) });
  const maps = minus === undefined ? [own] : comparedMaps(own, minus, head);
  const range = colourRange(maps.flatMap(({ cells }) => cells.map(({ weight }) => weight)));
  const caption =
    `${title}: how much of its attention each token (the query, down) gives to each token (the key, across)${
      minus === undefined ? "" : ", in two sentences and as their difference"
    }.`;
  const sources = { model: [], data: [] };
  const spec = {
    ...specHead(describe(title, maps), { sources, caption }),
    title,
    concat: maps.map((map) => panel(map, range)),
    resolve: { scale: { color: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

/** Short names of the tokens at the ends of a sentence. */
const ENDS: ReadonlyMap<string, string> = new Map([
  ["<|startoftext|>", "SOT"],
  ["<|endoftext|>", "EOT"],
]);

interface Cell {
  readonly query: number;
  readonly key: number;
  readonly weight: number;
}

interface AttentionMap {
  readonly title: string;
  readonly labels: readonly string[];
  readonly cells: readonly Cell[];
}

function mapOf(
  { pattern, tokens }: AttendedTokens,
  { head, title }: { readonly head: number; readonly title: string },
): AttentionMap {
  const { shape } = pattern;
  if (shape.length !== 3 || shape[1] !== tokens.length || shape[2] !== tokens.length) {
    throw new NegscopeError("tensor-size-differs", {
      problem: `Cannot draw the attention of ${tokens.length} tokens from [${shape.join(", ")}]`,
      subject: tokens.length,
      expected: "[head, query, key] with one query and one key for each token",
      fix: "give one sentence's row of the cached pattern, and its tokens",
    });
  }
  const places = tokens.keys().toArray();
  const cells = places.flatMap((query) =>
    places.map((key) => ({ query, key, weight: pattern.at(head, query, key) }))
  );
  const isCausal = cells.every(({ query, key, weight }) => key <= query || weight === 0);
  return {
    title,
    labels: tokens.map((token, position) => `${position} ${ENDS.get(token) ?? token}`),
    cells: isCausal ? cells.filter(({ query, key }) => key <= query) : cells,
  };
}

function comparedMaps(own: AttentionMap, minus: AttendedTokens, head: number): AttentionMap[] {
  const other = mapOf(minus, { head, title: sentenceOf(minus.tokens) });
  if (own.labels.length !== other.labels.length) {
    throw new NegscopeError("tensor-size-differs", {
      problem:
        `Cannot subtract the attention of ${other.labels.length} tokens from that of ${own.labels.length}`,
      subject: other.labels.length,
      expected: "sentences with equally many tokens",
      fix: "draw each sentence alone",
    });
  }
  const weights = new Map(other.cells.map(({ query, key, weight }) => [`${query} ${key}`, weight]));
  const cells = own.cells.map(({ query, key, weight }) => (
    { query, key, weight: weight - (weights.get(`${query} ${key}`) ?? 0) }
  ));
  const labels = own.labels.map((label, i) =>
    label === other.labels[i] ? label : `${label} / ${minus.tokens[i]}`
  );
  return [own, other, { title: "difference", labels, cells }];
}

/** The sentence without its start and end. */
function sentenceOf(tokens: readonly string[]): string {
  return tokens.slice(1, -1).join(" ");
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

function drawnCell({ query, key, weight }: Cell, labels: readonly string[]) {
  const [from, to] = [labels[query]!, labels[key]!];
  return {
    ...{ query: from, key: to, weight: drawn(weight), label: shortNumber(weight) },
    tip: `from ${from} to ${to}: ${tipEstimate(weight)}`,
  };
}

function describe(title: string, maps: readonly AttentionMap[]): string {
  const seen = maps.map(({ title, labels, cells }) => {
    const { query, key, weight } = cells.reduce((most, cell) =>
      Math.abs(cell.weight) > Math.abs(most.weight) ? cell : most
    );
    return `${title}: largest from ${labels[query]} to ${labels[key]} (${shortNumber(weight)}).`;
  });
  return [`Heat maps, queries down, keys across. ${title}.`, ...seen].join(" ");
}
