/** What interventions change in the values of a batch. */

import { NegscopeError } from "../errors/errors.ts";
import type {
  ChangedRun,
  Edit,
  Intervention,
  Mean,
  Patch,
  Place,
  Selection,
} from "./interventions.ts";
import type { Axis, Tensor } from "./tensor.ts";
import { ActivationCache } from "./cache.ts";

/** The keys of a selection by their axes; that of the axis `batch` is `row`. */
const SELECTION_KEYS = ["position", "head", "query", "key", "neuron"] as const;

/** For each key of a selection that counts places of a sentence, the part of a patch that gives the place in its cache. */
export const TAKEN_FROM = { position: "fromPosition", query: "fromQuery", key: "fromKey" } as const;

/** The keys of a selection that count places of a sentence. */
export const PLACE_KEYS = ["position", "query", "key"] as const;

export interface BatchRows {
  readonly rows: readonly number[]; // run's row numbers, in the order of the tensor's first axis
  readonly count: number;
}

export function listOf(place: Place): readonly number[] {
  if (typeof place === "string") {
    throw new NegscopeError("role-absent", {
      problem: `Cannot find the position of "${place}"`,
      reason: "a tower by itself knows no roles",
      fix: "run the intervention by a study's score() or a row's sentence",
    });
  }
  return typeof place === "number" ? [place] : place;
}

/** The selected indices of an axis, ascending, without repeats. */
function selectedOn(
  axis: Axis,
  size: number,
  selection: Selection,
  batch: BatchRows,
): readonly number[] {
  const all = Array.from({ length: size }, (_, i) => i);
  const key = axis === "batch" ? "row" : SELECTION_KEYS.find((key) => key === axis);
  const selected = key && selection[key];
  if (selected === undefined) return all;
  const wanted = new Set(listOf(selected));
  return all.filter((index) => wanted.has(axis === "batch" ? batch.rows[index]! : index));
}

/** Calls `visit` with the bounds of every contiguous run of selected values along the last axis. */
function forEachRun(
  value: Tensor,
  selection: Selection,
  batch: BatchRows,
  visit: (start: number, end: number, indices: readonly number[]) => void,
): void {
  const last = value.shape.length - 1;
  const lists = value.axes.map((axis, i) => selectedOn(axis, value.shape[i]!, selection, batch));
  const whole = lists[last]!.length === value.shape[last];
  const inner = whole ? [0] : lists[last]!;
  const length = whole ? value.shape[last]! : 1;
  const indices = new Array<number>(last).fill(0);
  const descend = (axis: number, offset: number): void => {
    if (axis === last) {
      for (const i of inner) visit(offset + i, offset + i + length, indices);
      return;
    }
    for (const index of lists[axis]!) {
      indices[axis] = index;
      descend(axis + 1, offset + index * value.stride(axis));
    }
  };
  descend(0, 0);
}

export function cacheOf({ hook, from }: Patch): ActivationCache {
  if (from instanceof ActivationCache) return from;
  const { of } = asRun(from);
  throw new NegscopeError("role-absent", {
    problem: `Cannot patch "${hook}" with the values of "${of}"`,
    subject: of,
    reason: "a single run knows no other sentence by name",
    fix: "give a cache, or run the patch by a study's sweep()",
  });
}

export function asRun(from: string | ChangedRun): ChangedRun {
  return typeof from === "string" ? { of: from } : from;
}

/** A batch's value at a hook point, described before it exists. */
export interface Target {
  readonly hook: string;
  readonly shape: readonly number[]; // shape that the value will have, the batch's rows first
  readonly axes: readonly Axis[];
  readonly weights: boolean; // whether it holds attention weights; nothing else can be knocked out
  readonly batch: BatchRows; // which rows of the run it will hold
  /** The shape of the value of one row that a patch takes from another run, which does not exist yet; absent for a cache. */
  readonly source?: readonly number[];
}

export function checkIntervention(intervention: Intervention, target: Target): void {
  if (intervention.kind === "edit") return;
  const { hook, shape, axes, weights, batch } = target;
  if (intervention.row !== undefined) checkIndices(hook, "row", intervention.row, batch.count);
  if (selectedOn("batch", batch.rows.length, intervention, batch).length === 0) return;
  for (const key of SELECTION_KEYS) {
    const selected = intervention[key];
    if (selected === undefined) continue;
    const axis = axes.indexOf(key);
    if (axis < 0) throw axisUnknown(hook, key, axes);
    checkIndices(hook, key, selected, shape[axis]!);
  }
  switch (intervention.kind) {
    case "knockOut":
      if (weights) return;
      throw new NegscopeError("change-unfit", {
        problem: `Cannot knock out "${hook}"`,
        reason: "it holds no attention weights",
        fix: "use a hook_pattern, or zero() for other values",
      });
    case "add":
      return checkSize(hook, intervention.vector.length, shape.at(-1)!);
    case "mean":
      return checkMean(intervention, target);
    case "patch":
      return checkPatch(intervention, target);
  }
}

