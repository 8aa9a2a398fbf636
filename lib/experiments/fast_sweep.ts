/** The residual sweep by the schedule of sweep_schedule.ts: block after block, all layers' patched rows together. */

import { unit } from "../clip/hooked_run.ts";
import type { RowTower } from "../clip/row_tower.ts";
import { idsInput } from "../clip/text_tower.ts";
import type { Tower } from "../clip/tower.ts";
import type { Tensor } from "../hooks/tensor.ts";
import { type AttentionCall, attentionCalls } from "./sweep_attention.ts";
import { groupPairs, type PairGroup, schedulePair } from "./sweep_groups.ts";
import { type PatchedRun, scheduleSweep, type SweepSchedule } from "./sweep_schedule.ts";
import type { SweepPair, SweepResult } from "./trace_sweep.ts";

/** Memory that the groups use in turn. */
interface RowArrays {
  /** Residual stream of the base rows and all sets, [rows, width]. */
  x: Float32Array;
  /** The same after a block. */
  next: Float32Array;
  /** Queries, keys, values and heads' outputs of the base rows and one set, each [rows, width]. */
  readonly q: Float32Array;
  readonly k: Float32Array;
  readonly v: Float32Array;
  readonly z: Float32Array;
}

/** A group of pairs ready to run. */
interface Group {
  readonly pairs: readonly SweepPair[];
  readonly schedule: SweepSchedule;
  /** The patched runs that are asked for. */
  readonly runs: readonly PatchedRun[];
  readonly arrays: RowArrays;
}

/**
 * Runs all cells of kind `run` of pairs that `fitsFastSweep` takes.
 *
 * @param tower The text tower.
 * @param rows The same tower, row by row.
 * @param pairs The pairs with their cells.
 * @returns The results of one group of pairs after the other; no bit depends on the grouping.
 */
export async function* fastSweep(
  tower: Tower,
  rows: RowTower,
  pairs: readonly SweepPair[],
): AsyncGenerator<SweepResult[]> {
  const { width } = tower.shape;
  const groups = groupPairs(pairs, tower.shape);
  const array = (rows: (group: PairGroup) => number) =>
    new Float32Array(Math.max(0, ...groups.map(rows)) * width);
  const all = (group: PairGroup) => group.rows;
  const oneSet = (group: PairGroup) => group.baseAndSet;
  const arrays: RowArrays = {
    ...{ x: array(all), next: array(all) },
    ...{ q: array(oneSet), k: array(oneSet), v: array(oneSet), z: array(oneSet) },
  };
  for (const { members } of groups) {
    const own = members.map((index) => pairs[index]!);
    const schedule = scheduleSweep(own.map(schedulePair));
    const runs = schedule.runs.filter(({ pair, position }) =>
      own[pair]!.cells.some((cell) => cell.kind === "run" && cell.position === position)
    ).sort((a, b) => a.rows.length - b.rows.length); // equal lengths attend together
    const embeddings = await sweepGroup(tower, rows, { pairs: own, schedule, runs, arrays });
    const rowOf = new Map(runs.map(({ pair, position }, i) => [`${pair},${position}`, i]));
    yield own.flatMap(({ cells }, pair) =>
      cells.filter(({ kind }) => kind === "run").map((cell) => {
        const row = (cell.layer - 1) * runs.length + rowOf.get(`${pair},${cell.position}`)!;
        return { index: members[pair]!, cell, embedding: unit(embeddings.row(row).data) };
      })
    );
  }
}

/** Embeddings of a group's patched runs, [layer from 1, run]. */
async function sweepGroup(tower: Tower, rows: RowTower, group: Group): Promise<Tensor> {
  const { layers } = tower.shape;
  const { schedule: { base, baseSequences, starts, sequences }, arrays } = group;
  const { part, set, firstOfSet } = partsOf(group, tower.shape);
  const unpatched = { from: 0, count: base.length };
  const baseCalls = attentionCalls(baseSequences, { ...tower.shape, first: 0 });
  const setCalls = attentionCalls(sequences, { ...tower.shape, first: base.length });
  await embedBase(tower, group);
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
      else startSet(group, at, tower.shape);
      await complete(setCalls, at, set);
    }
    [arrays.x, arrays.next] = [next, x];
  }
  return await lastBlock(tower, rows, group);
}

