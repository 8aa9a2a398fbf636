/** Checks a changed run before anything runs. */

import { NegscopeError } from "../../errors.ts";
import { nearestText } from "../../errors/nearest.ts";
import { ActivationCache } from "../../hooks/cache.ts";
import { checkIntervention } from "../../hooks/check.ts";
import { checkInterventions } from "../../hooks/form.ts";
import type { ChangedRun } from "../../hooks/interventions.ts";
import { expandHookNames } from "../../hooks/names.ts";
import { asRun } from "../../hooks/sources.ts";
import { hookAxes, hookPoint } from "../hook_names.ts";
import type { Tower } from "../tower.ts";
import { hookShape } from "../tower_shape.ts";
import type { RunGroup } from "./run_group.ts";

/** Checks that a run's changes fit its sentence and the tower, and so do those of runs whose values it takes. */
export function checkRun(
  tower: Tower,
  { of, changes = [] }: ChangedRun,
  sentences: RunGroup["sentences"],
): void {
  const positionsOf = (name: string) => {
    const positions = sentences[name]?.ids.length;
    if (positions !== undefined) return positions;
    throw new NegscopeError("name-unknown", {
      problem: `Cannot run "${name}"`,
      subject: name,
      reason: `the sentences are ${nearestText(name, Object.keys(sentences))}`,
    });
  };
  const positions = positionsOf(of);
  checkInterventions(changes);
  for (const change of changes) {
    const isTaken = change.kind === "patch" && !(change.from instanceof ActivationCache);
    const from = isTaken ? asRun(change.from) : undefined;
    if (from !== undefined) checkRun(tower, from, sentences);
    for (const hook of expandHookNames([change.hook], tower.hooks)) {
      const shapeFor = (own: number) => hookShape(tower.shape, hook, { rows: 1, positions: own });
      checkIntervention(change, {
        hook,
        shape: shapeFor(positions),
        axes: hookAxes(hook, tower.shape.parts),
        weights: hookPoint(hook)?.weights === true,
        batch: { rows: [0], count: 1 },
        ...(from && { source: shapeFor(positionsOf(from.of)).slice(1) }),
      });
    }
  }
}
