import { NegscopeError } from "../errors/errors.ts";
import type { ActivationCache } from "./cache.ts";
import {
  type BatchRows,
  cacheOf,
  forEachRun,
  placeKeyOf,
  sourceRow,
  TAKEN_FROM,
} from "./selection.ts";
import type { Edit, Intervention, Mean, Patch, Selection } from "./interventions.ts";
import type { Tensor } from "./tensor.ts";

/** The means of a run's caches, each taken once. Kept for one run only, since the values of a cache can be changed between runs. */
export class CacheMeans {
  readonly #means = new Map<ActivationCache, Map<string, Float64Array>>();

  of(cache: ActivationCache, hook: string): Float64Array {
    const own = this.#means.get(cache) ?? new Map<string, Float64Array>();
    this.#means.set(cache, own);
    const mean = own.get(hook) ??
      meanOverPositions(cache.rowNames.map((_, row) => cache.row(hook, row)));
    own.set(hook, mean);
    return mean;
  }
}

export function applyIntervention(
  intervention: Intervention,
  hook: string,
  value: Tensor,
  batch: BatchRows,
  means: CacheMeans = new CacheMeans(),
): void {
  switch (intervention.kind) {
    case "edit":
      return editValue(intervention, hook, value, batch);
    case "patch":
      return patchValue(intervention, hook, value, batch);
    case "mean":
      return meanValue(intervention, value, batch, (cache) => means.of(cache, hook));
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
    const key = placeKeyOf(axis);
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

function meanValue(
  intervention: Mean,
  value: Tensor,
  batch: BatchRows,
  meanOf: (cache: ActivationCache) => Float64Array,
): void {
  const { from } = intervention;
  const means = new Map<number, Float64Array>(); // a row's own is taken before anything is written into the row
  const width = value.stride(1);
  forEachRun(value, intervention, batch, (start, end, indices) => {
    const place = indices[0]!;
    const own = means.get(place) ??
      (from === undefined ? meanOverPositions([value.row(place)]) : meanOf(from));
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
