/** The tables of the task `edit`. */

import { ClusterBootstrap } from "../stats/intervals/bootstrap.ts";
import type { Estimate } from "../stats/intervals/estimate.ts";
import { pairedShareDifference } from "../stats/intervals/paired_share.ts";
import { mcnemar } from "../stats/mcnemar.ts";
import { mean } from "../stats/quantile.ts";
import { N, numberOrNone } from "../study/columns.ts";
import { estimate } from "../study/effects/estimate_columns.ts";
import {
  count,
  fillTable,
  key,
  number,
  optional,
  type RowOf,
  table,
  text,
} from "../tables/schema.ts";
import type { TrialControl } from "./controls.ts";
import { cosinesWith, type Measured } from "./measure.ts";
import type { TrialSet } from "./rows.ts";

const KEYS = {
  edit: key(text("The edit's name.")),
  strength: key(number("", "Its strength: 0 changes nothing.")),
  control: key(text<TrialControl>(
    "`none` is the edit itself; otherwise the mean over draws of the same edit with a random direction, random nodes of the same kinds and number, or fitted on shuffled labels.",
  )),
  set: key(text("The rows: the data's name, or that of a benchmark's file.")),
};

const GAIN = estimate(
  "gain",
  "",
  "share",
  "Accuracy minus that of the unedited model on the same rows. Each row is tested with an edit that was fitted on rows of other nouns.",
);

export const TRIALS = table(
  "trials",
  "One row for each edit, strength, control and group of rows.",
  {
    ...KEYS,
    group: key(text("`all`, or the rows of a negated side, frame, negator or template.")),
    n: N,
    accuracy: number("share", "Share of rows whose right option has the largest score."),
    ...GAIN.columns,
    p: numberOrNone("", "McNemar's mid-p-value by clusters; of an edit itself only."),
  },
);

const CHANGE = estimate("change", "", "", "After minus before.");

export const HARM = table("harm", "What an edit does to affirmative sentences.", {
  ...KEYS,
  measure: key(text(
    "`recall_1`: share of true affirmative sentences whose picture is first among all; `zero_shot`: share of their pictures whose noun's prompt is first among those of all nouns; `cosine`: of the sentences' embeddings with those before.",
  )),
  n: N,
  before: number("", "Mean without the edit."),
  after: number("", "Mean with it."),
  ...CHANGE.columns,
});

const FRONT_GAIN = estimate("gain", "", "share", "As in trials.csv, on all rows of the set.");
const OVER = estimate(
  "over",
  "over_",
  "share",
  "Accuracy minus that of the control that gains most at the same strength; of an edit itself only.",
);
const RECALL = estimate(
  "recall_change",
  "recall_",
  "share",
  "The change of `recall_1` in harm.csv.",
);
const ZERO_SHOT = estimate("zero_shot_change", "zero_shot_", "share", "That of `zero_shot`.");

export const FRONT = table(
  "front",
  "Gain against harm, one row for each edit, strength, control and set.",
  {
    ...KEYS,
    ...FRONT_GAIN.columns,
    ...RECALL.columns,
    ...ZERO_SHOT.columns,
    cosine: optional(
      number("", "Mean cosine of affirmative sentences' embeddings with those before."),
    ),
    ...OVER.columns,
    beyond: optional(text("The control that it is compared with.")),
    as_good: optional(count(
      "Draws of that control that gain at least as much as the edit. The intervals are those of other rows, not of other draws, for which this number stands.",
      "draws",
    )),
  },
);

export type TrialsRow = RowOf<typeof TRIALS>;
export type HarmRow = RowOf<typeof HARM>;
export type FrontRow = RowOf<typeof FRONT>;

/** An edit or one of its controls, measured on all sets, once for each draw. */
export interface MeasuredTrial {
  readonly edit: string;
  readonly strength: number;
  readonly control: TrialControl;
  readonly draws: readonly (readonly Measured[])[];
}

interface TableOptions {
  readonly sets: readonly TrialSet[];
  readonly before: readonly Measured[];
  readonly seed: number;
}

export function trialTables(trials: readonly MeasuredTrial[], options: TableOptions) {
  const front: FrontRow[] = [];
  const harm: HarmRow[] = [];
  const rows: TrialsRow[] = [];
  for (const [place, set] of options.sets.entries()) {
    for (const trial of trials) {
      const keys = {
        edit: trial.edit,
        strength: trial.strength,
        control: trial.control,
        set: set.name,
      };
      const groups = trialRows(trial, { ...options, place }).map((row) => ({ ...keys, ...row }));
      const harmed = harmRows(trial, { ...options, place }).map((row) => ({ ...keys, ...row }));
      rows.push(...groups);
      harm.push(...harmed);
      const rivals = trials.filter(({ edit, strength, control }) =>
        edit === trial.edit && strength === trial.strength && control !== "none"
      );
      front.push(frontRow(trial, { ...options, place, rivals, groups, harmed }));
    }
  }
  return {
    trials: fillTable(TRIALS, rows),
    harm: fillTable(HARM, harm),
    front: fillTable(FRONT, front),
  };
}