/** Only the end token of each run is computed in the last block. */
async function lastBlock(tower: Tower, rows: RowTower, group: Group): Promise<Tensor> {
  const { layers, width } = tower.shape;
  const { pairs, schedule: { base, starts }, runs, arrays: { x, k, v } } = group;
  const last = layers - 1;
  const { part, set, firstOfSet } = partsOf(group, tower.shape);
  const project = (at: RowRange, own: RowRange) =>
    rows.project(last, part(x, at), { k: part(k, own), v: part(v, own) });
  const unpatched = { from: 0, count: base.length };
  const sequences = runs.map(({ rows }) => ({ rows, first: rows.length - 1 }));
  const ends = () => new Float32Array(last * runs.length * width); // [layer from 1, run, width]
  const [before, q, z, after] = [ends(), ends(), ends(), ends()];
  await project(unpatched, unpatched);
  startSet(group, { from: firstOfSet(last), count: starts.length }, tower.shape);
  for (let patched = last; patched >= 1; patched--) { // the set that has just started first
    const at = { from: firstOfSet(patched), count: starts.length };
    if (patched < last) await project(at, set);
    const own = { from: (patched - 1) * runs.length, count: runs.length };
    runs.forEach(({ rows }, run) => {
      const row = rows.at(-1)! - base.length + at.from;
      before.set(part(x, { from: row, count: 1 }), (own.from + run) * width);
    });
    await rows.project(last, part(before, own), { q: part(q, own) });
    const calls = attentionCalls(sequences, {
      ...tower.shape,
      first: own.from,
      queryRow: (_, place) => own.from + place,
    });
    for (const { batch, ...computed } of calls) {
      await rows.attend(batch, { q, k, v }, part(z, computed));
    }
  }
  await rows.complete(last, before, z, after);
  const end = runs.map(({ pair }) => [pairs[pair]!.pair.affirmative.ids.at(-1)!]);
  return await tower.project(after, idsInput(Array.from({ length: last }, () => end).flat()));
}

/** Neighbouring rows of a matrix. */
interface RowRange {
  readonly from: number;
  readonly count: number;
}

/** Where a group's rows lie. */
function partsOf({ schedule: { base, starts } }: Group, { width }: { readonly width: number }) {
  return {
    part: (data: Float32Array, { from, count }: RowRange) =>
      data.subarray(from * width, (from + count) * width),
    /** The one set that queries, keys and values are of. */
    set: { from: base.length, count: starts.length },
    /** The first row of a layer's set in the residual stream. */
    firstOfSet: (patched: number) => base.length + (patched - 1) * starts.length,
  };
}

/** Starts a set as what the unpatched runs have, in the block after its layer. */
function startSet(
  { schedule: { base, starts }, arrays: { x, q, k, v } }: Group,
  at: RowRange,
  { width }: { readonly width: number },
): void {
  starts.forEach((row, i) => {
    const [from, to] = [row * width, (row + 1) * width];
    x.copyWithin((at.from + i) * width, from, to);
    for (const data of [q, k, v]) data.copyWithin((base.length + i) * width, from, to);
  });
}

/** The residual stream before the first block, of the base rows. */
async function embedBase(
  tower: Tower,
  { pairs, schedule: { base }, arrays: { x } }: Group,
): Promise<void> {
  const { width } = tower.shape;
  const idsOf = ({ pair, sentence }: SweepSchedule["base"][number]) =>
    pairs[pair]!.pair[sentence].ids;
  for (const [length, rows] of Map.groupBy(base.keys(), (row) => idsOf(base[row]!).length)) {
    const sentences = [...new Set(rows.map((row) => idsOf(base[row]!)))];
    const embedded = await tower.embed(idsInput(sentences));
    const place = new Map(sentences.map((ids, i) => [ids, i]));
    for (const row of rows) {
      const from = (place.get(idsOf(base[row]!))! * length + base[row]!.position) * width;
      x.set(embedded.subarray(from, from + width), row * width);
    }
  }
}
