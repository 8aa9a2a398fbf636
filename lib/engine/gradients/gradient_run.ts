/** Runs of a tower that give, besides its values, the gradients of each row's cosine with a target. */

import { NegscopeError } from "../../errors.ts";
import { ActivationCache, expandHookNames } from "../../hooks/cache.ts";
import { checkOptions } from "../../hooks/interventions.ts";
import { Tensor } from "../../hooks/tensor.ts";
import type { OnnxValue } from "../../onnx/runtime.ts";
import { RunState } from "../rows/row_graphs.ts";
import { checkRunList, isText, type RunBatch, unit } from "../run/hooked_run.ts";
import type { Tower } from "../run/tower.ts";

/** What gradients are of. */
export interface GradientOptions {
  /** A vector for each row, with which the cosine of the row's embedding is taken: [batch, projection], or a list of vectors. */
  readonly targets: Tensor | readonly ArrayLike<number>[];
  /** What the cosine is multiplied by, as S is in CLIP by 100; the scores stay cosines. @default {1} */
  readonly scale?: number;
}

/** The cosine of each row with its target, values on the way, and the gradients of the cosine with respect to these. */
export interface GradientRun {
  /** The cosine of each row's embedding and its target. */
  readonly scores: Float32Array;
  /** The value of each hook point. */
  readonly values: ActivationCache;
  /** By how much each number of the value moves the cosine of its row, to first order; in the shape of the value. */
  readonly gradients: ActivationCache;
}

/** Runs rows and computes gradients. Everything is checked before anything runs. */
export async function runWithGradients(
  tower: Tower,
  hooks: readonly string[],
  { batches, rowNames, tokens, ...options }: GradientOptions & {
    readonly batches: readonly RunBatch[];
    readonly rowNames: readonly string[];
    readonly tokens?: readonly (readonly string[])[] | undefined;
  },
): Promise<GradientRun> {
  const { targets: given, scale = 1, ...others } = options;
  checkOptions(others, ["targets", "scale"]);
  checkRunList(hooks, isText, "names of hook points");
  const names = expandHookNames(hooks, tower.hooks);
  const { projection } = tower.shape;
  const targets = targetRows(given, rowNames.length, projection);
  const caches = {
    values: new ActivationCache(rowNames, tokens && { tokens }),
    gradients: new ActivationCache(rowNames, tokens && { tokens }),
  };
  const scores = new Float32Array(rowNames.length);
  for (const { rows, positions, input } of batches) {
    const own = new Float32Array(rows.length * projection);
    rows.forEach((row, i) => own.set(targets[row]!.map((x) => scale * x), i * projection));
    const batch = { input: await input(), positions, targets: own };
    for (const { first, count, ...made } of await tower.gradients(names, batch)) {
      const part = rows.slice(first, first + count);
      const embeddings = made.embeddings.data as Float32Array;
      part.forEach((row, i) => {
        const embedding = embeddings.subarray(i * projection, (i + 1) * projection);
        scores[row] = unit(embedding).reduce((sum, x, k) => sum + x * targets[row]![k]!, 0);
      });
      for (const kind of ["values", "gradients"] as const) {
        for (const [hook, value] of made[kind]) {
          caches[kind].add(hook, viewOf(tower, hook, value, count), part);
        }
      }
    }
  }
  return { scores, ...caches };
}

function viewOf(tower: Tower, hook: string, value: OnnxValue, rows: number): Tensor {
  return tower.view({ value: hook, hooks: [hook] }, new RunState(new Map([[hook, value]]), rows));
}

/** The targets in length 1. */
function targetRows(
  given: GradientOptions["targets"],
  count: number,
  size: number,
): Float32Array[] {
  const rows = given instanceof Tensor
    ? Array.from({ length: given.shape[0] ?? 0 }, (_, row) => given.row(row).data)
    : Array.from(given ?? [], (vector) => Float32Array.from(vector));
  const wrong = rows.findIndex((row) => row.length !== size || !unit(row).every(Number.isFinite));
  if (rows.length === count && wrong < 0) return rows.map(unit);
  throw new NegscopeError("sizes-differ", {
    problem: "Cannot compute gradients with these targets",
    subject: rows.length,
    reason: rows.length !== count
      ? `there are ${rows.length} for ${count} rows`
      : `target ${wrong} has ${rows[wrong]!.length} numbers, or is not finite, or is 0`,
    expected: `for each row a vector of ${size} numbers, the embedding of an image or a sentence`,
  });
}
