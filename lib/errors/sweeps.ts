/** Messages about the sweep of causal tracing and its timing. */

import { NegscopeError } from "./negscope_error.ts";

/** A graph whose blocks need more than rows outside attention. */
export function rowsInseparable(source: string): NegscopeError {
  return new NegscopeError("rows-inseparable", {
    problem: `Cannot sweep "${source}" by the fast schedule`,
    subject: source,
    reason: "a block's projections or its MLP need more than the rows that they change",
    fix: "the general sweep is used, or take a plain export of CLIP",
  });
}

/** Subgraphs that, row by row, do not compute what the whole graph does. */
export function rowsDisagree(source: string, { difference, bound }: {
  readonly difference: number;
  readonly bound: number;
}): NegscopeError {
  return new NegscopeError("rows-disagree", {
    problem: `Cannot sweep "${source}" by the fast schedule`,
    subject: source,
    reason: `row by row its embeddings differ by ${
      difference.toExponential(1)
    } of the largest value, expected at most ${
      bound.toExponential(0)
    }, as with half-precision weights`,
    fix: "the general sweep is used, or take a float32 export of CLIP",
  });
}

/** A model whose runs share no vectors. */
export function attentionNotCausal(source: string, family: string): NegscopeError {
  return new NegscopeError("attention-not-causal", {
    problem: `Cannot sweep "${source}" by the fast schedule`,
    subject: source,
    reason:
      `${family} has no causal mask, so that every position of a run depends on what is patched`,
    fix: "the general sweep is used",
  });
}

/** The reference of a benchmark that does not run. */
export function referenceFailed(python: string, script: string, said: string): Error {
  const last = said.split("\n").at(-1);
  return new Error(
    `Cannot compare with "${python}"${
      script === "" ? "" : ` and "${script}"`
    }: ${last}; --compare needs a Python with torch and transformers 5, --reference the script, and the model folder its model.safetensors`,
  );
}
