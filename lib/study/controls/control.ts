/** The controls of an experiment that localises negation: contrasts and models in which there is no negation to find. */

import { list, type Option, orNone } from "../../options/option.ts";

/** The controls, in the order of tables and texts. */
export const CONTROLS = ["image", "determiner", "random"] as const;

/**
 * What a part is compared with, see docs/methods/controls.md.
 *
 * - `image`: every row with the image of another row.
 * - `determiner`: another determiner in the negator's place, as in "There are many dogs".
 * - `random`: the tower with random weights.
 */
export type Control = typeof CONTROLS[number];

const RANDOM_SEEDS = 3;

/** What the option `control` of an experiment is. */
export interface ControlChoice<Own extends Control> {
  /** The controls that its numbers can depend on. @default {all} */
  readonly of?: readonly Own[];
  /** Those of a run without the option. @default {none} */
  readonly standard?: readonly NoInfer<Own>[];
}

const MADE = new WeakSet<object>();

/** The option `control` of an experiment whose tables say where negation is: the controls that run besides, each on all rows. */
export function controlOption<Own extends Control = Control>(
  { of: controls = CONTROLS as readonly Control[] as readonly Own[], standard = [] }: ControlChoice<
    Own
  > = {},
): Option<readonly Own[]> {
  const option = orNone(list<Own>(controls, {
    standard: standard as readonly NoInfer<Own>[],
    help: `of ${controls.join(",")}, or none: runs to compare with`,
  }));
  MADE.add(option);
  return option;
}

export function isControlOption(option: object): boolean {
  return MADE.has(option);
}

export function controlsIn(options: Readonly<Record<string, unknown>>): readonly Control[] {
  return (options["control"] as readonly Control[] | undefined) ?? [];
}

/** The runs of a control, each on all rows: the control `random` has one for each of its towers. */
export function controlRuns(control: Control): string[] {
  if (control !== "random") return [control];
  return Array.from({ length: RANDOM_SEEDS }, (_, i) => `random ${i + 1}`);
}
