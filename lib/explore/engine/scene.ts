/** What a scene is for the text tower: two sentences, aligned where they can be. */

import { findNegation } from "../../data/words.ts";
import {
  affirmativeSentence,
  negatedSentence,
  type Pair,
  type Protocol,
} from "../../data/pairs.ts";
import { NegscopeError, wrongValue } from "../../errors.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import {
  type AlignedPair,
  preparePairs,
  tokenize,
  type TokenizedSentence,
} from "../../study/rows/prepare.ts";
import { placesOf } from "../../study/sentences/roles.ts";
import type { Scene, Side, Token } from "../protocol.ts";

/** The names by which changes and runs mention a scene's sentences. */
export type SentenceName = "negated" | "affirmative";

export interface PreparedScene {
  /** The row of the data, or one made of the reader's sentences. If neither is negated, the caption counts as the affirmative one. */
  readonly pair: Pair;
  readonly sentences: Readonly<Record<SentenceName, TokenizedSentence>>;
  readonly aligned: AlignedPair | undefined;
  readonly noMap: string | undefined;
}

/** The most letters of a sentence: no model reads more than a few hundred. */
const MOST_LETTERS = 2000;

const SIDES: readonly Side[] = ["caption", "foil"];

export function checkedScene(given: unknown): Scene {
  const scene = (given ?? {}) as Partial<Record<keyof Scene, unknown>>;
  const texts = [scene.caption, scene.foil, scene.picture, scene.row ?? ""];
  const isFit = texts.every((text) => typeof text === "string" && text.length <= MOST_LETTERS);
  if (isFit) return scene as Scene;
  const expected = `caption, foil and picture as texts of at most ${MOST_LETTERS} letters`;
  throw wrongValue("show", JSON.stringify(given) ?? "nothing", expected);
}

export function checkedSide(side: unknown): Side {
  const known = SIDES.find((own) => own === side);
  if (known === undefined) throw wrongValue("find sentence", side, "caption or foil");
  return known;
}

/** Prepares a scene: a row of the data is aligned in the protocol of the data, the reader's sentences in the standard one, of any lengths. */
export function prepareScene(
  text: TextTower,
  { caption, foil, picture: image, row }: Scene,
  { rows, protocol }: { readonly rows: ReadonlyMap<string, Pair>; readonly protocol: Protocol },
): PreparedScene {
  for (const sentence of [caption, foil]) text.checkLength(sentence);
  const known = row === undefined ? undefined : rows.get(row);
  if (known?.caption === caption && known.foil === foil) {
    return aligned(text, { ...known, image }, protocol);
  }
  const negation = findNegation(caption, foil);
  const pair: Pair = { id: "these sentences", image, negation: negation ?? "foil", caption, foil };
  return negation === undefined
    ? withoutMap(text, pair, "the sentences have equally many negating words, such as no or not")
    : aligned(text, pair, "standard");
}

function aligned(text: TextTower, pair: Pair, protocol: Protocol): PreparedScene {
  try {
    const [own] = preparePairs(text, [pair], { protocol }).distinct;
    const { negated, affirmative } = own!;
    return { pair, sentences: { negated, affirmative }, aligned: own, noMap: undefined };
  } catch (error) {
    if (!(error instanceof NegscopeError)) throw error;
    return withoutMap(text, pair, error.details?.[0] ?? error.message);
  }
}

function withoutMap(text: TextTower, pair: Pair, noMap: string): PreparedScene {
  const sentences = {
    negated: tokenize(text, negatedSentence(pair)),
    affirmative: tokenize(text, affirmativeSentence(pair)),
  };
  return { pair, sentences, aligned: undefined, noMap };
}

export function nameOf(side: Side, { pair: { negation } }: PreparedScene): SentenceName {
  return side === negation ? "negated" : "affirmative";
}

export function tokensOf(scene: PreparedScene): Readonly<Record<Side, readonly Token[]>> {
  const places = scene.aligned && placesOf(scene.aligned);
  const [caption, foil] = SIDES.map((side) => {
    const name = nameOf(side, scene);
    return scene.sentences[name].tokens.map((text, position): Token => {
      const role = places?.[name].roles[position];
      return { text, ...(role !== undefined && { role }) };
    });
  });
  return { caption: caption!, foil: foil! };
}