export function checkIndices(hook: string, key: string, indices: Place, size: number): void {
  const outside = listOf(indices).find((i) => !(Number.isInteger(i) && i >= 0 && i < size));
  if (outside === undefined) return;
  throw new NegscopeError("index-outside", {
    problem: `Cannot select ${key} ${outside} of "${hook}"`,
    subject: outside,
    expected: `a whole number from 0 to ${size - 1}`,
  });
}

function axisUnknown(hook: string, key: string, axes: readonly Axis[]): NegscopeError {
  return new NegscopeError("change-unfit", {
    problem: `Cannot select ${key} of "${hook}"`,
    subject: key,
    reason: `its axes are [${axes.join(", ")}]`,
    fix: `leave ${key} out`,
  });
}

function checkSize(hook: string, size: number, expected: number): void {
  if (size === expected) return;
  throw new NegscopeError("sizes-differ", {
    problem: `Cannot write into "${hook}"`,
    reason: `the values given have size ${size} where ${expected} is expected`,
    fix: "take them from the same hook point and token length",
  });
}

function checkMean({ from }: Mean, { hook, shape, axes }: Target): void {
  if (!axes.includes("position")) {
    throw new NegscopeError("change-unfit", {
      problem: `Cannot take the mean of "${hook}" over positions`,
      reason: `its axes are [${axes.join(", ")}]`,
      fix: "use patch() or edit()",
    });
  }
  const sizes = from?.row(hook, 0).shape ?? shape.slice(1); // the rows of a cache differ only in their number of positions
  shape.slice(2).forEach((size, axis) => checkSize(hook, sizes[axis + 1] ?? 0, size));
}

function checkPatch(intervention: Patch, { hook, shape, axes, batch, source }: Target): void {
  const shapeOf = source === undefined ? shapesOfCache(intervention, hook, batch) : () => source;
  for (const key of PLACE_KEYS) {
    const [moved, place] = [intervention[TAKEN_FROM[key]], intervention[key]];
    if (moved === undefined) continue;
    if (!axes.includes(key)) throw axisUnknown(hook, TAKEN_FROM[key], axes);
    if (place === undefined || listOf(place).length !== 1) {
      throw new NegscopeError("patch-source-unclear", {
        problem: `Cannot patch "${hook}" with ${TAKEN_FROM[key]}`,
        expected: `a single ${key} to write to`,
        fix: `say ${key}, or leave ${TAKEN_FROM[key]} out`,
      });
    }
  }
  for (const place of selectedOn("batch", shape[0]!, intervention, batch)) {
    const source = shapeOf(batch.rows[place]!);
    axes.slice(1).forEach((axis, i) => {
      const size = shape[i + 1]!;
      const key = PLACE_KEYS.find((key) => key === axis);
      const place = key && intervention[key];
      if (key === undefined || place === undefined) return checkSize(hook, source[i] ?? 0, size);
      const moved = intervention[TAKEN_FROM[key]];
      if (moved !== undefined) checkIndices(hook, TAKEN_FROM[key], moved, source[i]!);
      else if (listOf(place).some((own) => own >= source[i]!)) checkSize(hook, source[i]!, size);
    });
  }
}

function shapesOfCache(
  intervention: Patch,
  hook: string,
  { count }: BatchRows,
): (row: number) => readonly number[] {
  const from = cacheOf(intervention);
  const rows = from.rowNames.length;
  if (intervention.fromRow === undefined && rows !== 1 && rows !== count) {
    throw new NegscopeError("sizes-differ", {
      problem: `Cannot patch "${hook}"`,
      reason: `the cache has ${rows} rows and the run ${count}`,
      fix: "use a cache of one row, one of as many rows, or say fromRow",
    });
  }
  return (row) => from.row(hook, sourceRow(intervention, row)).shape;
}

/** The row of the cache that a patch uses for a row of the run. */
export function sourceRow(patch: Patch, row: number): number {
  return patch.fromRow ?? (cacheOf(patch).rowNames.length === 1 ? 0 : row);
}

