/** The list of the kit's experiments, in the order of the README. */

import { NegscopeError } from "../errors.ts";
import { nearestName } from "../errors/nearest.ts";
import { ablate } from "./ablate/index.ts";
import { attend } from "./attend/index.ts";
import { attribute } from "./attribute/index.ts";
import { circuit } from "./circuit/index.ts";
import { correlate } from "./correlate/index.ts";
import { evaluate } from "../study/evaluate/index.ts";
import { knockout } from "./knockout/index.ts";
import { paths } from "./paths/index.ts";
import { probe } from "./probe/index.ts";
import { shares } from "./shares/index.ts";
import { trace } from "./trace/index.ts";
import type { AnyExperiment } from "../study/experiment/experiment.ts";

/** All experiments by name. */
export const EXPERIMENTS = {
  trace,
  evaluate,
  attend,
  knockout,
  ablate,
  correlate,
  shares,
  attribute,
  paths,
  circuit,
  probe,
};

/** The type of all experiments by name. */
export type Experiments = typeof EXPERIMENTS;

/** All experiments in their order. */
export const ALL_EXPERIMENTS: readonly AnyExperiment[] = Object.values(EXPERIMENTS);

/**
 * Finds one of the kit's experiments by name.
 *
 * @param given The name; a script without types may misspell it.
 * @throws {NegscopeError} If no experiment has this name; the message suggests the nearest names.
 */
export function experimentNamed(given: string): AnyExperiment {
  const name = String(given);
  const names = Object.keys(EXPERIMENTS);
  const found = Object.hasOwn(EXPERIMENTS, name) && EXPERIMENTS[name as keyof typeof EXPERIMENTS];
  if (found) return found;
  const nearest = nearestName(name, names);
  throw new NegscopeError("name-unknown", {
    problem: `Cannot run experiment "${name}"`,
    subject: name,
    expected: `${names.join(", ")}, or an experiment of your own`,
    fix: nearest && `the nearest is "${nearest}"`,
  });
}
