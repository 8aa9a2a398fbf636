/** The shapes that operators make which only move numbers. */

import { stretched } from "./arithmetic_shapes.ts";
import type { Known, Reading, Rule } from "./shapes.ts";

const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** An axis counted from the first. */
function axisOf(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

/** Whole numbers that an attribute holds, or in later operator sets an input. */
function listOf({ node, input, ints }: Reading, name: string, place: number) {
  return ints(name) ?? ((node.input[place] ?? "") === "" ? undefined : input(place)?.ints);
}

/** The same numbers in another shape. */
function reshaped({ ints }: Known, shape: readonly number[]): Known {
  return ints === undefined ? { shape } : { shape, ints };
}

const shape: Rule = ({ input, int }) => {
  const x = input(0);
  if (x === undefined) return undefined;
  const rank = x.shape.length;
  const ints = x.shape.slice(axisOf(int("start", 0), rank), axisOf(int("end", rank), rank));
  return { shape: [ints.length], ints };
};

const constantOfShape: Rule = ({ node, input }) => {
  const shape = input(0)?.ints;
  if (shape === undefined) return undefined;
  const value = node.attribute.find(({ name }) => name === "value")?.t;
  const whole = value?.int64Data[0] ??
    (value?.rawData.length === 8 ? new BigInt64Array(value.rawData.slice().buffer)[0] : undefined);
  if (whole === undefined || shape.length > 1 || (shape[0] ?? 1) > 64) return { shape };
  return { shape, ints: new Array<number>(shape[0] ?? 1).fill(Number(whole)) };
};

const gather: Rule = ({ input, int }) => {
  const [x, indices] = [input(0), input(1)];
  if (x === undefined || indices === undefined) return undefined;
  const axis = axisOf(int("axis", 0), x.shape.length);
  const result = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  if (x.ints === undefined || indices.ints === undefined || x.shape.length !== 1) {
    return { shape: result };
  }
  const length = x.shape[0]!;
  const picked = indices.ints.map((index) => x.ints![axisOf(index, length)]);
  return picked.every((value) => value !== undefined)
    ? { shape: result, ints: picked }
    : { shape: result };
};

const gatherNd: Rule = ({ input, int }) => {
  const [x, indices] = [input(0), input(1)];
  if (x === undefined || indices === undefined) return undefined;
  const depth = indices.shape.at(-1)! + int("batch_dims", 0);
  return { shape: [...indices.shape.slice(0, -1), ...x.shape.slice(depth)] };
};

const concat: Rule = ({ node, input, int }) => {
  const parts = node.input.map((_, place) => input(place));
  if (!parts.every((part) => part !== undefined) || parts.length === 0) return undefined;
  const first = parts[0]!.shape;
  const axis = axisOf(int("axis", 0), first.length);
  if (first[axis] === undefined) return undefined;
  const length = parts.reduce((sum, { shape }) => sum + shape[axis]!, 0);
  const joined = parts.map(({ ints }) => ints);
  const known = first.length === 1 && joined.every((ints) => ints !== undefined);
  const result = first.with(axis, length);
  return known ? { shape: result, ints: joined.flat() as number[] } : { shape: result };
};

const slice: Rule = (reading) => {
  const { node, input } = reading;
  const x = input(0);
  const [starts, ends] = [listOf(reading, "starts", 1), listOf(reading, "ends", 2)];
  const axes = listOf(reading, "axes", 3) ?? (node.input[3] ? undefined : starts?.map((_, i) => i));
  const steps = node.input[4] ? input(4)?.ints : starts?.map(() => 1);
  if (!x || !starts || !ends || !axes || !steps) return undefined;
  const result = [...x.shape];
  let kept = x.ints;
  for (const [i, given] of axes.entries()) {
    const axis = axisOf(given, x.shape.length);
    const [length, step, from, to] = [x.shape[axis], steps[i], starts[i], ends[i]];
    if (length === undefined || !step || from === undefined || to === undefined) return undefined;
    const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
    const place = (at: number) => Math.min(Math.max(axisOf(at, length), low), high);
    const [start, end] = [Math.max(place(from), 0), place(to)];
    const count = Math.max(0, Math.ceil((end - start) / step));
    result[axis] = count;
    kept = x.shape.length === 1 && kept !== undefined
      ? Array.from({ length: Math.min(count, 64) }, (_, j) => x.ints![start + j * step]!)
      : undefined;
  }
  return kept === undefined ? { shape: result } : { shape: result, ints: kept };
};

const unsqueeze: Rule = (reading) => {
  const x = reading.input(0);
  const axes = listOf(reading, "axes", 1);
  if (x === undefined || axes === undefined) return undefined;
  const rank = x.shape.length + axes.length;
  const added = new Set(axes.map((axis) => axisOf(axis, rank)));
  const rest = x.shape.values();
  const result = Array.from(
    { length: rank },
    (_, axis) => added.has(axis) ? 1 : rest.next().value ?? 1,
  );
  return reshaped(x, result);
};

const squeeze: Rule = (reading) => {
  const x = reading.input(0);
  const axes = listOf(reading, "axes", 1);
  if (x === undefined || (axes === undefined && reading.node.input[1])) return undefined;
  const gone = new Set(axes?.map((axis) => axisOf(axis, x.shape.length)));
  const result = x.shape.filter((size, axis) => axes === undefined ? size !== 1 : !gone.has(axis));
  return reshaped(x, result);
};

const reshape: Rule = ({ input, int }) => {
  const [x, sizes] = [input(0), input(1)?.ints];
  if (x === undefined || sizes === undefined) return undefined;
  const copied = sizes.map((size, i) =>
    size === 0 && int("allowzero", 0) === 0 ? x.shape[i] ?? 0 : size
  );
  const open = copied.indexOf(-1);
  if (open < 0) return reshaped(x, copied);
  const others = sizeOf(copied.toSpliced(open, 1));
  return others === 0 ? undefined : reshaped(x, copied.with(open, sizeOf(x.shape) / others));
};

const flatten: Rule = ({ input, int }) => {
  const x = input(0);
  if (x === undefined) return undefined;
  const axis = axisOf(int("axis", 1), x.shape.length);
  return { shape: [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))] };
};

