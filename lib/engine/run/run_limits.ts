/** Graphs that take only a fixed number of rows or only sentences of one length: exported without dynamic axes, or quantised. */

import { type ErrorCode, NegscopeError } from "../../errors/errors.ts";
import type { Graph } from "../../onnx/graph.ts";
import { type OnnxValue, zeros } from "../../onnx/runtime.ts";

const MAX_VALUES = 1_000_000; // rows times positions

/** How a graph fails at a size that it is not made for: in the runtime, or with embeddings of too few rows. */
const BOUND: readonly ErrorCode[] = ["session-run-failed", "model-files-differ"];

export interface RunLimits {
  readonly rows: number;
  readonly positions?: number; // token positions; absent if it takes any number
}

/** The input size that a file declares. Many graphs also run at other sizes than the declared one. */
export function declaredLimits(graph: Graph, input: string, kind: string): RunLimits | undefined {
  const type = graph.inputs.get(input)?.type?.value;
  const dims = type?.case === "tensorType" ? type.value.shape?.dim ?? [] : [];
  const [rows, second] = dims.map(({ value }) =>
    value.case === "dimValue" && value.value > 0n ? Number(value.value) : undefined
  );
  const length = kind === "text" ? second : undefined;
  if (rows === undefined && length === undefined) return undefined;
  if ((rows ?? 1) * (length ?? 1) > MAX_VALUES) {
    const sizes = dims.map(({ value }) => String(value.value)).join(", ");
    throw new NegscopeError("input-size-fixed", {
      problem: `Cannot use "${graph.source}"`,
      reason: `its input "${input}" has the fixed size [${sizes}]`,
      fix: "use an export with dynamic axes",
    });
  }
  return { rows: rows ?? 1, ...(length === undefined ? {} : { positions: length }) };
}

/**
 * The part of an input that starts at a given row, in the size that a graph takes: the last row and the last token of each row are repeated
 * as needed. In a causal tower no position depends on later ones, so no embedding changes; in other towers no token may be added.
 */
export function fitInput(
  input: OnnxValue,
  limits: RunLimits,
  { first, causal, source }: Readonly<{ first: number; causal: boolean; source: string }>,
): OnnxValue {
  const [count, length, ...rest] = input.dims as [number, number, ...number[]];
  const positions = limits.positions ?? length;
  if (length > positions || length < positions && !causal) {
    throw new NegscopeError("input-size-fixed", {
      problem: `Cannot run a sentence of ${length} tokens`,
      subject: length,
      reason: length > positions
        ? `"${source}" is bound to ${positions}`
        : `"${source}" takes exactly ${positions}, and without a causal mask further tokens would change the embedding`,
      fix: "use an export with dynamic axes",
    });
  }
  const fitted = zeros(input.type, [limits.rows, positions, ...rest]);
  const size = rest.reduce((product, axis) => product * axis, 1);
  for (let row = 0; row < limits.rows; row++) {
    const from = Math.min(first + row, count - 1) * length;
    for (let position = 0; position < positions; position++) {
      const source = (from + Math.min(position, length - 1)) * size;
      for (let i = 0; i < size; i++) {
        fitted.data[(row * positions + position) * size + i] = input.data[source + i]!;
      }
    }
  }
  return fitted;
}

export function onesLike({ type, dims }: OnnxValue): OnnxValue {
  const ones = zeros(type, dims);
  for (let i = 0; i < ones.data.length; i++) ones.data[i] = type === "int64" ? 1n : 1;
  return ones;
}

/** Whether a graph gives two rows the same embeddings together as alone. */
export async function takesAnySize(
  run: (input: OnnxValue) => Promise<Float32Array>,
  example: OnnxValue,
): Promise<boolean> {
  const [rows, ...axes] = example.dims as [number, ...number[]];
  const one = onesLike(example);
  const both = zeros(example.type, [2 * rows, ...axes]);
  one.data.forEach((x, i) => both.data[one.data.length + i] = x);
  try {
    const together = await run(both);
    const alone = [...await run(example), ...await run(one)];
    return alone.length === together.length && alone.every((x, i) => x === together[i]);
  } catch (error) {
    if (error instanceof NegscopeError && BOUND.includes(error.code)) return false;
    throw error;
  }
}
