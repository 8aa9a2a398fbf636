import type { ChangedRun } from "../../hooks/interventions.ts";
import { type PlannedRun, RunPlanner } from "../plan/planned_runs.ts";
import type { Tower } from "../run/tower.ts";
import { type ChangeableTower, type ChangedResult, rowsOf, type RunGroup } from "./groups.ts";
import { unknownName } from "../../errors/errors.ts";
import { ActivationCache, expandHookNames } from "../../hooks/cache.ts";
import { asRun, checkIntervention } from "../../hooks/apply.ts";
import { hookShape, hookTarget } from "../graph/hook_points.ts";
import { streamCount } from "../rows/streams.ts";
import { fastChanges, type RowEngine, rowEngine } from "./row_engine.ts";
import { generalChanges } from "./general_changes.ts";

type Way = "rows" | "general";

interface RunsOfWay {
  readonly places: readonly number[]; // their places among the runs of the group
  readonly runs: readonly ChangedRun[];
  readonly planned: readonly PlannedRun[]; // in the planner's form; empty for the general engine
}

type Ways = ReadonlyMap<Way, RunsOfWay>;

/** Checks the runs of groups and chooses their ways; groups of one size that share a list of runs are looked at once. */
export class WayChooser {
  readonly #planner: RunPlanner;
  readonly #known = new WeakMap<readonly ChangedRun[], Map<string, Ways>>();

  constructor(private readonly tower: Tower) {
    this.#planner = new RunPlanner(tower);
  }

  /** The ways of a group's runs, which depend on nothing but the group. */
  of({ sentences, runs }: RunGroup): Ways {
    const ofList = this.#known.get(runs) ?? new Map<string, Ways>();
    this.#known.set(runs, ofList);
    const size = Object.entries(sentences)
      .map(([name, { ids, pooled }]) => `${name} ${ids.length} ${pooled}`).join();
    const known = ofList.get(size);
    if (known !== undefined) return known;
    for (const run of runs) checkRun(this.tower, run, sentences);
    const byWay = Map.groupBy(runs.keys(), (place) => this.#wayOf(runs[place]!, sentences));
    const ways: Ways = new Map([...byWay].map(([way, places]) => {
      const own = places.map((place) => runs[place]!);
      const planned = way === "general" ? [] : own.map((run) => this.#planner.planned(run)!);
      return [way, { places, runs: own, planned }];
    }));
    ofList.set(size, ways);
    return ways;
  }

  #wayOf(run: ChangedRun, sentences: RunGroup["sentences"]): Way {
    const planned = this.#planner.planned(run);
    if (planned === undefined) return "general";
    const used = [...planned.sentences].map((name) => sentences[name]!);
    const last = used[0]!.ids.length - 1;
    const areAlike = used.every(({ ids, pooled }) => pooled === last && ids.length === last + 1);
    if (!areAlike || planned.lastKey >= last) return "general";
    return "rows";
  }
}

/** Checks that a run's changes fit its sentence and the tower, and so do those of runs whose values it takes. */
export function checkRun(
  tower: Tower,
  { of, changes = [] }: ChangedRun,
  sentences: RunGroup["sentences"],
): void {
  const positionsOf = (name: string) => {
    const positions = sentences[name]?.ids.length;
    if (positions !== undefined) return positions;
    throw unknownName({ doing: "run sentence", name, known: Object.keys(sentences) });
  };
  const positions = positionsOf(of);
  for (const change of changes) {
    const isTaken = change.kind === "patch" && !(change.from instanceof ActivationCache);
    const from = isTaken ? asRun(change.from) : undefined;
    if (from !== undefined) checkRun(tower, from, sentences);
    for (const hook of expandHookNames([change.hook], tower.hooks)) {
      const batch = { rows: [0], count: 1 };
      const target = hookTarget(tower.shape, hook, { positions, batch });
      const source = from &&
        hookShape(tower.shape, hook, { rows: 1, positions: positionsOf(from.of) }).slice(1);
      checkIntervention(change, { ...target, ...source && { source } });
    }
  }
}

const choosers = new WeakMap<Tower, WayChooser>();

/**
 * Runs all runs of some groups. A run whose changes take values of other runs at the same place, or keep heads from attending to one key,
 * goes row by row: what it has in common with other runs is computed once, and nothing that no result needs. All others, and all of a model
 * that cannot be run row by row, go by the general engine. The choice for a run depends on nothing but its group's sentences and the model.
 * Returns the results in batches; no bit depends on what else is run.
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

export const FAST_ENGINE = "the fast engine";

/** Names the engine of each group, which is loaded if it has not been: the fast engine if it makes all runs of the group. */
export async function engineNames(
  text: ChangeableTower,
  groups: readonly RunGroup[],
): Promise<string[]> {
  const parts = partsOf(text.tower, groups);
  const names = groups.map(() => FAST_ENGINE);
  for (const { index } of parts.general) names[index] = GENERAL_ENGINE;
  const { refusal } = parts.rows.length > 0 ? await engineFor(text, parts.rows) : {};
  if (refusal === undefined) return names;
  for (const { index } of parts.rows) names[index] = `${GENERAL_ENGINE} (${refusal.message})`;
  return names;
}

type Part = Pick<RunGroup, "sentences"> & RunsOfWay & { readonly index: number };

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
  return await rowEngine(text, streamCount(rows, text.tower));
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
