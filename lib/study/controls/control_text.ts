/** What a summary says of controls: which parts are beyond them, and what the controls themselves are like. */

import type { MeasuredRow } from "../experiment/experiment.ts";
import { BEYOND_CONTROL, controlIn, SPECIFIC } from "../../charts/texts.ts";
import type { TableCell } from "../../tables/table.ts";
import { numberText } from "../../tables/text_table.ts";
import { namesText } from "../../tables/words.ts";
import { NEGATIONS } from "../../data/pairs.ts";
import { mean } from "../../stats/columns.ts";
import { type Control, controlRuns, CONTROLS } from "./control.ts";
import { rightness, sizeOfD } from "../effects/noise.ts";
import { rowsOfControl } from "./measure_controls.ts";

/** Which named lines of each side are beyond their controls, in a sentence; none without controls. */
export function controlSentences(
  sides: readonly (readonly { readonly name: string; readonly negation: string }[])[],
): string[] {
  const known = sides.flat().flatMap((line) => {
    const control = controlIn(line);
    return control === undefined ? [] : [{ line, ...control }];
  });
  if (known.length === 0) return [];
  const names = CONTROLS.filter((name) => known.some(({ control }) => control === name));
  const beyond = `beyond the control ${names.join(" or ")}`;
  const specific = known.filter(({ isBeyond }) => isBeyond);
  if (sides.every((side) => side.length > 0) && specific.length === sides.flat().length) {
    const isOne = new Set(known.map(({ line: { name } }) => name)).size === 1;
    return [`${isOne ? "It" : "Each of them"} is ${beyond}`];
  }
  if (specific.length > 0) {
    const where = Map.groupBy(specific, ({ line }) => line.negation);
    const only = names.join() === "determiner"
      ? "Another determiner certainly does less than half as much only in"
      : `Only these are ${beyond}:`;
    return [
      `${only} ${
        [...where].map(([side, of]) =>
          `${namesText(of.map(({ line }) => line.name))} where the ${side} is negated`
        ).join("; ")
      }`,
    ];
  }
  const denied = known.find(({ isBeyond }) => isBeyond === false);
  return [
    denied === undefined
      ? `None is known to be ${beyond}`
      : `None is known to be ${beyond}, which shows ${
        numberText(denied.value!, 2)
      } for ${denied.line.name}`,
  ];
}

/** On which sides a part is beyond its control, as a cell; none without a control. */
export function beyondCell(
  sides: readonly ({ readonly negation: string } | undefined)[],
): Readonly<Record<string, TableCell>> {
  const known = sides.flatMap((line) => {
    const control = line && controlIn(line);
    return control === undefined ? [] : [{ ...control, negation: line!.negation }];
  });
  if (known.length === 0) return {};
  const beyond = known.filter(({ isBeyond }) => isBeyond).map(({ negation }) => negation);
  const none = known.some(({ isBeyond }) => isBeyond === undefined) ? "unknown" : "neither";
  return { [`beyond ${known[0]!.control}`]: beyond.length === 0 ? none : beyond.join(", ") };
}

/** The cells of a summary's line that say what its control shows; none without a control. */
export function controlLine(line: object): Readonly<Record<string, TableCell>> {
  const found = controlIn(line);
  if (found === undefined) return {};
  const { control, value, isBeyond } = found;
  return {
    control: `${control} ${value === undefined ? "?" : numberText(value, 2)}`,
    [BEYOND_CONTROL in line ? "beyond" : SPECIFIC]: isBeyond === undefined
      ? ""
      : isBeyond
      ? "yes"
      : "no",
  };
}

/** What the controls of a run are like, a line each: how many rows they have, and how often and by how much they prefer the true sentence. */
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
      if (d.every((value) => sizeOfD(value) === 0)) {
        return [`${negation}-negated: S does not change`];
      }
      const [right, size] = [rightness, Math.abs].map((of) => mean(d.map((value) => of(value)))!);
      return [`${negation}-negated accuracy ${right!.toFixed(3)}, mean |d| ${size!.toFixed(3)}`];
    });
    const counted = control === "random"
      ? `${controlRuns(control).length} towers`
      : of.length > 0
      ? `${of.length} of ${rows.length} rows`
      : `none of ${rows.length} rows has sentences that differ in "no" and "some", "a" or "an" alone, and a word such as "many" of as many tokens to take the place of "no"`;
    return [`Control ${control} (${MEANINGS[control]}): ${counted}`, ...sides].join("; ");
  });
}

const MEANINGS: Readonly<Record<Control, string>> = {
  image: "another row's image",
  determiner: "another determiner in place of the negator",
  random: "random weights",
};
