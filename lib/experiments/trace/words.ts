/** What the words of a trace mean. */

import { LEAST_EFFECT } from "../../charts/peak_runs.ts";
import type { Word } from "../../tables/words.ts";

/** The words, in the order in which they are explained. */
export const TRACE_WORDS: readonly Word[] = [
  {
    word: "CTE",
    means:
      "causal tracing effect: share of d that returns when one value of the negated sentence is put into the other; mean over rows",
  },
  {
    word: "denoise",
    means:
      "into the run of the affirmative sentence goes a value of the negated one: what the value suffices for",
  },
  {
    word: "noise",
    means:
      "into the run of the negated sentence goes a value of the affirmative one: CTE is the share of d that is lost, what the value is needed for",
  },
  {
    word: "reading",
    means:
      "what the two effects say together, if one is less than a third of the other or they are opposite; otherwise they merely differ",
  },
  {
    word: "backed up",
    means:
      "noise is less than a third of denoise, signs aside: the value suffices, and other parts make up for it where it is missing (OR)",
  },
  {
    word: "not alone",
    means:
      "denoise is less than a third of noise, signs aside: the value is needed, but suffices only together with other parts (AND)",
  },
  {
    word: "opposite",
    means:
      `denoise and noise have different signs, and both are ${LEAST_EFFECT} or more, signs aside`,
  },
  {
    word: "site",
    means:
      "resid: the residual stream after a block (layer 0: embeddings); resid_mid: after its attention; attn_out, mlp_out: what attention or MLP adds; z: the output of each head",
  },
  {
    word: "simultaneous",
    means:
      "95 % interval that allows for the choice of the largest of all cells of the group (max-t); cte_low of trace.csv is for one cell alone",
  },
  { word: "at", means: "the layer of the given CTE, the largest of the layers" },
  { word: "rows", means: "over which the mean is; 40/124: 40 of the group's 124 rows" },
  { word: "fixed", means: "1 by the method, for any model: no finding" },
  {
    word: "none certain",
    means: `each CTE of ${LEAST_EFFECT} or more has 0 in its interval, or no interval`,
  },
  {
    word: "EOT",
    also: ["SOT"],
    means: "the end token, where CLIP reads the embedding; SOT: the start token",
  },
  {
    word: "pooled",
    also: ["padding"],
    means:
      "the last position, where SigLIP reads the embedding; padding: the positions between the end token and it, which hold no word but take part in attention",
  },
  {
    word: "fast schedule",
    also: ["general engine"],
    means: "shares work among patched sentences; general engine: does not",
  },
];
