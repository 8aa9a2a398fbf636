/** The shapes of matrix products and convolutions. */

import { sameAsFirst, stretched } from "./arithmetic_shapes.ts";
import type { Reading, Rule } from "./shapes.ts";

function turnedIf(turn: boolean, shape: readonly number[]): readonly number[] {
  return turn ? [...shape.slice(0, -2), shape.at(-1)!, shape.at(-2)!] : shape;
}

const matMul: Rule = ({ input, int }: Reading) => {
  if (int("transBatchA", 0) !== 0 || int("transBatchB", 0) !== 0) return undefined;
  const [left, right] = [input(0)?.shape, input(1)?.shape];
  if (!left || !right || left.length === 0 || right.length === 0) return undefined;
  const a = turnedIf(int("transA", 0) !== 0, left.length === 1 ? [1, ...left] : left);
  const b = turnedIf(int("transB", 0) !== 0, right.length === 1 ? [...right, 1] : right);
  const batch = stretched(a.slice(0, -2), b.slice(0, -2));
  if (batch === undefined || a.at(-1) !== b.at(-2)) return undefined;
  return {
    shape: [
      ...batch,
      ...(left.length === 1 ? [] : [a.at(-2)!]),
      ...(right.length === 1 ? [] : [b.at(-1)!]),
    ],
  };
};

const gemm: Rule = ({ input, int }) => {
  const [a, b] = [input(0)?.shape, input(1)?.shape];
  if (a?.length !== 2 || b?.length !== 2) return undefined;
  return { shape: [a[int("transA", 0) === 0 ? 0 : 1]!, b[int("transB", 0) === 0 ? 1 : 0]!] };
};

const conv: Rule = ({ node, input, ints }) => {
  const [x, weight] = [input(0)?.shape, input(1)?.shape];
  if (!x || !weight || x.length !== weight.length || x.length < 3) return undefined;
  const padded = node.attribute.find(({ name }) => name === "auto_pad")?.s;
  if (padded !== undefined && new TextDecoder().decode(padded) !== "NOTSET") return undefined;
  const axes = x.slice(2);
  const sizes = axes.map((size, i) => {
    const pads = ints("pads") ?? [];
    const [before = 0, after = 0] = [pads[i], pads[i + axes.length]];
    const [dilation = 1, stride = 1] = [ints("dilations")?.[i], ints("strides")?.[i]];
    return Math.floor((size + before + after - dilation * (weight[i + 2]! - 1) - 1) / stride) + 1;
  });
  return { shape: [x[0]!, weight[0]!, ...sizes] };
};

/** The runtime's own fused attention on [batch, position, width], or ONNX's on [batch, head, position, width]. */
const attention: Rule = (reading) => {
  const { node, input } = reading;
  if (node.domain === "") return sameAsFirst(reading);
  const [x, weight] = [input(0)?.shape, input(1)?.shape];
  return x?.length === 3 && weight?.length === 2
    ? { shape: [x[0]!, x[1]!, weight[1]! / 3] }
    : undefined;
};

/** Rules for matrix products and convolutions. */
export const PRODUCTS: Readonly<Record<string, Rule>> = {
  MatMul: matMul,
  FusedMatMul: matMul,
  MatMulInteger: matMul,
  Gemm: gemm,
  Conv: conv,
  Attention: attention,
};
