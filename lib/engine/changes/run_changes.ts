/** Runs any list of changed runs, each by the engine that suits it. */

import type { ChangedRun } from "../../hooks/interventions.ts";
import { streamCount } from "../streams/streams.ts";
import type { Tower } from "../tower.ts";
import { fastChanges } from "./fast_changes.ts";
import { generalChanges } from "./general_changes.ts";
import { rowsOf } from "./groups.ts";
import { type RowEngine, rowEngine } from "./row_engine.ts";
import type { ChangeableTower, ChangedResult, RunGroup } from "./run_group.ts";
import { type RunsOfWay, type Way, WayChooser } from "./ways.ts";

const choosers = new WeakMap<Tower, WayChooser>();

/**
 * Runs all runs of some groups.
 *
 * A run whose changes take values of other runs at the same place, or keep heads from attending to one key, goes row by row: what it has in
 * common with other runs is computed once, and nothing that no result needs. All others, and all of a model that cannot be run row by row,
 * go by the general engine. The choice for a run depends on nothing but its group's sentences and the model. Returns the results in
 * batches; no bit depends on what else is run.
 */
export async function* runChanges(
  text: ChangeableTower,
  groups: readonly RunGroup[],
): AsyncGenerator<ChangedResult[]> {
  const parts = partsOf(text.tower, groups);
  if (parts.rows.length > 0) {
    const { streams } = await engineFor(text, parts.rows);
    if (streams === undefined) parts.general.push(...parts.rows);
    else {
      const planned = parts.rows.map(({ sentences, planned }) => ({ sentences, runs: planned }));
      yield* placed(fastChanges(streams, planned), parts.rows);
    }
  }
  if (parts.general.length > 0) {
    yield* placed(generalChanges(text.tower, parts.general), parts.general);
  }
}

export const GENERAL_ENGINE = "the general engine";

export const FAST_SCHEDULE = "the fast schedule";

/** Names the engine of each group, which is loaded if it has not been: the fast schedule if it makes all runs of the group. */
export async function engineNames(
  text: ChangeableTower,
  groups: readonly RunGroup[],
): Promise<string[]> {
  const parts = partsOf(text.tower, groups);
  const names = groups.map(() => FAST_SCHEDULE);
  for (const { index } of parts.general) names[index] = GENERAL_ENGINE;
  const { refusal } = parts.rows.length > 0 ? await engineFor(text, parts.rows) : {};
  if (refusal === undefined) return names;
  for (const { index } of parts.rows) names[index] = `${GENERAL_ENGINE} (${refusal.message})`;
  return names;
}

interface Part extends RunGroup, RunsOfWay {
  readonly index: number;
  readonly runs: readonly ChangedRun[];
}

function partsOf(tower: Tower, groups: readonly RunGroup[]): Record<Way, Part[]> {
  const chooser = choosers.get(tower) ?? new WayChooser(tower);
  choosers.set(tower, chooser);
  const parts: Record<Way, Part[]> = { rows: [], general: [] };
  for (const [index, group] of groups.entries()) {
    const { sentences } = group;
    for (const [way, own] of chooser.of(group)) parts[way].push({ index, sentences, ...own });
  }
  return parts;
}

async function engineFor(text: ChangeableTower, parts: readonly Part[]): Promise<RowEngine> {
  const { layers } = text.tower.shape;
  const rows = parts.reduce(
    (sum, { sentences, planned }) => sum + rowsOf({ sentences, runs: planned }, layers),
    0,
  );
  return await rowEngine(text, { streams: streamCount(rows, text.tower) });
}

async function* placed(
  batches: AsyncIterable<readonly ChangedResult[]>,
  parts: readonly Part[],
): AsyncGenerator<ChangedResult[]> {
  for await (const results of batches) {
    yield results.map((result) => {
      const { index, places } = parts[result.index]!;
      return { ...result, index, place: places[result.place]! };
    });
  }
}
