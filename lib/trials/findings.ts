/** What the trial of edits found, in words and as gain against harm. */

import type { Finding } from "../study/experiment/finding.ts";
import { estimateText } from "../tables/text_table.ts";
import type { Word } from "../tables/words.ts";
import { bars } from "../charts/bars.ts";
import { type ChartOptions, type ChartSpec, modelOf, NO_CELL, OKABE_ITO } from "../charts/spec.ts";
import { type FitName, MADE_ELSEWHERE, MADE_FROM } from "./fit.ts";
import type { FrontRow } from "./measure.ts";

export const TRIAL_WORDS: readonly Word[] = [
  {
    word: "gain",
    means:
      "accuracy minus that of the unedited model on the same rows; what is fitted, is fitted without a row's noun",
  },
  {
    word: "recall",
    means:
      "recall at 1: share of true affirmative sentences whose picture is first among all pictures",
  },
  {
    word: "both pictures",
    means: "change of the share of blocks that are right in both pictures",
  },
  {
    word: "control",
    means: "the same edit with a random direction, random nodes, or fitted on shuffled labels",
  },
];

export function trialFindings(
  front: readonly FrontRow[],
  how: {
    readonly given: ReadonlySet<string>;
    readonly draws: number;
  },
): Finding {
  const edits = front.filter(({ control }) => control === "none");
  const bySet = [...Map.groupBy(edits, ({ set }) => set)];
  const sentences = bySet.slice(0, 2).map(([set, rows]) => sentenceOf(set, rows, how));
  const scaled = best(edits.filter(({ edit }) => edit === "scale"));
  if (scaled !== undefined) sentences.push(nodesSentence(scaled, how));
  return {
    sentences,
    tables: bySet.map(([set, rows]) => ({
      title: `${set}: each edit at the strength of its largest gain`,
      lines: [...Map.groupBy(rows, ({ edit }) => edit).values()].map((ofEdit) =>
        lineOf(best(ofEdit)!)
      ),
    })),
  };
}

function lineOf({ edit, strength, change: gain, low, high, over, changes }: FrontRow) {
  const { recall_1: recall, gamma, alpha, sentences_right: right } = changes;
  const also = { recall, gamma, alpha, "both pictures": right };
  const shown = Object.entries(also).map(([name, change]) => [name, change?.estimate]);
  return { edit, strength, gain, low, high, over, ...Object.fromEntries(shown) };
}

/** The row of the largest gain, the first of equal ones. */
export function best(rows: readonly FrontRow[]): FrontRow | undefined {
  return rows.toSorted((a, b) => (b.change ?? 0) - (a.change ?? 0))[0];
}

type How = Parameters<typeof trialFindings>[1];

function sentenceOf(set: string, rows: readonly FrontRow[], { given, draws }: How): string {
  const isBeyond = ({ low = 0, over_low = 0 }: FrontRow) => low > 0 && over_low > 0;
  const found = best(rows.filter(isBeyond));
  if (found === undefined) {
    return `On ${set} no edit can be said to gain beyond its controls`;
  }
  const { edit, strength, beyond, as_good } = found;
  const madeFrom = given.has(edit) ? MADE_ELSEWHERE : MADE_FROM[edit as FitName];
  const gain = estimateText(found.change, found);
  const over = estimateText(found.over, { low: found.over_low, high: found.over_high });
  const said = Object.entries(CHANGED).flatMap(([measure, name]) => {
    const change = found.changes[measure];
    return change === undefined
      ? []
      : [`${name} changes by ${estimateText(change.estimate, change)}`];
  });
  return [
    `On ${set} the edit ${edit} at strength ${strength} raises accuracy by ${gain}, ${over} more than with ${beyond}: the largest of ${rows.length} gains that were tried there`,
    `It is ${madeFrom}; ${as_good} of ${draws} draws of the control gain as much`,
    ...said,
  ].join(". ");
}

/** What an edit also changes, in the order of sentences. */
const CHANGED = {
  gamma: "Gamma",
  alpha: "Alpha",
  sentences_right: "The share of blocks right in both pictures",
  recall_1: "Affirmative recall at 1",
  zero_shot: "Zero-shot accuracy",
};

function nodesSentence(
  { set, strength, over, over_low, over_high, as_good }: FrontRow,
  { draws }: How,
): string {
  const [low = 0, high = 0] = [over_low, over_high];
  const said = low > 0
    ? "gain more than"
    : high < 0
    ? "gain less than"
    : "cannot be told in their gain from";
  const text = estimateText(over, { low: over_low, high: over_high });
  return `Scaled on ${set} at strength ${strength}, the nodes of the circuit ${said} random ones of the same number (${text}; ${as_good} of ${draws} draws gain as much)`;
}

function keyOf({ set, edit }: FrontRow): string {
  return JSON.stringify([set, edit]);
}

/** Draws each edit at the strength of its largest gain, with its controls: how many more rows are right, and in how many more pictures a true affirmative sentence is found first. */
export function frontChart(rows: readonly FrontRow[], options: ChartOptions): ChartSpec {
  const strengths = new Map(
    [...Map.groupBy(rows.filter(({ control }) => control === "none"), keyOf)]
      .map(([key, own]) => [key, best(own)!.strength]),
  );
  const shown = rows.filter((row) => strengths.get(keyOf(row)) === row.strength);
  const drawn = shown.flatMap(({ set, edit, strength, control, changes, change, low, high }) => {
    const isEdit = control === "none";
    const name = isEdit ? `${edit}, ${strength}` : `${edit}: ${control}`;
    const { estimate, ...bounds } = changes["recall_1"] ?? { estimate: undefined };
    const of = { set, name, kind: isEdit ? "edit" : "control" };
    return [
      { ...of, what: "gain in accuracy", value: change, low, high },
      { ...of, what: "change of affirmative recall at 1", value: estimate, ...bounds },
    ];
  });
  return bars(drawn, {
    ...options,
    title: `What edits of ${modelOf(options)} gain and harm`,
    about:
      "Change of accuracy (what is fitted, is fitted without a row's noun), and of recall at 1 of true affirmative sentences, for each edit at the strength of its largest gain, and for the same edits with random directions, random nodes or shuffled labels (mean over draws)",
    panels: (rows) =>
      [...Map.groupBy(rows, ({ set, what }) => `${set}: ${what}`)]
        .map(([title, rows]) => ({ title, rows })),
    at: "name",
    value: { field: "value", low: "low", high: "high", title: ([row]) => row!.what },
    series: "kind",
    colors: { edit: OKABE_ITO.blue, control: NO_CELL },
  });
}
