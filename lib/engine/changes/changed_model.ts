/** Runs of a model that is changed already: the changes of each sentence act in every run of it. */

import { ActivationCache } from "../../hooks/cache.ts";
import type { ChangedRun, Intervention } from "../../hooks/interventions.ts";
import { asRun } from "../../hooks/selection.ts";
import type { RunGroup } from "./run_group.ts";

/** What is changed in every run of each sentence, by its name. */
export type SentenceChanges = Readonly<Record<string, readonly Intervention[]>>;

/**
 * A run with the changes of its sentence before those of its own; a run whose values it takes gets them too. Changes must be planned once
 * for all runs that share them, so that a run is made only once.
 */
export function changedRuns(changes: SentenceChanges): (run: ChangedRun) => ChangedRun {
  const made = new Map<ChangedRun | string, ChangedRun>();
  const change = (given: ChangedRun | string): ChangedRun => {
    const known = made.get(given);
    if (known !== undefined) return known;
    const { of, changes: own = [] } = asRun(given);
    const all = [...changes[of] ?? [], ...own.map(taking)];
    const run = all.length === 0 ? { of } : { of, changes: all };
    made.set(given, run);
    return run;
  };
  const taking = (own: Intervention): Intervention =>
    own.kind === "patch" && !(own.from instanceof ActivationCache)
      ? { ...own, from: change(own.from) }
      : own;
  return change;
}

export type ChangedGroup = (group: RunGroup) => RunGroup;

/**
 * Makes a function that puts the runs of a group into a changed model.
 *
 * @param sentences The sentences by the names that the changes use. Those of a group are found among them as the same objects, whatever the
 * group calls them.
 */
export function changedGroups(
  sentences: RunGroup["sentences"],
  changes: SentenceChanges,
): ChangedGroup {
  const change = changedRuns(changes);
  return (group) => {
    const names = new Map(
      Object.entries(group.sentences).map(([name, own]) => [
        name,
        Object.keys(sentences).find((known) => sentences[known] === own) ?? name,
      ]),
    );
    return {
      sentences: { ...group.sentences, ...sentences },
      runs: group.runs.map((run) => change({ ...run, of: names.get(run.of)! })),
    };
  };
}
