/** How each run of a group is made. */

import type { ChangedRun } from "../../hooks/interventions.ts";
import type { PlannedRun } from "../plan/changes.ts";
import { RunPlanner } from "../plan/planned_runs.ts";
import type { Tower } from "../tower.ts";
import type { RunGroup } from "./run_group.ts";
import { unknownName } from "../../errors.ts";
import { ActivationCache } from "../../hooks/cache.ts";
import { checkIntervention } from "../../hooks/check.ts";
import { expandHookNames } from "../../hooks/names.ts";
import { asRun } from "../../hooks/selection.ts";
import { hookShape, hookTarget } from "../tower_shape.ts";

export type Way = "rows" | "general";

export interface RunsOfWay {
  /** Their places among the runs of the group. */
  readonly places: readonly number[];
  readonly runs: readonly ChangedRun[];
  /** In the planner's form; empty for the general engine. */
  readonly planned: readonly PlannedRun[];
}

export type Ways = ReadonlyMap<Way, RunsOfWay>;

/** Checks the runs of groups and chooses their ways; groups of one size that share a list of runs are looked at once. */
export class WayChooser {
  readonly #tower: Tower;
  readonly #planner: RunPlanner;
  readonly #known = new WeakMap<readonly ChangedRun[], Map<string, Ways>>();

  constructor(tower: Tower) {
    [this.#tower, this.#planner] = [tower, new RunPlanner(tower)];
  }

  /** The ways of a group's runs, which depend on nothing but the group. */
  of({ sentences, runs }: RunGroup): Ways {
    const ofList = this.#known.get(runs) ?? new Map<string, Ways>();
    this.#known.set(runs, ofList);
    const size = Object.entries(sentences)
      .map(([name, { ids, pooled }]) => `${name} ${ids.length} ${pooled}`).join();
    const known = ofList.get(size);
    if (known !== undefined) return known;
    for (const run of runs) checkRun(this.#tower, run, sentences);
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
