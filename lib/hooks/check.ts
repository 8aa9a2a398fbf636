/** Whether an intervention fits a hook point, told before anything runs. */

import {
  interventionNeedsPattern,
  interventionRowsDiffer,
  interventionSizeDiffers,
  meanNeedsPositions,
  patchNeedsPosition,
  selectionOutside,
  selectionUnknownAxis,
} from "../errors.ts";
import type { Intervention, Mean, Patch, Place } from "./interventions.ts";
import { type BatchRows, listOf, SELECTABLE, selectedOn, SELECTION_KEYS } from "./selection.ts";
import type { Axis } from "./tensor.ts";

/** A batch's value at a hook point, before it exists. */
export interface Target {
  /** The hook point's name. */
  readonly hook: string;
  /** The shape that the value will have, the batch's rows first. */
  readonly shape: readonly number[];
  /** What its axes count. */
  readonly axes: readonly Axis[];
  /** Whether it holds attention weights, which alone can be knocked out. */
  readonly weights: boolean;
  /** Which rows of the run it will hold. */
  readonly batch: BatchRows;
}

/**
 * Checks that an intervention fits a value.
 *
 * @param intervention The intervention.
 * @param target The value that it will be applied to.
 * @throws {RangeError} If a selected row, position, head, query, key or neuron does not exist, or a cache lacks what is taken from it.
 * @throws {TypeError} If the hook point has no such axis, or values do not fit its size.
 */
export function checkIntervention(intervention: Intervention, target: Target): void {
  if (intervention.kind === "edit") return;
  const { hook, shape, axes, weights, batch } = target;
  if (intervention.row !== undefined) checkIndices(hook, "row", intervention.row, batch.count);
  if (selectedOn("batch", batch.rows.length, intervention, batch).length === 0) return;
  for (const key of SELECTION_KEYS) {
    const selected = intervention[key];
    if (key === "row" || selected === undefined) continue;
    const axis = axes.indexOf(SELECTABLE[key]);
    if (axis < 0) throw selectionUnknownAxis(hook, key, axes);
    checkIndices(hook, key, selected, shape[axis]!);
  }
  switch (intervention.kind) {
    case "knockOut":
      if (!weights) throw interventionNeedsPattern(hook);
      return;
    case "add":
      return checkSize(hook, intervention.vector.length, shape.at(-1)!);
    case "mean":
      return checkMean(intervention, target);
    case "patch":
      return checkPatch(intervention, target);
  }
}

function checkIndices(hook: string, key: string, indices: Place, size: number): void {
  const outside = listOf(indices).find((i) => !(Number.isInteger(i) && i >= 0 && i < size));
  if (outside !== undefined) throw selectionOutside(hook, key, outside, size);
}

function checkSize(hook: string, size: number, expected: number): void {
  if (size !== expected) throw interventionSizeDiffers(hook, size, expected);
}

function checkMean({ from }: Mean, { hook, shape, axes }: Target): void {
  if (!axes.includes("position")) throw meanNeedsPositions(hook, axes);
  const sizes = from?.row(hook, 0).shape ?? shape.slice(1); // all rows of a cache are alike behind their positions
  shape.slice(2).forEach((size, axis) => checkSize(hook, sizes[axis + 1] ?? 0, size));
}

function checkPatch(intervention: Patch, { hook, shape, axes, batch }: Target): void {
  const { from, fromRow, fromPosition, position } = intervention;
  const rows = from.rowNames.length;
  if (fromRow === undefined && rows !== 1 && rows !== batch.count) {
    throw interventionRowsDiffer(hook, rows, batch.count);
  }
  if (fromPosition !== undefined) {
    if (!axes.includes("position")) throw selectionUnknownAxis(hook, "fromPosition", axes);
    if (position === undefined || listOf(position).length !== 1) throw patchNeedsPosition(hook);
  }
  for (const place of selectedOn("batch", shape[0]!, intervention, batch)) {
    const source = from.row(hook, sourceRow(intervention, batch.rows[place]!)).shape;
    axes.slice(1).forEach((axis, i) => {
      const size = shape[i + 1]!;
      if (axis === "position" && fromPosition !== undefined) {
        checkIndices(hook, "fromPosition", fromPosition, source[i]!);
      } else if (axis === "position" && position !== undefined) {
        if (Math.max(...listOf(position)) >= source[i]!) checkSize(hook, source[i]!, size);
      } else {
        checkSize(hook, source[i] ?? 0, size);
      }
    });
  }
}

/**
 * The cache's row that a patch takes for a row of the run.
 *
 * @param patch The patch.
 * @param row The run's row number.
 */
export function sourceRow({ from, fromRow }: Patch, row: number): number {
  return fromRow ?? (from.rowNames.length === 1 ? 0 : row);
}
