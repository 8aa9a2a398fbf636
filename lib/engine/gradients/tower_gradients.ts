/** Runs of a tower that give, beside its values, the gradients of each row's cosine with a target. */

import { NegscopeError } from "../../errors/errors.ts";
import { ActivationCache, expandHookNames } from "../../hooks/cache.ts";
import { checkOptions } from "../../hooks/interventions.ts";
import { Tensor } from "../../hooks/tensor.ts";
import type { OnnxValue } from "../../onnx/runtime.ts";
import { RunState } from "../rows/row_graphs.ts";
import { checkRunList, isText, type RunBatch, unit } from "../run/hooked_run.ts";
import type { Tower } from "../run/tower.ts";

/** What gradients are of. */
export interface GradientOptions {
  /** A vector for each row, such as an image's embedding: [batch, projection], or a list. Their lengths do not matter. */
  readonly targets: Tensor | readonly ArrayLike<number>[];
  /** What the gradients are multiplied by, in CLIP 100 for those of S. @default {1} */
  readonly scale?: number;
}

/** The cosine of each row with its target, values on the way, and the gradients of the cosine with respect to these. */
export interface GradientRun {
  /** The cosine of each row's embedding and its target. */
  readonly scores: Float32Array;
  /** The value of each hook point. */
  readonly values: ActivationCache;
  /** How much each number of a value moves the cosine of its row, to first order; in the shape of the value. */
  readonly gradients: ActivationCache;
}

/** Runs rows and computes gradients. What users give is checked before anything runs. */
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
  checkOptions(others, []);
  checkRunList(hooks, isText, "names of hook points");
  const names = expandHookNames(hooks, tower.hooks);
  const { projection: size } = tower.shape;
  const targets = targetRows(given, rowNames.length, size);
  const cache = () => new ActivationCache(rowNames, tokens && { tokens });
  const [values, gradients] = [cache(), cache()];
  const scores = new Float32Array(rowNames.length);
  for (const { rows, input } of batches) {
    const data = await input();
    await tower.gradientsAt(names).use(names, rowsOf(data, 0, 1), async (session) => {
      const numbers = session.numbers * data.data.length / rows.length;
      const most = Math.max(1, Math.floor(MOST_NUMBERS / numbers));
      for (let first = 0; first < rows.length; first += most) {
        const own = rows.slice(first, first + most);
        const scaled = own.flatMap((row) => Array.from(targets[row]!, (x) => scale * x));
        const made = await session.run(rowsOf(data, first, own.length), {
          type: "float32",
          dims: [own.length, size],
          data: Float32Array.from(scaled),
        });
        const state = new RunState(made, own.length);
        for (const [hook, { value, gradient }] of session.hooks) {
          values.add(hook, tower.view({ value, hooks: [hook] }, state), own);
          gradients.add(hook, tower.view({ value: gradient, hooks: [hook] }, state), own);
        }
        own.forEach((row, i) => {
          const e = unit(state.data(session.output).subarray(i * size, (i + 1) * size));
          scores[row] = e.reduce((sum, x, k) => sum + x * targets[row]![k]!, 0);
        });
      }
    });
  }
  return { scores, values, gradients };
}

/** The most numbers of a run that are kept at a time until the way back needs them: 256 MB. */
const MOST_NUMBERS = 2 ** 26;

/** The targets in length 1. */
function targetRows(given: GradientOptions["targets"], count: number, size: number) {
  const rows = given instanceof Tensor
    ? Array.from({ length: given.shape[0] ?? 0 }, (_, row) => given.row(row).data)
    : Array.from(given ?? [], (vector) => Float32Array.from(vector));
  const units = rows.map(unit);
  const fits = units.every((row) => row.length === size && row.every(Number.isFinite));
  if (fits && rows.length === count) return units;
  throw new NegscopeError("sizes-differ", {
    problem: `Cannot compute gradients with ${rows.length} targets`,
    subject: rows.length,
    expected: `${count}, one for each row, of ${size} finite numbers that are not all 0`,
    fix: "take embeddings of images or sentences",
  });
}

function rowsOf({ type, dims, data }: OnnxValue, first: number, count: number): OnnxValue {
  const size = data.length / dims[0]!;
  const part = data.subarray(first * size, (first + count) * size);
  return { type, dims: [count, ...dims.slice(1)], data: part } as OnnxValue;
}
