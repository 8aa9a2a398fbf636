/** The values of a batch that a selection refers to, and those that a patch takes. */

import { NegscopeError } from "../errors.ts";
import type { ChangedRun, Patch, Place, Selection } from "./interventions.ts";
import type { Axis, Tensor } from "./tensor.ts";
import { ActivationCache } from "./cache.ts";

/** The keys of a selection by their axes; that of the axis `batch` is `row`. */
export const SELECTION_KEYS = ["position", "head", "query", "key", "neuron"] as const;

/** For each key of a selection that counts places of a sentence, the part of a patch that gives the place in its cache. */
export const TAKEN_FROM = {
  position: "fromPosition",
  query: "fromQuery",
  key: "fromKey",
} as const;

/** The keys of a selection that count places of a sentence. */
export const PLACE_KEYS = ["position", "query", "key"] as const;

/** The key of a selection for an axis that counts places of a sentence; undefined for other axes. */
export function placeKeyOf(axis: Axis): typeof PLACE_KEYS[number] | undefined {
  return PLACE_KEYS.find((key) => key === axis);
}

export interface BatchRows {
  /** The run's row numbers, in the order of the tensor's first axis. */
  readonly rows: readonly number[];
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
export function selectedOn(
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
export function forEachRun(
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
