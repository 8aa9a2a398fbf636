/** Where a patch takes its values from. */

import { NegscopeError } from "../errors.ts";
import { ActivationCache } from "./cache.ts";
import type { ChangedRun, Patch } from "./interventions.ts";

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

/** The run of a named sentence from which a patch takes its values. */
export function asRun(from: string | ChangedRun): ChangedRun {
  return typeof from === "string" ? { of: from } : from;
}
