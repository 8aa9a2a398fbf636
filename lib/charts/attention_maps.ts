/** Maps of attention weights: what the charts of one head and of all heads of a layer draw. */

import { NegscopeError } from "../errors.ts";
import type { AttendedTokens } from "./attention_pattern.ts";
import { drawn, shortNumber, tipEstimate } from "./spec.ts";

/** Short names of the tokens at the ends of a sentence. */
const ENDS: ReadonlyMap<string, string> = new Map([
  ["<|startoftext|>", "SOT"],
  ["<|endoftext|>", "EOT"],
]);

/** A weight of a map. */
export interface AttentionCell {
  /** The position that attends. */
  readonly query: number;
  /** The position that it attends to. */
  readonly key: number;
  /** How much, or how much more. */
  readonly weight: number;
}

/** The attention of one head in one sentence, or a difference of two. */
export interface AttentionMap {
  /** What it shows. */
  readonly title: string;
  /** The name of each position. */
  readonly labels: readonly string[];
  /** Its weights, by query, then by key. */
  readonly cells: readonly AttentionCell[];
}

/**
 * The map of a head in a sentence, without the cells of later keys if no query reads one.
 *
 * @param sentence The sentence and its attention.
 * @param options The head from 0, and the map's title.
 * @throws {NegscopeError} If the tokens are not as many as the pattern's positions, or there is no such head.
 */
export function mapOf(
  { pattern, tokens }: AttendedTokens,
  { head, title }: { readonly head: number; readonly title: string },
): AttentionMap {
  const { shape } = pattern;
  if (shape.length !== 3 || shape[1] !== tokens.length || shape[2] !== tokens.length) {
    throw new NegscopeError("sizes-differ", {
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

/**
 * Two maps and their difference.
 *
 * @param own A map.
 * @param other The map of another sentence with as many tokens.
 * @param title The title of the difference.
 * @throws {NegscopeError} If the sentences have different lengths.
 */
export function comparedMaps(
  own: AttentionMap,
  other: AttentionMap,
  title: string,
): AttentionMap[] {
  if (own.labels.length !== other.labels.length) {
    throw new NegscopeError("sizes-differ", {
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
    label === other.labels[i] ? label : `${label} / ${other.labels[i]!.replace(/^\d+ /, "")}`
  );
  return [own, other, { title, labels, cells }];
}

/** The sentence without its start and end. */
export function sentenceOf(tokens: readonly string[]): string {
  return tokens.slice(1, -1).join(" ");
}

/**
 * A cell as charts draw it.
 *
 * @param cell The cell.
 * @param labels The names of the positions.
 */
export function drawnCell({ query, key, weight }: AttentionCell, labels: readonly string[]) {
  const [from, to] = [labels[query]!, labels[key]!];
  return {
    ...{ query: from, key: to, weight: drawn(weight), label: shortNumber(weight) },
    tip: `from ${from} to ${to}: ${tipEstimate(weight)}`,
  };
}

/**
 * The alt text of maps.
 *
 * @param title The chart's title.
 * @param maps The maps.
 */
export function describeMaps(title: string, maps: readonly AttentionMap[]): string {
  const seen = maps.map(({ title, labels, cells }) => {
    const { query, key, weight } = cells.reduce((most, cell) =>
      Math.abs(cell.weight) > Math.abs(most.weight) ? cell : most
    );
    return `${title}: largest from ${labels[query]} to ${labels[key]} (${shortNumber(weight)}).`;
  });
  return [`Heat maps, queries down, keys across. ${title}.`, ...seen].join(" ");
}
