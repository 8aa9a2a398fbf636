/** The attention of heads in one sentence or two: one head as a map with numbers, or several as small multiples. */

import { NegscopeError } from "../errors.ts";
import { colourBy, colourRange, mapAxis } from "./value_map.ts";
import { heatMap } from "./heat_map.ts";
import { panelChart, type TitledPanel } from "./panels.ts";
import { drawn, shortNumber, shortToken, tipEstimate } from "./texts.ts";
import { type ChartSpec, NO_CELL, TIP } from "./spec.ts";

/** The attention of all heads of a layer in one sentence, such as the tensor of `blocks.{l}.attn.hook_pattern`. */
export interface AttentionPattern {
  /** [head, query, key]. */
  readonly shape: readonly number[];
  /** One weight. */
  at(head: number, query: number, key: number): number;
}

/** A sentence and its attention. */
export interface AttendedTokens {
  /** The attention of all heads of a layer, [head, query, key]. */
  readonly pattern: AttentionPattern;
  /** The sentence's tokens, one for each position. */
  readonly tokens: readonly string[];
}

/** What is drawn of a pattern. */
export interface AttentionChartOptions {
  /** The sentence's tokens, one for each position. */
  readonly tokens: readonly string[];
  /** The head, from 0 as in the names of the API. */
  readonly head: number;
  /** The block, from 0 as in the names of hook points; the title names it. */
  readonly layer: number;
  /** What stands below the title, such as which sentence was changed. @default {nothing} */
  readonly subtitle?: string;
  /** Another sentence with as many tokens: it is drawn too, and what the first has more than it. @default {none} */
  readonly minus?: AttendedTokens;
}

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

/** How much the token of a query attends to that of a key, or how much more than in another sentence. */
interface Weight {
  readonly query: string;
  readonly key: string;
  readonly weight: number;
}

interface AttentionMap {
  readonly title: string;
  readonly labels: readonly string[];
  readonly weights: readonly Weight[];
}

const WHAT =
  "how much of its attention each token (the query, down) gives to each token (the key, across)";

/**
 * Draws how much of its attention each token (the query, down) gives to each token (the key, across).
 *
 * With another sentence there are three maps: both sentences, and the difference. All have the same colours. Cells are left out where
 * no query reads a later key.
 *
 * @example The head that reads "no" in the embedded model, beside the same head in the affirmative sentence
 * ```ts ignore
 * import { show, Study } from "negscope"; // attentionChart too
 *
 * await using study = await Study.open({ limit: 1 });
 * const { negated, affirmative } = await study.row(study.pairs[0]!.id);
 * const hook = "blocks.0.attn.hook_pattern";
 * const [no, some] = [await negated.cache(hook), await affirmative.cache(hook)];
 * await show(attentionChart(no.row(hook, 0), {
 *   tokens: negated.tokens,
 *   layer: 0,
 *   head: 1,
 *   minus: { pattern: some.row(hook, 0), tokens: affirmative.tokens },
 * }));
 * ```
 *
 * @param pattern The attention of all heads of a layer in one sentence, [head, query, key]: a row of the cached hook point.
 * @returns A Vega-Lite spec in the kit's style.
 * @throws {NegscopeError} If the pattern has no such head, or the tokens are not as many as its positions.
 */
export function attentionChart(
  pattern: AttentionPattern,
  { tokens, head, layer, minus, subtitle }: AttentionChartOptions,
): ChartSpec {
  const title = `Attention of head ${headName(layer, head)} (blocks.${layer}, head ${head})`;
  const sentences = [{ pattern, tokens }, ...minus === undefined ? [] : [minus]];
  const maps = sentences.map((sentence) => mapOf(sentence, head, sentenceOf(sentence.tokens)));
  if (minus !== undefined) {
    maps.push(mapOf(differenceOf({ pattern, tokens }, minus), head, "difference"));
  }
  const weights = maps.flatMap(({ weights }, map) => weights.map((weight) => ({ ...weight, map })));
  return heatMap(weights, {
    title,
    subtitle,
    caption: `${title}: ${WHAT}${
      minus === undefined ? "" : ", in two sentences and as their difference"
    }`,
    panels: () =>
      maps.map(({ title }, i) => ({ title, rows: weights.filter(({ map }) => map === i) })),
    x: { field: "key", isOfPanel: true, isSlanted: true },
    y: { field: "query", isOfPanel: true },
    value: "weight",
    legend: "attention",
    tip: tipStart,
    form: "Heat maps, queries down, keys across.",
    named: { most: 1, intro: "largest ", nameOf: tokensOf },
  });
}

const CELL = 13;

const MOST_ACROSS = 4;

/** The parameter that holds the query at the pointer. */
const READER = "reader";

/**
 * Draws how much of its attention each token (the query, down) gives to each token (the key, across), a panel for each head.
 *
 * Of two sentences each head has a panel, and their difference has one if they have equally many tokens. All panels have the same
 * colours. In a notebook a cell tells its query, key and weight, and the other rows fade, so that one sees where this query looks in
 * all heads.
 *
 * @param sentences One sentence or two.
 * @param options The block, and the heads.
 * @returns A Vega-Lite spec in the kit's style.
 * @throws {NegscopeError} If a pattern has no such head, or tokens are not as many as its positions.
 */