const transpose: Rule = ({ input, ints }) => {
  const x = input(0);
  if (x === undefined) return undefined;
  const order = ints("perm") ?? x.shape.map((_, axis) => axis).toReversed();
  return { shape: order.map((axis) => x.shape[axis] ?? 1) };
};

const expand: Rule = ({ input }) => {
  const [x, sizes] = [input(0), input(1)?.ints];
  const shape = x && sizes && stretched(x.shape, sizes);
  return shape && { shape };
};

const tile: Rule = ({ input }) => {
  const [x, repeats] = [input(0), input(1)?.ints];
  return x && repeats && { shape: x.shape.map((size, axis) => size * (repeats[axis] ?? 1)) };
};

const range: Rule = ({ input }) => {
  const [start, limit, step] = [0, 1, 2].map((place) => input(place)?.ints?.[0]);
  if (start === undefined || limit === undefined || !step) return undefined;
  const length = Math.max(0, Math.ceil((limit - start) / step));
  return length > 64
    ? { shape: [length] }
    : { shape: [length], ints: Array.from({ length }, (_, i) => start + i * step) };
};

const split: Rule = (reading) => {
  const { node, input, int } = reading;
  const x = input(0);
  if (x === undefined) return undefined;
  const axis = axisOf(int("axis", 0), x.shape.length);
  const count = node.output.length;
  const length = x.shape[axis];
  if (length === undefined) return undefined;
  const even = Math.ceil(length / count);
  const sizes = listOf(reading, "split", 1) ?? (node.input[1] ? undefined : node.output
    .map((_, i) => Math.min(even, Math.max(0, length - i * even))));
  return sizes?.map((size) => ({ shape: x.shape.with(axis, size) }));
};

const likeSecond: Rule = ({ input }) => {
  const indices = input(1);
  return indices && { shape: indices.shape };
};

/** Rules for operators that only move numbers. */
export const MOVES: Readonly<Record<string, Rule>> = {
  Shape: shape,
  ConstantOfShape: constantOfShape,
  Gather: gather,
  GatherND: gatherNd,
  GatherElements: likeSecond,
  Concat: concat,
  Slice: slice,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Expand: expand,
  Tile: tile,
  Range: range,
  Split: split,
};