export function applyIntervention(
  intervention: Intervention,
  hook: string,
  value: Tensor,
  batch: BatchRows,
  means: CacheMeans = new WeakMap(),
): void {
  switch (intervention.kind) {
    case "edit":
      return editValue(intervention, hook, value, batch);
    case "patch":
      return patchValue(intervention, hook, value, batch);
    case "mean":
      return meanValue(
        intervention,
        value,
        batch,
        () => cacheMean(intervention.from!, hook, means),
      );
    case "knockOut":
      changeEach(value, intervention, batch, () => 0);
      if (intervention.renormalize) renormalize(value, intervention, batch);
      return;
    case "zero":
      return changeEach(value, intervention, batch, () => 0);
    case "scale":
      return changeEach(value, intervention, batch, (x) => x * intervention.factor);
    case "add": {
      const { vector } = intervention; // as long as the last axis
      return changeEach(value, intervention, batch, (x, i) => x + vector[i % vector.length]!);
    }
  }
}

function changeEach(
  value: Tensor,
  selection: Selection,
  batch: BatchRows,
  change: (x: number, i: number) => number,
): void {
  forEachRun(value, selection, batch, (start, end) => {
    for (let i = start; i < end; i++) value.data[i] = change(value.data[i]!, i);
  });
}

function editValue({ apply }: Edit, hook: string, value: Tensor, { rows }: BatchRows): void {
  const result = apply(value, { hook, rows }) ?? value;
  if (result.shape.join() !== value.shape.join()) {
    const [found, expected] = [result, value].map(({ shape }) => `[${shape.join(", ")}]`);
    throw new NegscopeError("sizes-differ", {
      problem: `Cannot use what the edit of "${hook}" returned`,
      reason: `its shape is ${found} where ${expected} is expected`,
    });
  }
  if (result !== value) value.data.set(result.data); // a copy: later interventions write into the value
}

function patchValue(intervention: Patch, hook: string, value: Tensor, batch: BatchRows): void {
  const from = cacheOf(intervention);
  const moved = value.axes.map((axis) => {
    const key = PLACE_KEYS.find((key) => key === axis);
    return key && intervention[TAKEN_FROM[key]];
  });
  const sources = new Map<number, Tensor>();
  const last = value.axes.length - 1;
  forEachRun(value, intervention, batch, (start, end, indices) => {
    const place = indices[0]!;
    const source = sources.get(place) ??
      from.row(hook, sourceRow(intervention, batch.rows[place]!));
    sources.set(place, source);
    let offset = moved[last] ?? start % value.shape[last]!;
    for (let axis = 1; axis < last; axis++) {
      offset += (moved[axis] ?? indices[axis]!) * source.stride(axis - 1);
    }
    value.data.set(source.data.subarray(offset, offset + end - start), start);
  });
}

/** The means over caches by hook point, each taken once; of one run, since the values of a cache can be changed between runs. */
export type CacheMeans = WeakMap<ActivationCache, Map<string, Float64Array>>;

function cacheMean(cache: ActivationCache, hook: string, means: CacheMeans): Float64Array {
  const own = means.get(cache) ?? new Map<string, Float64Array>();
  const mean = own.get(hook) ??
    meanOverPositions(cache.rowNames.map((_, row) => cache.row(hook, row)));
  means.set(cache, own.set(hook, mean));
  return mean;
}

function meanValue(
  intervention: Mean,
  value: Tensor,
  batch: BatchRows,
  meanOfCache: () => Float64Array,
): void {
  const ofCache = intervention.from && meanOfCache();
  const means = new Map<number, Float64Array>(); // a row's own is taken before anything is written into the row
  const width = value.stride(1);
  forEachRun(value, intervention, batch, (start, end, indices) => {
    const place = indices[0]!;
    const own = ofCache ?? means.get(place) ?? meanOverPositions([value.row(place)]);
    means.set(place, own);
    for (let i = start; i < end; i++) value.data[i] = own[i % width]!;
  });
}

/** The mean of each component over all positions of all rows, each row [position, …]. */
function meanOverPositions(rows: readonly Tensor[]): Float64Array {
  const width = rows[0]!.stride(0);
  const means = new Float64Array(width);
  for (const { data } of rows) data.forEach((x, i) => means[i % width]! += x);
  const positions = rows.reduce((sum, row) => sum + row.shape[0]!, 0);
  return means.map((sum) => sum / positions);
}

/** Divides the weights of every query that the selection touches by their sum; a query with no weight left stays 0. */
function renormalize(value: Tensor, selection: Selection, batch: BatchRows): void {
  const { key: _, ...queries } = selection;
  forEachRun(value, queries, batch, (start, end) => {
    const weights = value.data.subarray(start, end);
    const sum = weights.reduce((total, weight) => total + weight, 0);
    if (sum > 0) weights.forEach((weight, i) => weights[i] = weight / sum);
  });
}
