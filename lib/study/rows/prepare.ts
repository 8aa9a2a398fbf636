/** Pairs prepared for the text tower: tokens, alignment and roles, once for each distinct sentence pair. */

import type { SentenceReader } from "../../model/text/text_tower.ts";
import { alignPadding, alignTokens, assignRoles, type Role } from "../../data/align.ts";
import { type BadRow, rowsUnusable } from "../../data/bad_rows.ts";
import {
  affirmativeSentence,
  negatedSentence,
  type Pair,
  type Protocol,
} from "../../data/pairs.ts";
import { MADE_ROWS } from "../choice/inputs.ts";
import { lengthProblems, placeOfRow } from "./left_out.ts";
import { finish, type Steps } from "../../stats/steps.ts";
import { NegscopeError } from "../../errors/errors.ts";
import type { ModelFamily } from "../../model/families.ts";
import type { AlignedRow } from "./score_rows.ts";

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
 */
export function sentencePairKey(pair: Pair): string {
  return [negatedSentence(pair), affirmativeSentence(pair)].map(onOneLine).join("\n");
}

/** A sentence with any line feed of its own written otherwise. */
function onOneLine(sentence: string): string {
  return sentence.replace(/[\0\n]/g, (letter) => letter === "\n" ? "\0n" : "\0z");
}

/** The number of distinct sentence pairs in some rows, in words; pairs that differ only in which is true are first counted apart. */
export function sentencePairsText(pairs: readonly Pair[]): string {
  const sided = new Set(pairs.map((pair) => `${pair.negation} ${sentencePairKey(pair)}`)).size;
  const distinct = new Set(pairs.map(sentencePairKey)).size;
  const shared = distinct === sided ? "" : ` (${distinct} whichever sentence is true)`;
  return `${sided} distinct sentence ${sided === 1 ? "pair" : "pairs"}${shared}`;
}

type Tokens = Pick<
  SentenceReader,
  "encode" | "tokens" | "ownTokens" | "pooledPosition" | "checkLength"
>;

interface AlignedHow {
  readonly protocol: Protocol;
  /** The data's file, in messages. @default {a script made the rows} */
  readonly dataPath?: string | undefined;
}

/** Aligns pairs; in the rephrased protocol their sentences must differ in exactly one token. */
export function preparePairs(
  text: Tokens,
  pairs: readonly Pair[],
  { protocol, dataPath }: AlignedHow,
): PreparedPairs {
  return finish(prepareSteps(text, { pairs, protocol, dataPath }));
}

/** Prepares the pairs of a study as {@linkcode preparePairs} does, in steps: a hundred thousand sentences take seconds. */
export function* prepareSteps(
  text: Tokens,
  { pairs, protocol, dataPath: source = MADE_ROWS }: AlignedHow & {
    readonly pairs: readonly Pair[];
  },
): Steps<PreparedPairs> {
  const { bad, ...prepared } = yield* alignSteps(text, pairs, protocol);
  if (bad.length > 0) throw rowsUnusable(bad, { source, rows: pairs.length });
  return prepared;
}

/** Aligns pairs, in steps, and finds the rows whose sentences are longer than the model reads, or cannot be aligned. */
export function* alignSteps(
  text: Tokens,
  pairs: readonly Pair[],
  protocol: Protocol,
): Steps<PreparedPairs & { readonly bad: readonly BadRow[] }> {
  const given = new Map<number | undefined, Map<string, number>>(); // by the negator in the data, and the sentences
  const found = new Map<string, number[]>(); // by the sentences
  const distinct: AlignedPair[] = [];
  const bad: BadRow[] = [];
  const indexOfRow: number[] = [];
  const shared: Shared = { tokens: new Map(), lists: new Map() };
  for (const pair of pairs) {
    const key = sentencePairKey(pair);
    const ofNegator = given.get(pair.negator) ?? new Map<string, number>();
    const known = ofNegator.get(key);
    if (known !== undefined) {
      indexOfRow.push(known);
      continue;
    }
    yield;
    const problems = lengthProblems(text, pair);
    const isWhole = problems.found.length === 0; // what remains of a cut sentence is not to be compared
    const prepared = isWhole
      ? problems.try(() => preparePair(text, pair, { key, protocol, shared }))
      : undefined;
    if (prepared === undefined) {
      bad.push({ id: pair.id, where: placeOfRow(pair.id), problems: problems.found });
      continue;
    }
    const others = found.get(key) ?? [];
    const same = others.find((other) => distinct[other]!.negator === prepared.negator);
    const index = same ?? distinct.push(prepared) - 1;
    if (same === undefined) found.set(key, [...others, index]);
    given.set(pair.negator, ofNegator.set(key, index));
    indexOfRow.push(index);
  }
  return { distinct, indexOfRow, bad };
}

