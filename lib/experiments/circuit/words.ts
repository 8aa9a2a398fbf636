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
      "what the nodes bring about of d, a ratio of sums over rows: 0 for no node, 1 for all; it may be above 1 or below 0",
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
      "adds the node that raises faithfulness most, one after the other; it cannot see that two nodes act only together",
  },
  {
    word: "drop",
    means:
      "faithfulness of the circuit minus that without the node; near 0 if the others do without it, below 0 if they do better",
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
    means: "circuits with as many heads in each block and the same MLPs, drawn with the seed",
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