type Placed = TableOptions & { readonly place: number };

function trialRows({ draws, control }: MeasuredTrial, { sets, before, seed, place }: Placed) {
  const { rows } = sets[place]!;
  const old = before[place]!.right;
  const shares = meanOfDraws(draws.map((sets) => sets[place]!.right));
  const members = new Map<string, number[]>([["all", [...rows.keys()]]]);
  for (const [i, { groups }] of rows.entries()) {
    for (const group of groups) members.set(group, [...members.get(group) ?? [], i]);
  }
  return [...members].map(([group, places]) => {
    const clusters = places.map((i) => rows[i]!.cluster);
    const [first, second] = [places.map((i) => old[i]!), places.map((i) => shares[i]! === 1)];
    const isEdit = control === "none";
    const gain = isEdit
      ? pairedShareDifference(first, second, { clusters })
      : meanWithin(places.map((i) => shares[i]! - Number(old[i])), { clusters, seed });
    return {
      group,
      n: places.length,
      accuracy: mean(places.map((i) => shares[i]!))!,
      ...GAIN.cells(gain),
      p: isEdit ? mcnemar(first, second, clusters).pValue : undefined,
    };
  });
}

function harmRows({ draws }: MeasuredTrial, { sets, before, seed, place }: Placed) {
  const told = sets[place]!.rows.filter(({ affirmative }) => affirmative !== undefined);
  if (told.length === 0) return [];
  const clusters = told.map(({ cluster }) => cluster);
  const old = before[place]!;
  const measures = {
    recall_1: [old.recall.map(Number), draws.map((sets) => sets[place]!.recall)],
    zero_shot: [old.zeroShot.map(Number), draws.map((sets) => sets[place]!.zeroShot)],
    cosine: [old.recall.map(() => 1), draws.map((sets) => cosinesWith(sets[place]!, old))],
  } as const;
  return Object.entries(measures).map(([measure, [first, all]]) => {
    const second = meanOfDraws(all);
    const change = meanWithin(second.map((x, i) => x - first[i]!), { clusters, seed });
    return {
      measure,
      n: told.length,
      before: mean(first)!,
      after: mean(second)!,
      ...CHANGE.cells(change),
    };
  });
}

function frontRow(
  { edit, strength, control, draws }: MeasuredTrial,
  { sets, seed, place, rivals, groups, harmed }: Placed & {
    readonly rivals: readonly MeasuredTrial[];
    readonly groups: readonly Omit<TrialsRow, keyof typeof KEYS>[];
    readonly harmed: readonly HarmRow[];
  },
): FrontRow {
  const { name, rows } = sets[place]!;
  const changeOf = (measure: string): Estimate => {
    const { change: estimate, low, high } = harmed.find((row) => row.measure === measure) ?? {};
    return { estimate, low, high };
  };
  const [{ gain: estimate, low, high }] = groups as [TrialsRow];
  const ofRows = (trial: Pick<MeasuredTrial, "draws">) =>
    meanOfDraws(trial.draws.map((sets) => sets[place]!.right));
  const [best] = rivals.toSorted((a, b) => mean(ofRows(b))! - mean(ofRows(a))!);
  const own = ofRows({ draws });
  const isCompared = control === "none" && best !== undefined;
  const over = isCompared
    ? meanWithin(ofRows(best).map((x, i) => own[i]! - x), {
      clusters: rows.map(({ cluster }) => cluster),
      seed,
    })
    : { estimate: undefined, low: undefined, high: undefined };
  return {
    ...{ edit, strength, control, set: name },
    ...FRONT_GAIN.cells({ estimate, low, high }),
    ...RECALL.cells(changeOf("recall_1")),
    ...ZERO_SHOT.cells(changeOf("zero_shot")),
    cosine: harmed.find(({ measure }) => measure === "cosine")?.after,
    ...OVER.cells(over),
    beyond: isCompared ? best.control : undefined,
    as_good: isCompared
      ? best.draws.filter((draw) => mean(draw[place]!.right.map(Number))! >= mean(own)!).length
      : undefined,
  };
}

function meanOfDraws(draws: readonly (readonly (boolean | number)[])[]): number[] {
  return draws[0]!.map((_, i) => mean(draws.map((draw) => Number(draw[i]!)))!);
}

function meanWithin(
  values: readonly number[],
  { clusters, seed }: { readonly clusters: readonly string[]; readonly seed: number },
): Estimate {
  using bootstrap = new ClusterBootstrap(clusters, { seed });
  return bootstrap.mean(values);
}
