/** What the page teaches, where the thing is. */

import { GLOSSARY } from "../../study/glossary.ts";
import type { View } from "./state/state.ts";

export const INTRO =
  "CLIP scores how well a sentence fits a picture: S. It tells “a dog” from “no dog” if the true sentence has the higher score, by d. Here you reach into its text encoder, change one part, and see S and d answer.";

export const TABS: Readonly<
  Record<View, { readonly name: string; readonly text: string; readonly pick?: string }>
> = {
  circuit: {
    name: "Circuit",
    text:
      "Heads move information between words, MLPs work on each word alone. These are the parts that carry “no” from its word (bottom left) to the score (top), and who reads whom.",
    pick: "Click a head to knock it out, an MLP to replace it, an arrow to cut it.",
  },
  run: {
    name: "Rows of the run",
    text: "What the run measured. A number is the mean over the rows of one side.",
    pick: "Click a cell to see its rows, sorted by their values.",
  },
  heads: {
    name: "Who reads “no”",
    text:
      "Each layer has several heads, which copy information from one word to another. A number is the share of d that is lost when this head no longer sees “no”: 1 is all of d, 0 none.",
    pick: "Click a head to knock it out.",
  },
  tokens: {
    name: "Where “no” is",
    text:
      "Each word has a residual stream: numbers that every layer reads and adds to. A cell is the stream of one word after one layer. Its number is the share of d that comes back when this cell of the negated sentence is put into the other sentence.",
    pick: "Click a cell to patch it.",
  },
  direct: {
    name: "Who writes d",
    text:
      "What each head and MLP itself adds to the score difference at the end token, in shares of d. A part can matter without writing: when others read it.",
    pick: "Click a part to give it what it has in the negated sentence.",
  },
  attention: {
    name: "Attention",
    text:
      "Where a head looks. Each row is a word that reads; its weights on the words that it reads sum to 1.",
  },
  pictures: {
    name: "Pictures",
    text:
      "The pictures of the data that fit the sentence best, by S. After a change of the model they can be others.",
    pick: "Click a picture to take it.",
  },
};

/** Words of the kit's glossary that the page uses, and those that it adds. */
export const WORDS: readonly { readonly word: string; readonly means: string }[] = [
  ...GLOSSARY.filter(({ word }) => ["S", "d", "segment", "negator"].includes(word)),
  { word: "head 5.3", means: "the third head of layer 5; layers and heads are counted from 1" },
  { word: "EOT", means: "the end token, where CLIP reads the embedding; SOT: the start token" },
  { word: "share of d", means: "an effect divided by d of the row: 1 is all of it" },
  { word: "patch", means: "to put an activation of one sentence into the run of the other" },
  { word: "knock out", means: "to set a head's attention to the negator to 0" },
];
