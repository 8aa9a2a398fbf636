/** Pairs prepared for the text tower: tokens, alignment and roles, once for each distinct sentence pair. */

import type { SentenceReader } from "../model/text/sentence_reader.ts";
import { alignTokens } from "../data/align.ts";
import { type BadRow, RowProblems, rowsUnusable } from "../data/checks/bad_rows.ts";
import { affirmativeSentence, negatedSentence, type Pair, type Protocol } from "../data/pairs.ts";
import { assignRoles, type Role } from "../data/roles.ts";

/** A sentence as the text tower sees it. */
export interface TokenizedSentence {
  /** The sentence as it stands in the data. */
  readonly sentence: string;
  /** Token ids, start and end included. */
  readonly ids: readonly number[];
  /** The tokens as text, one for each position. */
  readonly tokens: readonly string[];
  /** The position that becomes the embedding. */
  readonly pooled: number;
}

/** The two sentences of a pair, with their tokens matched. */
export interface AlignedPair {
  /** Equal for all rows with the same two sentences. */
  readonly key: string;
  /** The negated sentence. */
  readonly negated: TokenizedSentence;
  /** The affirmative sentence. */
  readonly affirmative: TokenizedSentence;
  /** The counterpart in the affirmative sentence, if any, of each position of the negated one. */
  readonly alignment: readonly (number | undefined)[];
  /** The role of each position of the negated sentence. */
  readonly roles: readonly Role[];
  /** Position of the negator in the negated sentence. */
  readonly negator: number;
}

/** Pairs whose sentences have been prepared. */
export interface PreparedPairs {
  /** The distinct sentence pairs in the order of their first row; one with several negators in the data is there for each. */
  readonly distinct: readonly AlignedPair[];
  /** The index of each row's sentence pair. */
  readonly indexOfRow: readonly number[];
}

/**
 * The key of a row's two sentences, the same for all rows that share them and no others. Statistics draw pairs in the order of their
 * keys, which is that of the negated sentences.
 *
 * @param pair A row.
 */
export function sentencePairKey(pair: Pair): string {
  return keyOf(negatedSentence(pair), affirmativeSentence(pair));
}

/** One key for two sentences: on a line each, with any line feed of their own written otherwise. */
function keyOf(...sentences: readonly [string, string]): string {
  const onOneLine = (sentence: string) =>
    sentence.replace(/[\0\n]/g, (letter) => letter === "\n" ? "\0n" : "\0z");
  return sentences.map(onOneLine).join("\n");
}

/**
 * The number of distinct sentence pairs in some rows, in words; pairs that differ only in which is true are first counted apart.
 *
 * @param pairs The rows.
 */
export function sentencePairsText(pairs: readonly Pair[]): string {
  const sided = new Set(pairs.map(({ caption, foil }) => keyOf(caption, foil))).size;
  const distinct = new Set(pairs.map(sentencePairKey)).size;
  const shared = distinct === sided ? "" : ` (${distinct} whichever sentence is true)`;
  return `${sided} distinct sentence pairs${shared}`;
}

/** What preparing needs of a text tower: its tokens. */
export type Tokens = Pick<SentenceReader, "encode" | "tokens" | "pooledPosition">;

/** How rows are prepared. */
export interface PreparingOptions {
  /** How rows are aligned: in the rephrased protocol the sentences must differ in exactly one token. */
  readonly protocol: Protocol;
  /** The rows' file, for messages. @default {"pairs"} */
  readonly source?: string | undefined;
}

/**
 * Tokenises and aligns the sentences of all rows.
 *
 * @param text The text tower, or the model's sentence reader.
 * @param pairs The rows.
 * @param options How rows are aligned.
 * @throws {NegscopeError} If pairs cannot be aligned; the message names them.
 */
export function preparePairs(
  text: Tokens,
  pairs: readonly Pair[],
  { protocol, source = "pairs" }: PreparingOptions,
): PreparedPairs {
  const { bad, ...prepared } = tryPreparing(text, pairs, protocol);
  if (bad.length > 0) throw rowsUnusable(bad, { source, rows: pairs.length });
  return prepared;
}

/**
 * The rows whose sentences cannot be aligned.
 *
 * @param text The model's sentence reader.
 * @param pairs The rows.
 * @param options How rows are aligned.
 */
export function unalignedRows(
  text: Tokens,
  pairs: readonly Pair[],
  { protocol }: PreparingOptions,
): readonly BadRow[] {
  return tryPreparing(text, pairs, protocol).bad;
}

function tryPreparing(
  text: Tokens,
  pairs: readonly Pair[],
  protocol: Protocol,
): PreparedPairs & { readonly bad: readonly BadRow[] } {
  const given = new Map<string, number>(); // by the negator in the data, if any, and the sentences
  const found = new Map<string, number>(); // by the negator's position
  const distinct: AlignedPair[] = [];
  const bad: BadRow[] = [];
  const indexOfRow = pairs.map((pair) => {
    const key = `${pair.negator ?? ""} ${sentencePairKey(pair)}`;
    const known = given.get(key);
    if (known !== undefined) return known;
    const problems = new RowProblems();
    const prepared = problems.try(() => preparePair(text, pair, protocol));
    if (prepared === undefined) {
      const { id } = pair;
      bad.push({ id, where: `pair ${JSON.stringify(id)}`, problems: problems.found });
      return -1;
    }
    const place = `${prepared.negator} ${prepared.key}`;
    const index = found.get(place) ?? distinct.push(prepared) - 1;
    given.set(key, index);
    found.set(place, index);
    return index;
  });
  return { distinct, indexOfRow, bad };
}

function preparePair(text: Tokens, pair: Pair, protocol: Protocol): AlignedPair {
  const negated = tokenize(text, negatedSentence(pair));
  const affirmative = tokenize(text, affirmativeSentence(pair));
  const { aligned, negator } = alignTokens(negated.ids, affirmative.ids, {
    ...{ id: pair.id, protocol, tokens: negated.tokens },
    ...(pair.negator === undefined ? {} : { negator: pair.negator }),
  });
  const roles = assignRoles(negated.tokens, { aligned, negator });
  return { key: sentencePairKey(pair), negated, affirmative, alignment: aligned, roles, negator };
}

function tokenize(text: Tokens, sentence: string): TokenizedSentence {
  const ids = text.encode(sentence);
  return { sentence, ids, tokens: text.tokens(sentence), pooled: text.pooledPosition(ids) };
}
