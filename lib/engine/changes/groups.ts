/** Which groups of sentences run together: those that begin alike, in parts of nearly equal work. */

import type { NumberedGroup } from "../plan/group_numbers.ts";
import type { ChangedRun, Intervention } from "../../hooks/interventions.ts";
import type { PlannedRun } from "../plan/planned_runs.ts";
import type { Tower } from "../run/tower.ts";
import { ActivationCache } from "../../hooks/cache.ts";
import { asRun } from "../../hooks/apply.ts";

const MOST_VALUES = 2 ** 24; // most values of a part that are in memory all at once: 64 MB

/** Activations of an unchanged run that are kept in each block: the residual stream twice, queries, keys, values, heads' outputs. */
const KEPT = 6;

/** Divides groups so that every stream has equally many parts of nearly equal size; groups that begin alike are neighbours. */
export function dividedGroups(
  groups: readonly PlannedGroup[],
  { layers, width }: { readonly layers: number; readonly width: number },
  streams: number,
): number[][] {
  const keys = groups.map(({ sentences }) =>
    Object.values(sentences).map(({ ids }) => ids.join()).join(" ")
  );
  const order = [...groups.keys()].filter((index) => groups[index]!.runs.length > 0)
    .sort((a, b) => keys[a]! < keys[b]! ? -1 : keys[a]! > keys[b]! ? 1 : a - b);
  let [kept, ends] = [0, 0];
  const sizes = order.map((index, i) => {
    const own = groups[index]!;
    const shared = i === 0 ? 0 : alikeUpTo(own, groups[order[i - 1]!]!);
    for (const { ids } of Object.values(own.sentences)) kept += Math.max(0, ids.length - shared);
    ends += own.runs.length;
    return rowsOf(own, layers) - rowsOf(own, layers, shared);
  });
  const values = Math.max(kept * layers * KEPT * width, ends * width);
  const count = Math.ceil(values / MOST_VALUES) * streams;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const parts = Array.from({ length: count }, (): number[] => []);
  let before = 0;
  order.forEach((index, i) => {
    const middle = (before + sizes[i]! / 2) / (total || 1);
    parts[Math.min(Math.floor(middle * count), count - 1)]!.push(index);
    before += sizes[i]!;
  });
  return parts.filter(({ length }) => length > 0);
}

/** The rows that the sentences and runs of a group compute, each in one block, up to a number of positions, if nothing is shared. */
export function rowsOf(
  { sentences, runs }: PlannedGroup,
  layers: number,
  length = Infinity,
): number {
  const lengths = new Map(
    Object.entries(sentences).map(([name, { ids }]) => [name, Math.min(ids.length, length)]),
  );
  let rows = 0;
  for (const own of lengths.values()) rows += layers * own;
  for (const { of, begin, first } of runs) {
    rows += (layers - begin) * Math.max(0, lengths.get(of)! - first);
  }
  return rows;
}

/** The number of positions up to which the sentences of two groups are equal. */
function alikeUpTo({ sentences: a }: PlannedGroup, { sentences: b }: PlannedGroup): number {
  let alike = Infinity;
  for (const [name, { ids }] of Object.entries(a)) {
    const others = b[name]?.ids ?? [];
    const first = ids.findIndex((id, i) => id !== others[i]);
    alike = Math.min(alike, first === -1 ? ids.length : first);
  }
  return alike;
}

/** Brings groups together: sentences with the same tokens have one number. */
export function together(groups: readonly PlannedGroup[]): NumberedGroup {
  const ids: (readonly number[])[] = [];
  const numbers = new Map<string, number>();
  const numberOf = (own: readonly number[]) => {
    const key = own.join();
    const known = numbers.get(key) ?? ids.push(own) - 1;
    numbers.set(key, known);
    return known;
  };
  const members = groups.map(({ sentences, runs }) => {
    const entries = Object.entries(sentences).map(([name, { ids }]) => [name, numberOf(ids)]);
    return { sentences: Object.fromEntries(entries), runs };
  });
  return { ids, members };
}

export interface RunSentence {
  readonly ids: readonly number[]; // token ids, start and end included
  readonly pooled: number; // position of the token that becomes the embedding
}

/** Sentences that belong together, such as a pair, and what is run of them. */
export interface RunGroup {
  readonly sentences: Readonly<Record<string, RunSentence>>;
  /** The runs; groups that are alike should share the list, which is then planned once. */
  readonly runs: readonly ChangedRun[];
}

export interface ChangedResult {
  readonly index: number;
  readonly place: number; // its place among the runs of its group
  readonly embedding: Float32Array; // unit length, [projection]
  /** The name of the sentence whose unchanged run it must be equal to, whatever the weights are; absent where that is not known. */
  readonly equals?: string;
}

export interface ChangeableTower {
  readonly tower: Tower;
  /** Its model's family: its name, and whether a position attends only to itself and earlier ones. */
  readonly family: { readonly name: string; readonly causal: boolean };
  encode(sentence: string): readonly number[]; // token ids of a sentence, start and end included
}

export interface PlannedGroup extends Pick<RunGroup, "sentences"> {
  readonly runs: readonly PlannedRun[];
}

/** What is changed in every run of each sentence, by its name. */
export type SentenceChanges = Readonly<Record<string, readonly Intervention[]>>;

/** A run with the changes of its sentence before its own; so has a run whose values it takes. Plan them once for all runs that share them. */
export function changedRuns(changes: SentenceChanges): (run: ChangedRun) => ChangedRun {
  const made = new Map<ChangedRun | string, ChangedRun>();
  const change = (given: ChangedRun | string): ChangedRun => {
    const known = made.get(given);
    if (known !== undefined) return known;
    const { of, changes: own = [] } = asRun(given);
    const all = [...changes[of] ?? [], ...own.map(taking)];
    const run = all.length === 0 ? { of } : { of, changes: all };
    made.set(given, run);
    return run;
  };
  const taking = (own: Intervention): Intervention =>
    own.kind === "patch" && !(own.from instanceof ActivationCache)
      ? { ...own, from: change(own.from) }
      : own;
  return change;
}

export type ChangedGroup = (group: RunGroup) => RunGroup;

/** Makes a function that puts the runs of a group into a changed model. */
export function changedGroups(
  sentences: RunGroup["sentences"],
  changes: SentenceChanges,
): ChangedGroup {
  const change = changedRuns(changes);
  return (group) => {
    const nameOf = (name: string) =>
      Object.keys(sentences).find((known) => sentences[known] === group.sentences[name]) ?? name;
    return {
      sentences: { ...group.sentences, ...sentences },
      runs: group.runs.map((run) => change({ ...run, of: nameOf(run.of) })),
    };
  };
}
