/** The blocks of a group's residual sweep, by the schedule of schedule.ts: block after block, all layers' patched rows together. */

import type { RowTower } from "../../clip/row_tower.ts";
import { type AttentionCall, attentionCalls } from "./attention_calls.ts";
import type { PatchedRun, SweepSchedule } from "./schedule.ts";

/** What a group needs of its blocks: plain data that another thread can be handed. */
export interface BlockWork {
  /** Residual stream before the first block, of the base rows, [rows, width]. */
  readonly x: Float32Array;
  /** Which rows attend to which, and what each row of a set starts as. */
  readonly schedule: Pick<SweepSchedule, "baseSequences" | "starts" | "sequences">;
  /** The patched runs that are asked for; neighbours of one length attend together. */
  readonly runs: readonly Pick<PatchedRun, "rows">[];
}

/** Memory that groups use in turn; it grows with the largest. */
export class RowArrays {
  /** Residual stream of the base rows and all sets, [rows, width]. */
  x = new Float32Array();
  /** The same after a block. */
  next = new Float32Array();
  /** Queries, keys, values and heads' outputs of the base rows and one set, each [rows, width]. */
  q = new Float32Array();
  k = new Float32Array();
  v = new Float32Array();
  z = new Float32Array();

  /** Makes room for so many values. */
  grow({ all, baseAndSet }: { readonly all: number; readonly baseAndSet: number }): void {
    const grown = (data: Float32Array<ArrayBuffer>, size: number) =>
      data.length < size ? new Float32Array(size) : data;
    [this.x, this.next] = [grown(this.x, all), grown(this.next, all)];
    [this.q, this.k] = [grown(this.q, baseAndSet), grown(this.k, baseAndSet)];
    [this.v, this.z] = [grown(this.v, baseAndSet), grown(this.z, baseAndSet)];
  }
}

/**
 * Runs a group through all blocks.
 *
 * @param rows The tower, row by row.
 * @param work The group.
 * @param arrays Memory to use.
 * @returns Residual stream after the last block at the end token, [layer from 1, run, width].
 */
export async function sweepBlocks(
  rows: RowTower,
  work: BlockWork,
  arrays: RowArrays,
): Promise<Float32Array<ArrayBuffer>> {
  const { layers, width } = rows.shape;
  const { baseSequences, starts, sequences } = work.schedule;
  const { part, unpatched, set, firstOfSet } = partsOf(work, rows.shape);
  arrays.grow({ all: firstOfSet(layers) * width, baseAndSet: firstOfSet(2) * width });
  arrays.x.set(work.x);
  const baseCalls = attentionCalls(baseSequences, { ...rows.shape, first: 0 });
  const setCalls = attentionCalls(sequences, { ...rows.shape, first: unpatched.count });
  for (let layer = 0; layer < layers - 1; layer++) { // after block `layer` the rows patched at it join
    const { x, next, q, k, v, z } = arrays;
    const project = (at: RowRange, own: RowRange) =>
      rows.project(layer, part(x, at), { q: part(q, own), k: part(k, own), v: part(v, own) });
    const complete = async (calls: readonly AttentionCall[], at: RowRange, own: RowRange) => {
      for (const { batch, ...computed } of calls) {
        await rows.attend(batch, { q, k, v }, part(z, computed));
      }
      await rows.complete(layer, part(x, at), part(z, own), part(next, at));
    };
    await project(unpatched, unpatched);
    await complete(baseCalls, unpatched, unpatched);
    for (let patched = 1; patched <= layer; patched++) {
      const at = { from: firstOfSet(patched), count: starts.length };
      if (patched < layer) await project(at, set);
      else startSet(work, arrays, at, rows.shape);
      await complete(setCalls, at, set);
    }
    [arrays.x, arrays.next] = [next, x];
  }
  return await lastBlock(rows, work, arrays);
}

/** Only the end token of each run is computed in the last block. */
async function lastBlock(
  rows: RowTower,
  work: BlockWork,
  arrays: RowArrays,
): Promise<Float32Array<ArrayBuffer>> {
  const { layers, width } = rows.shape;
  const { schedule: { starts }, runs } = work;
  const { x, k, v } = arrays;
  const last = layers - 1;
  const { part, unpatched, set, firstOfSet } = partsOf(work, rows.shape);
  const project = (at: RowRange, own: RowRange) =>
    rows.project(last, part(x, at), { k: part(k, own), v: part(v, own) });
  const sequences = runs.map(({ rows }) => ({ rows, first: rows.length - 1 }));
  const calls = attentionCalls(sequences, {
    ...rows.shape,
    first: 0,
    queryRow: (_, place) => place, // queries are of the end tokens alone
  });
  const ends = () => new Float32Array(last * runs.length * width); // [layer from 1, run, width]
  const [before, q, z, after] = [ends(), ends(), ends(), ends()];
  await project(unpatched, unpatched);
  startSet(work, arrays, { from: firstOfSet(last), count: starts.length }, rows.shape);
  for (let patched = last; patched >= 1; patched--) { // the set that has just started first
    const at = { from: firstOfSet(patched), count: starts.length };
    if (patched < last) await project(at, set);
    const own = { from: (patched - 1) * runs.length, count: runs.length };
    runs.forEach(({ rows }, run) => {
      const row = rows.at(-1)! - unpatched.count + at.from;
      before.set(part(x, { from: row, count: 1 }), (own.from + run) * width);
    });
    const queries = part(q, own);
    await rows.project(last, part(before, own), { q: queries });
    for (const { batch, ...computed } of calls) {
      await rows.attend(batch, { q: queries, k, v }, part(part(z, own), computed));
    }
  }
  await rows.complete(last, before, z, after);
  return after;
}

/** Neighbouring rows of a matrix. */
interface RowRange {
  readonly from: number;
  readonly count: number;
}

/** Where a group's rows lie. */
function partsOf(
  { x, schedule: { starts } }: BlockWork,
  { width }: { readonly width: number },
) {
  const base = x.length / width;
  return {
    part: (data: Float32Array, { from, count }: RowRange) =>
      data.subarray(from * width, (from + count) * width),
    /** The rows of both unpatched runs. */
    unpatched: { from: 0, count: base },
    /** The one set that queries, keys and values are of. */
    set: { from: base, count: starts.length },
    /** The first row of a layer's set in the residual stream. */
    firstOfSet: (patched: number) => base + (patched - 1) * starts.length,
  };
}

/** Starts a set as what the unpatched runs have, in the block after its layer. */
function startSet(
  work: BlockWork,
  { x, q, k, v }: RowArrays,
  at: RowRange,
  shape: { readonly width: number },
): void {
  const { width } = shape;
  const { set } = partsOf(work, shape);
  work.schedule.starts.forEach((row, i) => {
    const [from, to] = [row * width, (row + 1) * width];
    x.copyWithin((at.from + i) * width, from, to);
    for (const data of [q, k, v]) data.copyWithin((set.from + i) * width, from, to);
  });
}
