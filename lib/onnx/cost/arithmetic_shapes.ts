/** The shapes that operators on single numbers make: they keep the shape, or stretch both to a common one. */

import type { Known, Reading, Rule } from "./shapes.ts";

/** A value of the shape of the first input, with its numbers if the operator keeps whole ones. */
export const sameAsFirst: Rule = ({ input }) => {
  const x = input(0);
  return x && { shape: x.shape };
};

/** Its fourth output is the sum that it normalises. */
const skipNorm: Rule = ({ input }) => {
  const x = input(0);
  const same = x && { shape: x.shape };
  return [same, undefined, undefined, same];
};

/** The numbers, their scale and their zero point. */
const quantised: Rule = ({ input }) => {
  const x = input(0);
  return [x && { shape: x.shape }, { shape: [] }, { shape: [] }];
};

const unchanged: Rule = ({ input }) => input(0);

/** The common shape of two, in which an axis of length 1 is stretched; undefined if they do not fit. */
export function stretched(
  a: readonly number[],
  b: readonly number[],
): readonly number[] | undefined {
  const rank = Math.max(a.length, b.length);
  const sizes = Array.from({ length: rank }, (_, axis) => {
    const [x = 1, y = 1] = [a[axis - rank + a.length], b[axis - rank + b.length]];
    if (x === y || y === 1) return x;
    return x === 1 ? y : undefined;
  });
  return sizes.every((size) => size !== undefined) ? sizes : undefined;
}

/** An operator on pairs of numbers; whole numbers of a list and of a single one are followed. */
function onPairs(compute?: (a: number, b: number) => number): Rule {
  return ({ input }) => {
    const [a, b] = [input(0), input(1)];
    const shape = a && b && stretched(a.shape, b.shape);
    if (shape === undefined) return undefined;
    const [x, y] = [a!.ints, b!.ints];
    if (compute === undefined || x === undefined || y === undefined || shape.length > 1) {
      return { shape };
    }
    const count = shape[0] ?? 1;
    const at = (list: readonly number[], i: number) => list.length === 1 ? list[0]! : list[i]!;
    return { shape, ints: Array.from({ length: count }, (_, i) => compute(at(x, i), at(y, i))) };
  };
}

/** An operator on any number of values of one common shape. */
const onAll: Rule = ({ node, input }) => {
  let shape: readonly number[] | undefined = [];
  for (const place of node.input.keys()) {
    const next: Known | undefined = input(place);
    shape = shape && next && stretched(shape, next.shape);
  }
  return shape && { shape };
};

const where: Rule = ({ input }) => {
  const [condition, a, b] = [input(0), input(1), input(2)];
  const both = a && b && stretched(a.shape, b.shape);
  const shape = both && condition && stretched(condition.shape, both);
  if (shape === undefined) return undefined;
  const [test, x, y] = [condition!.ints, a!.ints, b!.ints];
  if (!test || !x || !y || shape.length > 1) return { shape };
  const at = (list: readonly number[], i: number) => list.length === 1 ? list[0]! : list[i]!;
  const choose = (_: unknown, i: number) => at(test, i) !== 0 ? at(x, i) : at(y, i);
  return { shape, ints: Array.from({ length: shape[0] ?? 1 }, choose) };
};

/** A sum, mean or the like along some axes. */
const reduced: Rule = (reading) => {
  const { node, input, ints, int } = reading;
  const x = input(0);
  if (x === undefined) return undefined;
  const given = (node.input[1] ?? "") !== "";
  const axes = given ? input(1)?.ints : ints("axes");
  if (given && axes === undefined) return undefined;
  if ((axes ?? []).length === 0 && int("noop_with_empty_axes", 0) === 1) return { shape: x.shape };
  const all = x.shape.map((_, axis) => axis);
  return without(x.shape, axes === undefined || axes.length === 0 ? all : axes, reading);
};

/** The place of the largest number along an axis. */
const placeAlongAxis: Rule = (reading) => {
  const x = reading.input(0);
  return x && without(x.shape, [reading.int("axis", 0)], reading);
};

function without(shape: readonly number[], axes: readonly number[], { int }: Reading): Known {
  const gone = new Set(axes.map((axis) => axis < 0 ? axis + shape.length : axis));
  const keep = int("keepdims", 1) === 1;
  return {
    shape: shape.flatMap((size, axis) => gone.has(axis) ? (keep ? [1] : []) : [size]),
  };
}

function each<Value>(names: readonly string[], value: Value): Record<string, Value> {
  return Object.fromEntries(names.map((name) => [name, value]));
}

/** Rules for operators on single numbers. */
export const ARITHMETIC: Readonly<Record<string, Rule>> = {
  ...each(["Identity", "Cast", "Dropout"], unchanged),
  ...each(
    [
      ...[
        "Abs",
        "Neg",
        "Sqrt",
        "Exp",
        "Log",
        "Erf",
        "Tanh",
        "Sigmoid",
        "Relu",
        "Gelu",
        "Reciprocal",
      ],
      ...[
        "Sin",
        "Cos",
        "Not",
        "IsNaN",
        "IsInf",
        "Clip",
        "Softmax",
        "LogSoftmax",
        "Trilu",
        "CumSum",
      ],
      ...["LayerNormalization", "QuickGelu", "BiasGelu", "FastGelu"],
      ...["HardSigmoid", "HardSwish", "Floor", "Ceil", "Round", "Sign", "ScatterND", "Softplus"],
      ...["ScatterElements", "DequantizeLinear", "QuantizeLinear"],
    ],
    sameAsFirst,
  ),
  Add: onPairs((a, b) => a + b),
  Sub: onPairs((a, b) => a - b),
  Mul: onPairs((a, b) => a * b),
  Div: onPairs((a, b) => Math.trunc(a / b)),
  Equal: onPairs((a, b) => Number(a === b)),
  ...each(["Pow", "Mod", "And", "Or", "Xor", "Less", "LessOrEqual"], onPairs()),
  ...each(["Greater", "GreaterOrEqual", "PRelu"], onPairs()),
  ...each(["Max", "Min", "Sum", "Mean"], onAll),
  Where: where,
  SkipLayerNormalization: skipNorm,
  DynamicQuantizeLinear: quantised,
  ...each(
    ["ReduceMean", "ReduceSum", "ReduceMax", "ReduceMin", "ReduceL1", "ReduceL2", "ReduceProd"],
    reduced,
  ),
  ...each(["ArgMax", "ArgMin"], placeAlongAxis),
};
