/** The error that everything running in a released tower reports. */

import { NegscopeError } from "../errors.ts";

/** The error for a run of a released tower. */
export function towerReleased(tower: "text" | "image"): NegscopeError {
  return new NegscopeError("tower-not-loaded", {
    problem: `Cannot run the ${tower} tower`,
    subject: tower,
    reason: "it was released",
    fix: "load the model again",
  });
}
