/** What a summary says of controls: which parts are beyond them, and what the controls themselves are like. */

import type { MeasuredRow } from "../experiment/experiment.ts";
import { bracketed } from "../../tables/text_table.ts";
import { NEGATIONS } from "../../data/pairs.ts";
import { type Control, controlRuns, CONTROLS } from "./control.ts";
import { rowsOfControl } from "./measure_controls.ts";

/** The cells of a line that say what its control shows. */
export interface ControlCells {
  readonly control?: string | undefined;
  readonly share_control?: number | undefined;
  readonly share_control_low?: number | undefined;
  readonly share_control_high?: number | undefined;
  readonly specific?: string | undefined;
}

/** Whether a table has controls beside it. */
export function hasControls(lines: readonly ControlCells[]): boolean {
  return lines.some(({ control }) => control !== undefined);
}

/** Which of some lines are beyond their controls, as the end of a sentence; nothing without controls. */
export function specificText<Line extends ControlCells>(
  lines: readonly Line[],
  wordsOf: (lines: readonly Line[]) => string,
): string {
  if (lines.length === 0 || !hasControls(lines)) return "";
  const specific = lines.filter(isSpecific);
  if (specific.length === lines.length) {
    return lines.length === 1
      ? `, which is beyond ${controlsOf(lines)}`
      : `, all beyond ${controlsOf(lines)}`;
  }
  if (specific.length > 0) return `; beyond ${controlsOf(lines)} only ${wordsOf(specific)}`;
  const untested = lines.every(({ specific }) => specific === undefined);
  if (untested) return `; not tested against ${controlsOf(lines)}`;
  const { share_control: share, share_control_low: low, share_control_high: high } = lines[0]!;
  const of = lines.length === 1 ? "it is not" : "none is";
  return `; ${of} beyond ${controlsOf(lines)}, which shows ${bracketed(share, { low, high })} for ${
    wordsOf([lines[0]!])
  }`;
}

/** Whether a line is beyond its controls. */
export function isSpecific({ specific }: ControlCells): boolean {
  return specific === "yes";
}

function controlsOf(lines: readonly ControlCells[]): string {
  const names = CONTROLS.filter((control) => lines.some((line) => line.control === control));
  return `the control ${names.join(" or ")}`;
}

/**
 * What the controls of a run are like, a line each: how many rows they have, and how often and by how much they prefer the true sentence.
 *
 * @param controls The controls that were run.
 */
export function controlNotes(
  rows: readonly MeasuredRow<unknown>[],
  controls: readonly Control[],
): string[] {
  return controls.map((control) => {
    const of = controlRuns(control).flatMap((run) => rowsOfControl(rows, run));
    const sides = NEGATIONS.flatMap((negation) => {
      const d = of.flatMap(({ pair, scores }) =>
        pair.negation === negation && scores !== undefined ? [scores.d] : []
      );
      if (d.length === 0) return [];
      const right = d.filter((value) => value > 0).length / d.length;
      const size = d.reduce((sum, value) => sum + Math.abs(value), 0) / d.length;
      return [`${negation}-negated accuracy ${right.toFixed(3)}, mean |d| ${size.toFixed(3)}`];
    });
    const counted = control === "random"
      ? `${controlRuns(control).length} towers`
      : `${of.length} of ${rows.length} rows`;
    return [`Control ${control} (${MEANINGS[control]}): ${counted}`, ...sides].join("; ");
  });
}

const MEANINGS: Readonly<Record<Control, string>> = {
  image: "another row's image",
  determiner: "another determiner in place of the negator",
  random: "random weights",
};
