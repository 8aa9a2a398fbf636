/** Whole attention patterns of a few rows: all heads, from every token to every token. */

import { NEGATIONS, type Pair } from "../../data/pairs.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { type AlignedPair, sentencePairKey } from "../../study/rows/prepare.ts";
import type { Study } from "../../study/study.ts";
import { PATTERNS } from "./attend.ts";

export interface SentencePattern {
  /** The positions that are there: those of padding are not. */
  readonly positions: readonly number[];
  readonly tokens: readonly string[];
  /**
   * For each head, in the order layer, head, the weights query by query; with causal attention only those of earlier keys and the query itself.
   */
  readonly weights: readonly (readonly number[])[];
}

export interface RowPatterns {
  /** Whether no token attends to a later one. */
  readonly causal: boolean;
  readonly negated: SentencePattern;
  readonly affirmative: SentencePattern;
}

const ROWS_A_SIDE = 8;

/** The most tokens of a sentence: a pattern has the square of their number. */
const MOST_TOKENS = 24;

const DECIMALS = 1e4;

/** The ids of the rows that have patterns: of each side the first row of some distinct sentence pairs, at equal distances in the file. */
export function patternRows(pairs: readonly Pair[], most = ROWS_A_SIDE): ReadonlySet<string> {
  const ids = NEGATIONS.flatMap((side) => {
    const firsts = new Map<string, string>();
    for (const pair of pairs) {
      const key = sentencePairKey(pair);
      if (pair.negation === side && !firsts.has(key)) firsts.set(key, pair.id);
    }
    const all = [...firsts.values()];
    const count = Math.min(most, all.length);
    return Array.from({ length: count }, (_, i) => all[Math.floor(i * all.length / count)]!);
  });
  return new Set(ids);
}

/** Reads the patterns of the rows that have them. Returns the patterns by the rows' ids; none for sentences of more than 24 tokens. */
export async function readPatterns(study: Study): Promise<ReadonlyMap<string, RowPatterns>> {
  const { text, inputs, rows } = study;
  const ids = patternRows(inputs.drawn);
  const made = new Map<string, RowPatterns>();
  for (const { pair, aligned } of rows) {
    if (!ids.has(pair.id)) continue;
    const positions = shownPositions(aligned);
    const sizes = [positions.negated.length, positions.affirmative.length];
    if (Math.max(...sizes) <= MOST_TOKENS) {
      made.set(pair.id, await patternsOf(text, aligned, positions));
    }
  }
  return made;
}

interface Shown {
  readonly negated: readonly number[];
  readonly affirmative: readonly number[];
}

function shownPositions({ roles, alignment, negated, affirmative }: AlignedPair): Shown {
  const padding = new Set(
    alignment.filter((target, position) => target !== undefined && roles[position] === "pad"),
  );
  return {
    negated: [...negated.ids.keys()].filter((position) => roles[position] !== "pad"),
    affirmative: [...affirmative.ids.keys()].filter((position) => !padding.has(position)),
  };
}

async function patternsOf(
  text: TextTower,
  { negated, affirmative }: AlignedPair,
  positions: Shown,
): Promise<RowPatterns> {
  const { tower: { shape: { layers, heads } }, family: { causal } } = text;
  const { cache } = await text.runWithCache([negated.sentence, affirmative.sentence], [PATTERNS]);
  const read = (row: number, tokens: readonly string[], shown: readonly number[]) => {
    const weights = Array.from({ length: layers * heads }, (_, i) => {
      const hook = `blocks.${Math.floor(i / heads)}.attn.hook_pattern`;
      const pattern = cache.row(hook, row).row(i % heads);
      return shown.flatMap((query) =>
        shown.filter((key) => !causal || key <= query).map((key) =>
          Math.round(pattern.at(query, key) * DECIMALS) / DECIMALS
        )
      );
    });
    return { positions: shown, tokens: shown.map((position) => tokens[position]!), weights };
  };
  return {
    causal,
    negated: read(0, negated.tokens, positions.negated),
    affirmative: read(1, affirmative.tokens, positions.affirmative),
  };
}
