/** The tokeniser of all planted models: CLIP's kind, with the letters and the words of the rows. */

import { clipJson, END, END_OF_WORD, START } from "../../../lib/model/text/clip_tokenizer.ts";
import type { SpecialTokens } from "./circuit.ts";
import { SINGULAR } from "./rows.ts";

/** Signs that a text may have; all others have no token, which CLIP's kind of tokeniser reads as the end token. */
const SIGNS = [...".,'-!?abcdefghijklmnopqrstuvwxyz0123456789"];

/** Words of one token. */
const WORDS = [
  ...["there", "is", "are", "no", "a", "some", "people", ...SINGULAR],
  ...["one", "many"], // for the control that has another determiner in the negator's place
];

/** Beginnings of words of several tokens: "dog" and "s", "ki", "te" and "s". */
const PIECES = [...SINGULAR, "ki", "te"];

/** Pairs of tokens that are merged, in this order. */
const MERGES: readonly (readonly [string, string])[] = [
  ...WORDS.flatMap((word) => mergesOf([...word.slice(0, -1), `${word.at(-1)}${END_OF_WORD}`])),
  ...PIECES.flatMap((piece) => mergesOf([...piece])),
].filter(([a, b], i, all) => all.findIndex(([c, d]) => a === c && b === d) === i);

/** All tokens; a token's place is its id. */
const TOKENS = [
  ...SIGNS,
  ...SIGNS.map((sign) => `${sign}${END_OF_WORD}`),
  ...MERGES.map((pair) => pair.join("")),
  ...[START, END],
];

/** The number of tokens. */
export const VOCABULARY = TOKENS.length;

/** The tokens that have features of their own. */
export const SPECIAL: SpecialTokens = {
  start: idOf(START),
  end: idOf(END),
  negator: idOf(`no${END_OF_WORD}`),
  full_stops: [idOf("."), idOf(`.${END_OF_WORD}`)],
  determiners: ["a", "some"].map((word) => idOf(`${word}${END_OF_WORD}`)),
};

/** The contents of tokenizer.json. */
export function tokenizerJson(): unknown {
  return clipJson(Object.fromEntries(TOKENS.map((token, id) => [token, id])), MERGES);
}

/** Joins the signs of a word from the left, one after the other. */
function mergesOf([first, ...others]: readonly string[]): [string, string][] {
  let joined = first!;
  return others.map((sign) => {
    const pair: [string, string] = [joined, sign];
    joined += sign;
    return pair;
  });
}

function idOf(token: string): number {
  return TOKENS.indexOf(token);
}