export function attentionHeadsChart(
  sentences: readonly NamedAttention[],
  { layer, heads }: AttentionHeadsOptions,
): ChartSpec {
  const title = `Attention of the heads of layer ${layer + 1} (blocks.${layer})`;
  const maps = heads.map((head) => mapsOfHead(sentences, { layer, head }));
  const all = maps.flat();
  const isPair = sentences.length > 1;
  const columns = isPair ? maps[0]!.length : Math.min(MOST_ACROSS, heads.length);
  const range = colourRange(all.flatMap(({ weights }) => weights.map(({ weight }) => weight)));
  const color = colourBy("weight", "attention", range);
  const named = sentences.map(({ name, tokens }) =>
    isPair ? `${name}: ${sentenceOf(tokens)}` : sentenceOf(tokens)
  );
  const chart = panelChart({
    title,
    subtitle: named,
    caption: `${title}: ${WHAT}; ${named.join("; ")}.`,
    columns,
  }, {
    form: "Heat maps, queries down, keys across.",
    panels: all.map((map, i): TitledPanel => ({
      title: map.title,
      text: largestText(map),
      isFramed: true,
      view: smallMap(map, `map_${i}`, color),
    })),
    shared: ["color"],
    panelWidth: 0,
  });
  const reader = {
    name: READER,
    select: { type: "point", on: "pointerover", clear: "pointerout", fields: ["at"] },
    views: all.map((_, i) => `map_${i}`),
  };
  return Object.assign(chart, { params: [reader] });
}

function largestText({ weights }: AttentionMap): string {
  const most = weights.reduce((a, b) => Math.abs(b.weight) > Math.abs(a.weight) ? b : a);
  return `largest ${tokensOf(most)} (${shortNumber(most.weight)})`;
}

function mapsOfHead(
  sentences: readonly NamedAttention[],
  { layer, head }: { readonly layer: number; readonly head: number },
): AttentionMap[] {
  const title = headName(layer, head);
  const [first, second] = sentences;
  if (second === undefined) return [mapOf(first!, head, title)];
  const maps = sentences.map((sentence) => mapOf(sentence, head, `${title}, ${sentence.name}`));
  if (first!.tokens.length !== second.tokens.length) return maps;
  return [...maps, mapOf(differenceOf(first!, second), head, `${title}, difference`)];
}

function smallMap(
  { title, labels, weights }: AttentionMap,
  name: string,
  color: object,
): TitledPanel["view"] {
  const size = CELL * labels.length;
  const side = { type: "nominal", scale: { domain: [...labels] } };
  return {
    name,
    width: size,
    height: size,
    view: { fill: NO_CELL },
    data: {
      values: weights.map((weight) => ({
        at: weight.query,
        ...weight,
        weight: drawn(weight.weight),
        tip: `${title}, ${tipStart(weight)} ${tipEstimate(weight.weight)}`,
      })),
    },
    mark: "rect",
    encoding: {
      x: { field: "key", ...side, axis: { ...mapAxis(null), labelAngle: -90 } },
      y: { field: "query", ...side, axis: mapAxis(null) },
      color,
      opacity: { condition: { param: READER, value: 1 }, value: 0.15 },
      ...TIP,
    },
  } as TitledPanel["view"];
}

/** The map of a head in a sentence, without the cells of later keys if no query reads one. */
function mapOf({ pattern, tokens }: AttendedTokens, head: number, title: string): AttentionMap {
  const { shape } = pattern;
  if (shape.length !== 3 || shape[1] !== tokens.length || shape[2] !== tokens.length) {
    throw new NegscopeError("sizes-differ", {
      problem: `Cannot draw the attention of ${tokens.length} tokens from [${shape.join(", ")}]`,
      subject: tokens.length,
      expected: "[head, query, key] with one query and one key for each token",
      fix: "give one sentence's row of the cached pattern, and its tokens",
    });
  }
  const labels = tokens.map((token, position) => `${position} ${shortToken(token)}`);
  const positions = [...tokens.keys()];
  const cells = positions.flatMap((query) =>
    positions.map((key) => ({ query, key, weight: pattern.at(head, query, key) }))
  );
  const isCausal = cells.every(({ query, key, weight }) => key <= query || weight === 0);
  const weights = cells.filter(({ query, key }) => !isCausal || key <= query)
    .map(({ query, key, weight }) => ({ query: labels[query]!, key: labels[key]!, weight }));
  return { title, labels, weights };
}

function differenceOf(first: AttendedTokens, second: AttendedTokens): AttendedTokens {
  const { length } = first.tokens;
  if (length !== second.tokens.length) {
    throw new NegscopeError("sizes-differ", {
      problem:
        `Cannot subtract the attention of ${second.tokens.length} tokens from that of ${length}`,
      subject: second.tokens.length,
      expected: "sentences with equally many tokens",
      fix: "draw each sentence alone",
    });
  }
  const { shape } = first.pattern;
  const at: AttentionPattern["at"] = (...place) =>
    first.pattern.at(...place) - second.pattern.at(...place);
  const tokens = first.tokens.map((token, i) => {
    const other = second.tokens[i]!;
    return token === other ? token : `${shortToken(token)} / ${shortToken(other)}`;
  });
  return { pattern: { shape, at }, tokens };
}

/** A head's name, both numbers from 1 as in the paper. */
function headName(layer: number, head: number): string {
  return `${layer + 1}.${head + 1}`;
}

function sentenceOf(tokens: readonly string[]): string {
  return tokens.slice(1, -1).join(" ");
}

function tokensOf({ query, key }: Weight): string {
  return `from ${query} to ${key}`;
}

function tipStart(weight: Weight): string {
  return `${tokensOf(weight)}:`;
}
