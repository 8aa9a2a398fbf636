/** Runs groups by one engine or the other, and names the results. */

import { assert, assertEquals } from "@std/assert";
import { fastChanges, rowEngine } from "../../../lib/engine/changes/row_engine.ts";
import type { ChangedResult, RunGroup } from "../../../lib/engine/changes/groups.ts";
import { RunPlanner } from "../../../lib/engine/plan/planned_runs.ts";
import type { RowStreams } from "../../../lib/engine/rows/streams.ts";
import type { TextTower } from "../../../lib/model/text/text_tower.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { chosen, pathOf, TINY } from "../../studies.ts";
import type { Tower } from "../../../lib/engine/run/tower.ts";

/** A model of 6 blocks with 4 heads: runs that are changed only in its first blocks are not numbered up to its last. */
export const DEEPER: string = pathOf("../data/shapes/model");

export type Results = Map<string, ChangedResult>; // results by group and place: "0: 3"

export async function collected(batches: AsyncIterable<ChangedResult[]>): Promise<Results> {
  const results = (await Array.fromAsync(batches)).flat();
  const found = new Map(results.map((result) => [`${result.index}: ${result.place}`, result]));
  assertEquals(found.size, results.length);
  return found;
}

export function embeddingsOf(results: Results): Map<string, Float32Array> {
  return new Map([...results].map(([name, { embedding }]) => [name, embedding]));
}

/** Runs groups row by row, all of whose runs can be planned. */
export function fast(
  tower: Tower,
  streams: RowStreams,
  groups: readonly RunGroup[],
): Promise<Results> {
  const planner = new RunPlanner(tower);
  const planned = groups.map(({ sentences, runs }) => ({
    ...{ sentences, runs: runs.map((run) => planner.planned(run)!) },
  }));
  return collected(fastChanges(streams, planned));
}

/** Uses a model with its blocks in one stream. */
export async function withStreams(
  use: (text: TextTower, streams: RowStreams) => Promise<void>,
  { model = TINY.model, form = "" } = {},
): Promise<void> {
  await using clip = await Clip.load(model, { ...chosen(form), towers: ["text"] });
  const { streams, refusal } = await rowEngine(clip.text);
  assert(streams !== undefined, refusal?.message);
  await use(clip.text, streams);
}
