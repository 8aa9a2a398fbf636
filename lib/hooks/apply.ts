/** Carrying out interventions on a value. */

import {
  editChangedShape,
  interventionNeedsPattern,
  interventionRowsDiffer,
  interventionSizeDiffers,
  meanNeedsPositions,
  selectionOutside,
  selectionUnknownAxis,
} from "../errors.ts";
import type { Indices, Intervention, Mean, Patch, Selection } from "./interventions.ts";
import type { Axis, Tensor } from "./tensor.ts";

const SELECTABLE: Record<keyof Selection, Axis> = {
  row: "batch",
  position: "position",
  head: "head",
  query: "query",
  key: "key",
};

/** A batch's place in its run. */
export interface BatchRows {
  /** The run's row numbers, in the order of the tensor's first axis. */
  readonly rows: readonly number[];
  /** The number of rows of the whole run. */
  readonly count: number;
}

/**
 * Checks that an intervention fits a value without changing anything.
 *
 * @param intervention The intervention.
 * @param hook The hook point's name.
 * @param shape The shape that the value will have, a batch's rows first.
 * @param axes What its axes count.
 * @param rowCount The number of rows of the whole run.
 * @throws {RangeError} If a selected row, position, head, query or key does not exist.
 * @throws {TypeError} If the hook point has no such axis, or values do not fit its size.
 */
export function checkIntervention(
  intervention: Intervention,
  hook: string,
  { shape, axes, rowCount }: {
    readonly shape: readonly number[];
    readonly axes: readonly Axis[];
    readonly rowCount: number;
  },
): void {
  if (intervention.kind === "edit") return;
  for (const key of Object.keys(SELECTABLE) as (keyof Selection)[]) {
    const selected = intervention[key];
    if (selected === undefined) continue;
    const axis = axes.indexOf(SELECTABLE[key]);
    if (axis < 0) throw selectionUnknownAxis(hook, key, axes);
    const size = key === "row" ? rowCount : shape[axis]!;
    const outside = toArray(selected).find((i) => !(Number.isInteger(i) && i >= 0 && i < size));
    if (outside !== undefined) throw selectionOutside(hook, key, outside, size);
  }
  if (intervention.kind === "knockOut" && !axes.includes("key")) {
    throw interventionNeedsPattern(hook);
  }
  if (intervention.kind === "add" && intervention.vector.length !== shape.at(-1)) {
    throw interventionSizeDiffers(hook, intervention.vector.length, shape.at(-1)!);
  }
  if (intervention.kind === "mean" && !axes.includes("position")) throw meanNeedsPositions(hook);
  if (intervention.kind === "patch") checkPatch(intervention, hook, rowCount);
}

/**
 * Applies an intervention to one batch's value.
 *
 * @param intervention The intervention, checked.
 * @param hook The hook point's name.
 * @param value The value; it may be written into.
 * @param batch Which rows of the run it holds.
 * @returns The changed value.
 */
export function applyIntervention(
  intervention: Intervention,
  hook: string,
  value: Tensor,
  batch: BatchRows,
): Tensor {
  switch (intervention.kind) {
    case "edit": {
      const result = intervention.apply(value, { hook, rows: batch.rows }) ?? value;
      if (result.shape.join() !== value.shape.join()) {
        throw editChangedShape(hook, value.shape, result.shape);
      }
      return result;
    }
    case "patch":
      patchValue(intervention, hook, value, batch);
      return value;
    case "mean":
      meanValue(intervention, hook, value, batch);
      return value;
    case "knockOut":
      forEachRun(value, intervention, batch, (start, end) => value.data.fill(0, start, end));
      if (intervention.renormalize) renormalize(value, intervention, batch);
      return value;
    case "zero":
      forEachRun(value, intervention, batch, (start, end) => value.data.fill(0, start, end));
      return value;
    case "scale":
      forEachRun(value, intervention, batch, (start, end) => {
        for (let i = start; i < end; i++) value.data[i]! *= intervention.factor;
      });
      return value;
    case "add":
      forEachRun(value, intervention, batch, (start, end) => {
        for (let i = start; i < end; i++) value.data[i]! += intervention.vector[i - start]!;
      });
      return value;
  }
}

function toArray(indices: Indices): readonly number[] {
  return typeof indices === "number" ? [indices] : indices;
}

function checkPatch(intervention: Patch, hook: string, rowCount: number): void {
  const rows = intervention.from.rowNames.length;
  if (intervention.fromRow === undefined && rows !== 1 && rows !== rowCount) {
    throw interventionRowsDiffer(hook, rows, rowCount);
  }
}

/** Calls `visit` with the bounds of every contiguous run of selected values along the last axis, and the run's indices. */
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

function selectedOn(
  axis: Axis,
  size: number,
  selection: Selection,
  batch: BatchRows,
): readonly number[] {
  const key = (Object.keys(SELECTABLE) as (keyof Selection)[]).find((k) => SELECTABLE[k] === axis);
  const selected = key === undefined ? undefined : selection[key];
  const all = Array.from({ length: size }, (_, i) => i);
  if (selected === undefined) return all;
  const wanted = toArray(selected);
  return axis === "batch" ? all.filter((place) => wanted.includes(batch.rows[place]!)) : wanted;
}

function patchValue(intervention: Patch, hook: string, value: Tensor, batch: BatchRows): void {
  const { from, fromRow, fromPosition } = intervention;
  const sources = batch.rows.map((row) =>
    from.row(hook, fromRow ?? (from.rowNames.length === 1 ? 0 : row))
  );
  forEachRun(value, intervention, batch, (start, end, indices) => {
    const source = sources[indices[0]!]!;
    const place = value.axes.map((axis, i) => {
      if (i === value.axes.length - 1) return start % value.shape[i]!;
      return axis === "position" && fromPosition !== undefined ? fromPosition : indices[i]!;
    }).slice(1);
    const fits = place.every((index, axis) => index < source.shape[axis]!) &&
      source.shape.at(-1) === value.shape.at(-1);
    if (!fits) throw interventionSizeDiffers(hook, source.shape.at(-1)!, value.shape.at(-1)!);
    const offset = place.reduce((sum, index, axis) => sum + index * source.stride(axis), 0);
    value.data.set(source.data.subarray(offset, offset + end - start), start);
  });
}

function meanValue(intervention: Mean, hook: string, value: Tensor, batch: BatchRows): void {
  const { from } = intervention;
  const reference = from?.rowNames.map((_, row) => from.row(hook, row));
  const means = reference === undefined
    ? batch.rows.map((_, place) => meanOverPositions([value.row(place)]))
    : new Array<Float64Array>(batch.rows.length).fill(meanOverPositions(reference));
  const width = value.stride(1);
  forEachRun(value, intervention, batch, (start, end, indices) => {
    const own = means[indices[0]!]!;
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
