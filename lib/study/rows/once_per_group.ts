/** Rows that share runs: each sentence pair or image is run once, and every row takes its numbers from there. */

import { sumOf } from "../../stats/columns.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { Embeddings, Progress } from "../embeddings.ts";
import type { AlignedPair } from "./prepare.ts";
import type { ScoredPair } from "./score_rows.ts";

/** The result of one run of a group. */
export interface GroupResult {
  /** The group's index in the list that was run. */
  readonly index: number;
  /** The run's index among those of its group. */
  readonly place: number;
  /** The embedding that the run ends in. */
  readonly embedding: Float32Array;
}

/** How rows are grouped, run and scored. */
export interface GroupedRuns<Row, Group> {
  /** What a row shares with others: its sentence pair, or the name of its image. */
  readonly groupOf: (row: Row) => Group;
  /** The row's id, by which its numbers are kept. */
  readonly idOf: (row: Row) => string;
  /** How many runs a group has. */
  readonly sizeOf: (group: Group) => number;
  /** Runs groups, in any order and in batches of any size. */
  readonly run: (groups: readonly Group[]) => AsyncIterable<readonly GroupResult[]>;
  /** A row's number for a run's embedding. */
  readonly score: (row: Row, embedding: Float32Array) => number;
  /** Known numbers, and where new ones are kept. */
  readonly kept?: KeptRows | undefined;
  /** Called with the number of runs done. */
  readonly progress?: Progress | undefined;
}

/**
 * Runs every group once, gives each of its rows its numbers, which depend on no other row, and keeps a row as soon as it is finished. A group
 * with an unfinished row runs again as a whole.
 *
 * @returns The numbers of its group's runs, for each row.
 */
export async function oncePerGroup<Row, Group>(
  rows: readonly Row[],
  { groupOf, idOf, sizeOf, run, score, kept, progress }: GroupedRuns<Row, Group>,
): Promise<(readonly number[])[]> {
  const rowsOfGroup = new Map<Group, number[]>(); // by hand: Map.groupBy() reserves memory for a dozen rows of each group
  rows.forEach((row, i) => {
    const own = rowsOfGroup.get(groupOf(row));
    if (own === undefined) rowsOfGroup.set(groupOf(row), [i]);
    else own.push(i);
  });
  const numbers = rows.map((row): readonly number[] | undefined => {
    const known = kept?.get(idOf(row));
    return known?.length === sizeOf(groupOf(row)) ? known : undefined;
  });
  const unfinished = [...rowsOfGroup.keys()].filter((group) =>
    rowsOfGroup.get(group)!.some((row) => numbers[row] === undefined)
  );
  const count = (groups: Iterable<Group>) => sumOf([...groups].map(sizeOf));
  const total = count(rowsOfGroup.keys());
  let done = total - count(unfinished);
  const keepGroup = async (group: Group, own: readonly (readonly number[])[]) => {
    for (const [i, row] of rowsOfGroup.get(group)!.entries()) {
      numbers[row] = own[i]!;
      await kept?.keep(idOf(rows[row]!), own[i]!);
    }
  };
  for (const group of unfinished) {
    if (sizeOf(group) === 0) await keepGroup(group, rowsOfGroup.get(group)!.map(() => []));
  }
  const running = new Map<number, { left: number; readonly numbers: number[][] }>(); // groups of which a run is done
  const begin = (index: number) => {
    const size = sizeOf(unfinished[index]!);
    const members = rowsOfGroup.get(unfinished[index]!)!;
    return { left: size, numbers: members.map(() => new Array<number>(size)) };
  };
  for await (const results of run(unfinished)) {
    for (const { index, place, embedding } of results) {
      const own = running.getOrInsertComputed(index, begin);
      rowsOfGroup.get(unfinished[index]!)!.forEach((row, i) => {
        own.numbers[i]![place] = score(rows[row]!, embedding);
      });
      own.left -= 1;
      if (own.left > 0) continue;
      running.delete(index);
      await keepGroup(unfinished[index]!, own.numbers);
    }
    progress?.(done += results.length, total);
  }
  return numbers.map((own) => own!);
}

/** Some things in their order, so many at a time: the values at all positions of 32 sentence pairs take 45 MB in ViT-B/32 size. */
export function* batchesOf<Item>(items: readonly Item[], size = 32) {
  for (let first = 0; first < items.length; first += size) yield items.slice(first, first + size);
}

/** Runs a few groups at a time, and gives all results of a group together, so that an interrupted run loses no more than these. */
export async function* inParts<Group>(
  groups: readonly Group[],
  size: number,
  run: (part: readonly Group[]) => AsyncIterable<readonly GroupResult[]>,
): AsyncGenerator<GroupResult[]> {
  for (let first = 0; first < groups.length; first += size) {
    const part = groups.slice(first, first + size);
    const ofGroups = part.map((): GroupResult[] => []);
    for await (const results of run(part)) {
      for (const result of results) {
        ofGroups[result.index]!.push({ ...result, index: first + result.index });
      }
    }
    yield* ofGroups;
  }
}

/** The results of runs that come after so many others of the same group. */
export async function* placedFrom(
  first: number,
  runs: AsyncIterable<readonly GroupResult[]>,
): AsyncGenerator<GroupResult[]> {
  for await (const results of runs) {
    yield results.map((result) => ({ ...result, place: first + result.place }));
  }
}

/** How sentence pairs are run, and what scores the rows that share them. */
export interface PairedRuns
  extends Pick<GroupedRuns<unknown, AlignedPair>, "sizeOf" | "run" | "kept" | "progress"> {
  readonly text: TextTower;
  readonly images: Embeddings;
}

/** Runs every sentence pair once, and gives each of its rows S of its image with the embedding of each run. */
export function oncePerPair(
  rows: readonly ScoredPair[],
  { text: { family: { similarity } }, images, ...how }: PairedRuns,
): Promise<(readonly number[])[]> {
  return oncePerGroup(rows, {
    groupOf: ({ aligned }) => aligned,
    idOf: ({ scores }) => scores.id,
    score: ({ scores }, embedding) => similarity.score(embedding, images.get(scores.image)!),
    ...how,
  });
}

/** The finished rows of one phase of a run, numbers by key. Only numbers that need the model are kept; they depend on no other row. */
export interface KeptRows {
  /** How many are finished. */
  readonly size: number;
  /** The numbers of a row that an earlier, interrupted run has finished. */
  get(key: string): readonly number[] | undefined;
  /** Keeps a row that has just been finished. */
  keep(key: string, values: ArrayLike<number>): Promise<void>;
}
