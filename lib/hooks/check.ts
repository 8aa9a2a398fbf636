/** Checks that an intervention fits a hook point, before anything runs. */

import { NegscopeError } from "../errors.ts";
import type { Intervention, Mean, Patch, Place } from "./interventions.ts";
import {
  type BatchRows,
  cacheOf,
  listOf,
  PLACE_KEYS,
  placeKeyOf,
  selectedOn,
  SELECTION_KEYS,
  TAKEN_FROM,
} from "./selection.ts";
import type { Axis } from "./tensor.ts";

/** A batch's value at a hook point, described before it exists. */
export interface Target {
  readonly hook: string;
  /** The shape that the value will have, the batch's rows first. */
  readonly shape: readonly number[];
  readonly axes: readonly Axis[];
  /** Whether it holds attention weights; nothing else can be knocked out. */
  readonly weights: boolean;
  /** Which rows of the run it will hold. */
  readonly batch: BatchRows;
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
      const key = placeKeyOf(axis);
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
