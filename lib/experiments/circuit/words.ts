/** What the words of the findings and the options of `circuit` mean. */

import type { Word } from "../../tables/words.ts";

/** What the words of the findings and the options mean. */
export const CIRCUIT_WORDS: readonly Word[] = [
  {
    word: "circuit",
    means:
      "nodes that together are enough: all other nodes have their values of the affirmative run, at all positions",
  },
  {
    word: "node",
    also: ["nodes"],
    means: "a head (layer.head, counted from 1) or a block's MLP, at all positions",
  },
  {
    word: "faithfulness",
    also: ["faithful"],
    means:
      "what the nodes bring about of d, as a share of the sum of |d|: 0 for no node, 1 for all; enough if it is 0.9 to 1.1 (--faithfulness) over all rows and on each side",
  },
  {
    word: "d_C",
    means: "d with the circuit alone; the row error is large where errors of rows cancel out",
  },
  {
    word: "denoise",
    means:
      "ranks nodes by what each brings about alone: its values of the negated run in the affirmative one",
  },
  {
    word: "noise",
    means:
      "ranks nodes by what is lost without each: its values of the affirmative run in the negated one",
  },
  {
    word: "direct",
    means:
      "ranks nodes by what each writes into the end token's embedding itself, past all later blocks",
  },
  {
    word: "greedy",
    means:
      "leaves out the node without which faithfulness stays nearest to 1, one after the other, until one is left",
  },
  {
    word: "drop",
    means:
      "faithfulness of the circuit minus that without the node; near 0 if the others do without it, below 0 if it takes away from d",
  },
  {
    word: "simultaneous",
    means: "an interval that holds for all nodes of the circuit at once",
  },
  {
    word: "held out",
    also: ["Held out"],
    means:
      "faithfulness on rows that had no part in the choice: a circuit is chosen on each half of the sentence pairs and scored on the other half",
  },
  {
    word: "samples",
    means:
      "in how many bootstrap samples, which rank the nodes and choose the size anew, the node is in the beginning of the circuit's ranking that is enough",
  },
  {
    word: "random circuits",
    means:
      "other circuits with as many heads in each block and as many MLPs, all different: all of them, or 100 drawn with the seed",
  },
  {
    word: "CPR",
    means: "area under the faithfulness over the share of nodes kept (MIB): more is better",
  },
  {
    word: "CMD",
    means: "area under |1 - faithfulness|: less is better",
  },
];
