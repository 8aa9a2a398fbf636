/** The words of the experiments' summaries and options, each explained once; an experiment names those that it uses. */

import { LEAST_SHARE } from "../study/effects/named_shares.ts";
import type { Word } from "../tables/words.ts";
import { CONTROLS } from "./probe/fit.ts";

/** Keys are the words themselves, with the experiment's name in parentheses where a word means something else in another. */
const MEANINGS = {
  "share":
    "how much of d a part brings about: the sum over rows of sign(d) x effect, divided by the sum of |d|. 1 for all of d in every row, right or wrong; below 0 for a part that works against d. Parts are named and ordered by it",
  "share (shares)":
    "Shapley share of d: what the negated sentence's residual stream at the role's tokens adds, averaged over all orders in which the roles can be patched; the shares of a layer sum to 1",
  "share (transplant)":
    "of what the other model changes: the sum over rows of (d of the run - d of the model) x (d of the other - d of the model), divided by the sum of (d of the other - d of the model)^2; 0 for the model itself, 1 for the other. A layer's is what it adds, the mean of first (all below it the other's) and last (all above it)",
  "simultaneous (transplant)":
    "95 % interval that holds for all lines of the table at once; named is what it excludes 0 for",
  "effect (knockout)":
    "mean of d minus d without the head's attention to the negator, less twin's. For all heads together it is near d in any model",
  "effect (text tower)":
    "mean of d minus d with the node ablated in both sentences. It depends on what replaces the node's values, so name the method beside it",
  "effect (attribute)":
    "the mean net effect: the direct effect, and the part's share of what the change of the final layer norm does; net effects add up to d as well",
  "effect (paths)":
    "mean change of d when only this path carries the negated sentence's values in a run of the affirmative one; effects of several paths do not add up",
  "direct (attribute)":
    "what a head or an MLP itself writes to the end token; what it does through later layers counts as theirs",
  "gradient":
    "to first order: the sum over positions of what the neuron's value changes, times the gradient of S in the run of the affirmative sentence",
  "direct (paths)": "what a node's change at the end token does to d if no later block reads it",
  "direct (circuit)": "ranks nodes by what each writes into the end token itself",
  "gamma":
    "understanding: half of how much better the true sentence scores over matched rows of both sides, apart from what the model likes in sentences (docs/methods/understanding.md)",
  "alpha":
    "bias: a part with alpha raises the affirmative sentence by twice as much, whatever the picture; below 0 the negated one",
  "simultaneous":
    `95 % interval that holds for all lines of a side at once, so that the largest may be chosen afterwards. Named are effects of ${LEAST_SHARE} or more, of either sign, whose interval leaves out 0`,
  "simultaneous (circuit)": "95 % interval that holds for all nodes of the circuit at once",
  "specific":
    "yes if the part's share is at least .05 and another determiner in the negator's place certainly does less than half as much in the same rows (docs/methods/controls.md); empty of a share below 0 and where it is not known. Beside the control's name stands what it does, as a share of d; of attention, the most that a head of towers with random weights shows",
  "correct": "as a column: the share over the rows of this segment alone",
  "twin's":
    'the same for the word in the negator\'s place in the affirmative sentence, its twin, such as "some": what the head does whichever word stands there',
  "selectivity":
    "attention to the negator minus that to its twin, the word in its place in the affirmative sentence: the largest difference of any later token; mean over rows",
  "above":
    "selectivity minus the same with each sentence in the other's place, which is what a maximum gives a head that treats both words alike. A head that looks there need not move anything: knockout shows what it moves",
  "r (attend)": "Pearson's r of a row's largest difference with its d",
  "q (attend)": "the p-value of r, adjusted over all tested heads of the side",
  "r (correlate)": "Pearson's correlation of a feature with d over the rows",
  "q (correlate)": "p-value of r, adjusted for several features (Benjamini-Hochberg)",
  "text_similarity": "cosine of the embeddings of caption and foil",
  "tokens": "length of the negated sentence, start and end included",
  "subject_size": "share of the image that the subject covers, from the data",
  "method flat": "the part gives what it gives on an image of one colour",
  "method zero":
    "the node gives 0, which no model has seen in training: a constant that later blocks count on is missing too",
  "method mean":
    "the node gives its mean over all tokens of the same role, in both sentences of every pair of the data: its constant stays",
  "method resample":
    "the node gives what it gives in another pair's sentence of the same kind and length, drawn with the seed: the subject changes and negation stays",
  "method twin":
    "the node gives what it gives in the other sentence of the pair: the subject stays, and negation changes. The effect is 2 d for a node that alone carries d, 1 d for one that is only necessary or only sufficient",
  "method restore":
    "the half of twin in the affirmative sentence alone: how much of d the node's value restores; remove: the other half, how much it takes away",
  "head":
    "what one attention head mixes, before the output projection, whose bias stays; mlp, the output of an MLP; attn, the output of a block's whole attention; block, both of these",
  "path":
    "from what a head writes, or from the negator's own embedding, to the queries, keys or values of a later head, through MLPs but past all other heads",
  "CTE":
    "causal tracing effect, the paper's d* / d: share of d that returns when one value of the negated sentence is put into the other; mean over rows",
  "denoise (trace)":
    "into the run of the affirmative sentence goes a value of the negated one: what the value suffices for",
  "noise (trace)":
    "into the run of the negated sentence goes a value of the affirmative one: CTE is then the share of d that is lost, what the value is needed for",
  "denoise (circuit)": "ranks nodes by what each brings about alone",
  "noise (circuit)": "ranks nodes by what is lost without each",
  "reading":
    "what the two effects say together, if one is less than a third of the other or they are opposite",
  "backed up":
    "noise is less than a third of denoise, signs aside: the value suffices, and other parts make up for it where it is missing (OR)",
  "not alone":
    "denoise is less than a third of noise, signs aside: the value is needed, but suffices only with other parts (AND)",
  "opposite":
    `denoise and noise have different signs, and both are ${LEAST_SHARE} or more, signs aside`,
  "site":
    "resid: the residual stream after a block (layer 0: embeddings); resid_mid: after its attention; attn_out, mlp_out: what attention or MLP adds; z: the output of each head",
  "at (shares)": "the layer of the given share, the largest of these layers",
  "rows": "over which the mean is; 40/124: 40 of the group's 124 rows",
  "layers (shares)":
    `those at which the share is ${LEAST_SHARE} or more, of this sign, and its simultaneous 95 % interval leaves out 0; without layer 0, where the negator has all, and the last, where EOT has`,
  "layers (probe)":
    `those in which it is ${LEAST_SHARE} or more, of one sign, and its simultaneous 95 % interval leaves out 0; of the whole vector without the last. Beside them is the value in the first of these layers`,
  "EOT": "the end token, where CLIP reads the embedding; SOT: the start token",
  "pooled":
    "the last position, where SigLIP reads the embedding; padding: the positions before it that hold no word but take part in attention",
  "fast engine": "shares work among changed sentences; general engine: runs each whole",
  "circuit":
    "nodes that together are enough: all other nodes have their values of the affirmative run, at all positions",
  "node": "a head (layer.head, counted from 1) or a block's MLP, at all positions",
  "faithfulness":
    "what the nodes bring about of d, as a share of the sum of |d|: 0 for no node, 1 for all; enough if it is 0.9 to 1.1 (--faithfulness) over all rows and on each side",
  "d_C": "d with the circuit alone",
  "drop":
    "faithfulness of the circuit minus that without the node; near 0 if the others do without it, below 0 if it takes away from d",
  "held out": "faithfulness on rows that had no part in the choice: those of the other half",
  "random circuits":
    "other circuits with as many heads in each block and as many MLPs: all, or 100 drawn with the seed",
  "CPR": "as in MIB, the area under faithfulness over the share of nodes kept: more is better",
  "CMD": "as in MIB, the area under |1 - faithfulness|: less is better",
  "decoded":
    "share of sentences that a logistic regression on the residual stream at the end token, fitted to other folds, rightly calls negated or affirmative; chance is 0.5",
  "control":
    `the same with the labels of half of the sentence pairs reversed, so that there is nothing to learn: about 0.5. The mean of ${CONTROLS} such labellings, or of all where there are fewer`,
  "whole vector":
    "share of d that returns if the affirmative run is given the negated run's residual stream at the end token",
  "mean difference":
    "the same with one coordinate of that vector alone, along the mean difference of negated and affirmative sentences in the other folds",
  "probe direction":
    "the same along the direction in which vectors of the other folds vary with their probe's logit (the probe's pattern)",
} as const;

