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
export type Tokens = Pick<SentenceReader, "encode" | "tokens" | "pooledPosition" | "checkLength">;

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
 * @throws {NegscopeError} If sentences are longer than the model reads, or cannot be aligned; the message names the pairs.
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
 * The rows whose sentences are longer than the model reads, or cannot be aligned.
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
    const problems = lengthProblems(text, pair);
    const isWhole = problems.found.length === 0; // what remains of a cut sentence is not to be compared
    const prepared = isWhole ? problems.try(() => preparePair(text, pair, protocol)) : undefined;
    if (prepared === undefined) {
      bad.push({ id: pair.id, where: placeOfRow(pair.id), problems: problems.found });
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

/**
 * Finds the rows with a sentence that is longer than the model reads.
 *
 * @param text The text tower, or the model's sentence reader.
 * @param pairs The rows.
 */
export function longRows(text: Pick<Tokens, "checkLength">, pairs: readonly Pair[]): BadRow[] {
  const fitting = new Set<string>();
  return pairs.flatMap((pair) => {
    const key = sentencePairKey(pair);
    if (fitting.has(key)) return [];
    const { found } = lengthProblems(text, pair);
    if (found.length > 0) return [{ id: pair.id, where: placeOfRow(pair.id), problems: found }];
    fitting.add(key);
    return [];
  });
}

function lengthProblems(
  text: Pick<Tokens, "checkLength">,
  { id, caption, foil }: Pair,
): RowProblems {
  const problems = new RowProblems();
  for (const [called, sentence] of Object.entries({ caption, foil })) {
    const names = { subject: placeOfRow(id), called: `its ${called}` };
    problems.try(() => text.checkLength(sentence, names));
  }
  return problems;
}

/** The place of a row in messages, e.g. `pair "dog"`. */
export function placeOfRow(id: string): string {
  return `pair ${JSON.stringify(id)}`;
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
