/** Whether the heads that look at the negator matter: each head's attention to it is removed. */

import { PATTERNS } from "../attend/attend.ts";
import { controlOption } from "../../study/controls/control.ts";
import { experiment, type ScoredMeasurement } from "../../study/experiment/experiment.ts";
import { toggle } from "../../options/option.ts";
import { HEAD_OF_PART, LAYER_OF_PART, numberOrNone, PART } from "../../study/columns.ts";
import { Effects } from "../../study/effects/effects.ts";
import { effectOnD, lostOfD } from "../../study/effects/noise.ts";
import { number } from "../../tables/table.ts";
import { SHARE_WORDS, words } from "../words.ts";
import { knockoutEngines, type KnockoutScores, knockOutScores, negatorOf } from "./knockout.ts";
import { checkHeadSet, HEAD_SET, type HeadSet, headsOfSet, nameOfSet } from "../head_set.ts";

/** The effects of single heads' attention to the negator, and of several heads' together. */
export const KNOCKOUT = new Effects({
  name: "knockout",
  title: "Attention to the negator of single heads",
  effect:
    "d minus d without the attention to the negator in the negated sentence and to the word in its place, its twin, such as `a` or `some`, in the affirmative one (to the negator alone on a side without such words)",
  about: "Heads that stand in for each other have little effect alone.",
  keys: { part: PART, layer: LAYER_OF_PART, head: HEAD_OF_PART },
  cells: {
    s_knocked_out: number(
      "logit",
      "S of the negated sentence without attention to the negator; the other weights are renormalised only with `--renormalize`.",
    ),
    s_twin_knocked_out: numberOrNone(
      "logit",
      "S of the affirmative sentence without attention to the twin; empty if the negator has none.",
    ),
  },
  said: { what: "the attention to the negator of" },
  isApart: ({ layer }) => layer === undefined,
  map: {
    asks: 'Which heads of MODEL need to see "no"',
    subtitle: "d minus d without attention to the negator and to the word in its place",
  },
});

type Knocked = ScoredMeasurement<{ readonly knockedOut: KnockoutScores; readonly heads: number }>;

/** The lines of all heads, and those of the heads that are knocked out together. */
function linesOf(rows: readonly Knocked[], set: string) {
  const twins = new Set(
    rows.filter(({ measured }) => measured.knockedOut.twin).map(({ scores }) => scores.negation),
  );
  const knocked = rows.map(({ scores, measured: { knockedOut: { negator, twin }, heads } }) => {
    const isAlone = !twins.has(scores.negation);
    const parts = [
      ...headsOfSet("all", { layers: (negator.length - 1) / heads, heads })
        .map((head) => ({ part: "head", ...head })),
      { part: `heads ${set}`, layer: undefined, head: undefined },
    ];
    const lines = parts.map((part, i) => {
      const [s_knocked_out, s_twin_knocked_out] = [negator[i]!, twin?.[i]];
      const plain = lostOfD(scores, s_knocked_out);
      const effect = s_twin_knocked_out !== undefined
        ? plain + effectOnD(scores, s_twin_knocked_out)
        : isAlone
        ? plain
        : undefined;
      return { ...part, s_knocked_out, s_twin_knocked_out, effect };
    });
    return { scores, lines };
  });
  return [[0, -1], [-1]].map((range) =>
    knocked.map(({ scores, lines }) => {
      const own = lines.slice(...range);
      return { scores, count: own.length, line: (place: number) => own[place]! };
    })
  );
}

export const knockout = experiment({
  name: "knockout",
  summary: "what each head's attention to the negator adds to the score difference",
  does:
    "sets each head's attention to the negator to 0 in the negated sentence, and as a control that to the word in its place in the affirmative one, and measures what that does to S and d; some or all heads are also knocked out together.",
  options: {
    renormalize: toggle("divides each query's other weights by their sum"),
    heads: HEAD_SET,
    control: controlOption(),
  },
  check: ({ heads }, sizes) => checkHeadSet(heads, sizes),
  hooks: () => [PATTERNS],
  measure: async (study, { renormalize, heads }, { kept, progress }) => {
    const { rows, images } = await study.scoredRows();
    const how = { renormalize, heads, images, kept, progress };
    const found = await knockOutScores(study.text, rows, how);
    return found.map((knockedOut) => ({ knockedOut, heads: study.text.tower.shape.heads }));
  },
  engines: ({ text, rows }) => knockoutEngines(text, rows.map(({ aligned }) => negatorOf(aligned))),
  ...KNOCKOUT.experiment((rows: readonly Knocked[], { heads }: { readonly heads: HeadSet }) =>
    linesOf(rows, nameOfSet(heads))
  ),
  words: words(...SHARE_WORDS, "effect (knockout)", "twin's"),
});