type WordKey = keyof typeof MEANINGS;

/** Other words that an explanation explains as well. */
const ALSO: { readonly [Key in WordKey]?: readonly string[] } = {
  "share": ["shares", "share of d"],
  "share (transplant)": ["change", "changes"],
  "effect (attribute)": ["net"],
  "direct (attribute)": ["direct effect", "direct effects"],
  "specific": ["control", "beyond"],
  "correct": ["incorrect"],
  "head": ["mlp", "attn", "block"],
  "EOT": ["SOT"],
  "pooled": ["padding"],
  "fast engine": ["general engine"],
  "node": ["nodes"],
  "faithfulness": ["faithful"],
  "held out": ["Held out"],
};

const WORDS = new Map(
  Object.entries(MEANINGS).map(([key, means]): [string, Word] => {
    const also = ALSO[key as WordKey];
    return [key, { word: key.replace(/ \(.*\)$/, ""), ...also && { also }, means }];
  }),
);

/** Words of the list. */
export function words(...keys: readonly WordKey[]): readonly Word[] {
  return keys.map((key) => WORDS.get(key)!);
}

export const SHARE_WORDS = ["share", "simultaneous", "correct", "specific"] as const;

/** What the methods of ablation mean. */
export const METHOD_WORDS = [
  "method zero",
  "method mean",
  "method resample",
  "method twin",
  "method restore",
] as const;
