/** What the trial of edits found, in words and as gain against harm. */

import type { Finding } from "../study/experiment/finding.ts";
import { excludesZero } from "../tables/estimates.ts";
import { estimateText, intervalText, numberText } from "../tables/text_table.ts";
import type { Word } from "../tables/words.ts";
import { bars } from "../charts/bars.ts";
import { type ChartOptions, type ChartSpec, modelOf, NO_CELL, OKABE_ITO } from "../charts/spec.ts";
import { madeFrom } from "./fit.ts";
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
    word: "control",
    means: "the same edit with a random direction, random nodes, or fitted on shuffled labels",
  },
];

interface How {
  readonly given: ReadonlySet<string>;
  readonly draws: number;
}

export function trialFindings(front: readonly FrontRow[], how: How): Finding {
  const edits = front.filter(({ control }) => control === "none");
  const bySet = [...Map.groupBy(edits, ({ set }) => set)];
  const scaled = best(edits.filter(({ edit }) => edit === "scale"));
  return {
    sentences: [
      ...bySet.slice(0, 2).flatMap(([set, rows]) => setSentences(set, rows, how)),
      ...scaled === undefined ? [] : [nodesSentence(scaled, how)],
    ],
    tables: bySet.map(([set, rows]) => ({
      title: `${set}: changes by each edit at the strength of its largest gain`,
      lines: [...Map.groupBy(rows.toSorted(byGain), ({ edit }) => edit).values()].map(([row]) =>
        lineOf(row!)
      ),
    })),
  };
}

function lineOf(row: FrontRow) {
  const { edit, strength, change: gain, over, changes: { recall_1: recall, gamma, alpha } } = row;
  return {
    ...{ edit, strength, gain, "95 % interval": intervalText(row, 2), "over control": over },
    ...{ recall: recall?.estimate, gamma: gamma?.estimate, alpha: alpha?.estimate },
  };
}

/** The row of the largest gain, the first of equal ones. */
export function best(rows: readonly FrontRow[]): FrontRow | undefined {
  return rows.toSorted(byGain)[0];
}

const byGain = (a: FrontRow, b: FrontRow) => (b.change ?? 0) - (a.change ?? 0);

/** The edit that gains most beyond its controls: how much, of what, and what it harms; or that none does. */
function setSentences(set: string, rows: readonly FrontRow[], { given, draws }: How): string[] {
  const isBeyond = ({ low = 0, beyond, over_low = 0 }: FrontRow) =>
    low > 0 && (beyond === undefined || over_low > 0);
  const found = best(rows.filter(isBeyond));
  const { edit, strength, after, change = 0, ...row } = found ?? best(rows)!;
  const gain = estimateText(change, row, 2);
  if (found === undefined) {
    const beyond = rows.some(({ beyond }) => beyond !== undefined) ? " beyond its controls" : "";
    const said = `No edit certainly improves ${set}${beyond}`;
    return [`${said}: the accuracy changes by ${gain} at best, by ${edit}`];
  }
  const over = estimateText(row.over, { low: row.over_low, high: row.over_high }, 2);
  return [
    `On ${set}, ${edit} at strength ${strength} is right in ${
      numberText(after, 2)
    } of the rows, the model as it is in ${numberText(after - change, 2)}`,
    `This gain of ${gain} is the largest of ${rows.length} tries, so probably overestimated`,
    `The edit is ${madeFrom(edit, given)}`,
    row.beyond === undefined
      ? "It has no control"
      : `It is ${over} more than its control (${row.beyond}) gains, of which ${row.as_good} of ${draws} draws gain as much`,
    ...gainSentence(row.changes),
    ...harmSentence(row.changes),
  ];
}

/** Whether what is gained is understanding, or another lean to one of the sentences. */
function gainSentence({ gamma, alpha }: FrontRow["changes"]): string[] {
  if (gamma?.estimate === undefined) return [];
  const understands = excludesZero(gamma) && gamma.estimate > 0;
  const what = understands
    ? excludesZero(alpha) ? "Understanding and bias both change" : "The gain is of understanding"
    : excludesZero(alpha)
    ? "The gain is of bias, not of understanding"
    : "Whether the gain is of understanding cannot be told";
  return [
    `${what}: gamma changes by ${estimateText(gamma.estimate, gamma, 2)} logits${
      alpha === undefined ? "" : `, alpha by ${estimateText(alpha.estimate, alpha, 2)}`
    }`,
  ];
}

/** What else gets worse for certain: finding the picture of an affirmative sentence, or naming what a picture shows. */
function harmSentence({ recall_1, zero_shot }: FrontRow["changes"]): string[] {
  const harms =
    ([["affirmative recall at 1", recall_1], ["zero-shot accuracy", zero_shot]] as const)
      .flatMap(([name, change]) =>
        excludesZero(change) && change!.estimate! < 0
          ? [`${name} changes by ${estimateText(change!.estimate, change!, 2)}`]
          : []
      );
  return [
    harms.length === 0
      ? "No harm to affirmative sentences is certain"
      : `Harm: ${harms.join(", ")}`,
  ];
}

function nodesSentence({ set, over, over_low, over_high, as_good }: FrontRow, { draws }: How) {
  const [low = 0, high = 0] = [over_low, over_high];
  const said = low > 0 ? "gains more than" : high < 0 ? "gains less than" : "gains no more than";
  const text = estimateText(over, { low: over_low, high: over_high }, 2);
  return `On ${set}, scaling the circuit ${said} scaling random nodes: a difference of ${text}; ${as_good} of ${draws} draws gain as much`;
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
      "Change of accuracy (what is fitted, is fitted without a row's noun), and of recall at 1 of true affirmative sentences, for each edit at the strength of its largest gain, and for the mean over draws of each control that it has",
    panels: (rows) =>
      [...Map.groupBy(rows, ({ set, what }) => `${set}: ${what}`)]
        .map(([title, rows]) => ({ title, rows })),
    at: "name",
    value: { field: "value", low: "low", high: "high", title: ([row]) => row!.what },
    series: "kind",
    colors: {
      edit: OKABE_ITO.blue,
      ...drawn.some(({ kind }) => kind === "control") && { control: NO_CELL },
    },
  });
}