function preparePair(
  text: Tokens,
  pair: Pair,
  { key, protocol, shared }: {
    readonly key: string;
    readonly protocol: Protocol;
    readonly shared: Shared;
  },
): AlignedPair {
  const negated = tokenize(text, negatedSentence(pair), shared);
  const affirmative = tokenize(text, affirmativeSentence(pair), shared);
  const own = text.ownTokens(negated.sentence);
  const others = text.ownTokens(affirmative.sentence).end + 1;
  const [negatedIds, affirmativeIds] = [
    negated.ids.slice(0, own.end + 1),
    affirmative.ids.slice(0, others),
  ];
  const { aligned: ofTokens, negator } = alignTokens(negatedIds, affirmativeIds, {
    id: pair.id,
    protocol,
    tokens: negated.tokens,
    own,
    ...(pair.negator === undefined ? {} : { negator: pair.negator - 1 + own.start }), // files count the first word as 1
  });
  const aligned = own.padded
    ? alignPadding(ofTokens, { padded: negated.ids.length, affirmative: others })
    : ofTokens;
  const roles = assignRoles(negated.tokens, { aligned, negator, own });
  return {
    key,
    negated,
    affirmative,
    negator,
    alignment: sharedList(aligned, shared),
    roles: sharedList(roles, shared),
  };
}

export function tokenize(
  text: Tokens,
  sentence: string,
  shared: Pick<Shared, "tokens"> = { tokens: new Map() },
): TokenizedSentence {
  const ids = text.encode(sentence);
  const tokens = text.tokens(sentence).map((token) => shared.tokens.get(token) ?? token);
  for (const token of tokens) shared.tokens.set(token, token);
  return { sentence, ids, tokens, pooled: text.pooledPosition(ids) };
}

/** What pairs have in common, in memory only once: token texts, alignments and roles. */
interface Shared {
  readonly tokens: Map<string, string>;
  readonly lists: Map<string, readonly unknown[]>;
}

/** The list of an earlier pair with the same entries, or else this one. */
function sharedList<Item>(list: readonly Item[], { lists }: Shared): readonly Item[] {
  const key = list.join();
  const known = lists.get(key) as readonly Item[] | undefined;
  if (known === undefined) lists.set(key, list);
  return known ?? list;
}

/** Whether two sentences have equally many tokens, differ at the negator alone, and end in the token that becomes the embedding. */
export function isMinimalPair(
  { negated, affirmative, negator }: Pick<AlignedPair, "negated" | "affirmative" | "negator">,
): boolean {
  const last = affirmative.ids.length - 1;
  return negated.ids.length === affirmative.ids.length && negator < last &&
    negated.ids.every((id, i) => (id === affirmative.ids[i]) !== (i === negator)) &&
    negated.pooled === last && affirmative.pooled === last;
}

/**
 * Refuses what an experiment on minimal pairs cannot use. Such an experiment compares both runs position by position, and takes them to be
 * equal before the negator.
 */
export function checkMinimalPairs(
  experiment: string,
  { family, rows }: { readonly family: ModelFamily; readonly rows: readonly AlignedRow[] },
): void {
  if (!family.causal) {
    throw new NegscopeError("model-unfit", {
      problem: `Cannot run ${experiment} on this model`,
      subject: family.name,
      reason:
        `${family.name} has no causal mask, so that the tokens before the negator change with it`,
      expected: "a model with a causal text tower, such as CLIP",
    });
  }
  checkEachMinimal(experiment, rows);
}

/** Refuses rows that are not minimal pairs, whatever the model's attention. */
export function checkEachMinimal(
  experiment: string,
  rows: readonly AlignedRow[],
  { other }: { readonly other?: string } = {},
): void {
  const unfit = rows.find(({ aligned }) => !isMinimalPair(aligned));
  if (unfit === undefined) return;
  const { id, caption, foil } = unfit.pair;
  throw new NegscopeError("pair-not-minimal", {
    problem: `Cannot run ${experiment} on row "${id}"`,
    subject: id,
    reason:
      `"${caption}" and "${foil}" must have equally many tokens and differ at the negator alone`,
    fix: `use the rephrased protocol (--protocol rephrased)${
      other === undefined ? "" : `, or ${other}`
    }, or leave such rows out of the data`,
  });
}
