/** The attention of heads in one sentence or two: a map for each head, with numbers where they have room. */

import { NegscopeError } from "../errors/errors.ts";
import { headName } from "../tables/nodes.ts";
import { heatMap } from "./heat_map.ts";
import type { ChartSpec } from "./spec.ts";
import { shortToken } from "./texts.ts";

/** The attention of all heads of a layer in one sentence, such as the tensor of `blocks.{l}.attn.hook_pattern`. */
export interface AttentionPattern {
  /** [head, query, key]. */
  readonly shape: readonly number[];
  /** One weight. */
  at(head: number, query: number, key: number): number;
}

/** A sentence and its attention. */
export interface AttendedTokens {
  /** The attention of all heads of a layer, [head, query, key]: a row of the cached hook point. */
  readonly pattern: AttentionPattern;
  /** The sentence's tokens, one for each position. */
  readonly tokens: readonly string[];
  /** What panels call it, such as `negated`. @default {what it says} */
  readonly name?: string;
}

/** The heads that are drawn. */
export interface AttentionChartOptions {
  /** The block, from 0 as in the names of hook points. */
  readonly layer: number;
  /** The heads, from 0 as in the names of the API. */
  readonly heads: readonly number[];
}

/** How much the token of a query attends to that of a key in a map, or how much more than in another sentence. */
interface Weight {
  readonly map: string;
  readonly query: string;
  readonly key: string;
  readonly weight: number;
}

const MOST_ACROSS = 4;

/**
 * Draws how much of its attention each token (the query, down) gives to each token (the key, across), a map for each head.
 *
 * Of two sentences each head has a map, and their difference has one if they have equally many tokens. All have the same colours. Cells are
 * left out where no query reads a later key.
 *
 * @example The head that reads "no" in the embedded model, beside the same head in the affirmative sentence
 * ```ts ignore
 * import { show, Study } from "negscope"; // attentionChart too
 *
 * await using study = await Study.open({ limit: 1 });
 * const { negated, affirmative } = await study.row(study.pairs[0]!.id);
 * const hook = "blocks.0.attn.hook_pattern";
 * const [no, some] = [await negated.cache(hook), await affirmative.cache(hook)];
 * await show(attentionChart([
 *   { tokens: negated.tokens, pattern: no.row(hook, 0) },
 *   { tokens: affirmative.tokens, pattern: some.row(hook, 0) },
 * ], { layer: 0, heads: [1] }));
 * ```
 *
 * @param sentences One sentence or two.
 * @param options The block, and the heads.
 * @returns A Vega-Lite spec in the kit's style.
 * @throws {NegscopeError} If a pattern has no such head, or tokens are not as many as its positions.
 */
export function attentionChart(
  sentences: readonly AttendedTokens[],
  { layer, heads }: AttentionChartOptions,
): ChartSpec {
  const named = sentences.map((sentence) => ({ name: wordsOf(sentence.tokens), ...sentence }));
  const [first, second] = named;
  const drawn = second === undefined || first!.tokens.length !== second.tokens.length
    ? named
    : [...named, { ...differenceOf(first!, second), name: "difference" }];
  const weights = heads.flatMap((head) =>
    drawn.flatMap((sentence) => {
      const title = headName({ layer: layer + 1, head: head + 1 });
      return weightsOf(sentence, head, second === undefined ? title : `${title}, ${sentence.name}`);
    })
  );
  const which = heads.length === 1
    ? `head ${headName({ layer: layer + 1, head: heads[0]! + 1 })} (blocks.${layer}, head ${
      heads[0]
    })`
    : `the heads of layer ${layer + 1} (blocks.${layer})`;
  const lines = named.map(({ name, tokens }) => [...new Set([name, wordsOf(tokens)])].join(": "));
  return heatMap(weights, {
    title: `Attention of ${which}`,
    subtitle: lines,
    about:
      `Attention of ${which}: how much of its attention each token (the query, down) gives to each token (the key, across)`,
    columns: second === undefined ? Math.min(MOST_ACROSS, heads.length) : drawn.length,
    panels: "map",
    x: { field: "key", isOfPanel: true, isSlanted: true },
    y: { field: "query", isOfPanel: true },
    value: { field: "weight", title: "attention" },
    name: ({ query, key }) => `from ${query} to ${key}`,
  });
}

/** The weights of a head in a sentence, without those of later keys if no query reads one. */
function weightsOf({ pattern, tokens }: AttendedTokens, head: number, map: string): Weight[] {
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
  return cells.filter(({ query, key }) => !isCausal || key <= query)
    .map(({ query, key, weight }) => ({ map, query: labels[query]!, key: labels[key]!, weight }));
}

function differenceOf(first: AttendedTokens, second: AttendedTokens): AttendedTokens {
  const { shape } = first.pattern;
  const at: AttentionPattern["at"] = (...place) =>
    first.pattern.at(...place) - second.pattern.at(...place);
  const tokens = first.tokens.map((token, i) => {
    const other = second.tokens[i]!;
    return token === other ? token : `${shortToken(token)} / ${shortToken(other)}`;
  });
  return { pattern: { shape, at }, tokens };
}

function wordsOf(tokens: readonly string[]): string {
  return tokens.slice(1, -1).join(" ");
}
