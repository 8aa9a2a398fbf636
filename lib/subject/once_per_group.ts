/** Rows that share runs: each sentence pair or image is run once, and every row takes its numbers from there. */

import type { Progress } from "./embeddings/embed.ts";
import type { KeptRows } from "./kept_rows.ts";

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
 * Runs every group once, gives each of its rows its numbers, and keeps a row as soon as it is finished.
 *
 * A row's numbers depend on no other row; a group with an unfinished row runs again as a whole.
 *
 * @param rows The rows.
 * @param how How they are grouped, run and scored.
 * @returns The numbers of its group's runs, for each row.
 */
export async function oncePerGroup<Row, Group>(
  rows: readonly Row[],
  { groupOf, idOf, sizeOf, run, score, kept, progress }: GroupedRuns<Row, Group>,
): Promise<(readonly number[])[]> {
  const rowsOfGroup = Map.groupBy(rows.keys(), (row) => groupOf(rows[row]!));
  const numbers = rows.map((row): readonly number[] | undefined => {
    const known = kept?.get(idOf(row));
    return known?.length === sizeOf(groupOf(row)) ? known : undefined;
  });
  const unfinished = [...rowsOfGroup.keys()].filter((group) =>
    rowsOfGroup.get(group)!.some((row) => numbers[row] === undefined)
  );
  const count = (groups: Iterable<Group>) =>
    [...groups].reduce((sum, group) => sum + sizeOf(group), 0);
  const total = count(rowsOfGroup.keys());
  let done = total - count(unfinished);
  const running = unfinished.map((group) => ({
    left: sizeOf(group),
    numbers: rowsOfGroup.get(group)!.map(() => new Array<number>(sizeOf(group))),
  }));
  const keepGroup = async (index: number) => {
    for (const [i, row] of rowsOfGroup.get(unfinished[index]!)!.entries()) {
      const own = running[index]!.numbers[i]!;
      numbers[row] = own;
      await kept?.keep(idOf(rows[row]!), own);
    }
  };
  for (const index of running.keys()) {
    if (running[index]!.left === 0) await keepGroup(index);
  }
  for await (const results of run(unfinished)) {
    for (const { index, place, embedding } of results) {
      const group = running[index]!;
      rowsOfGroup.get(unfinished[index]!)!.forEach((row, i) => {
        group.numbers[i]![place] = score(rows[row]!, embedding);
      });
      group.left -= 1;
      if (group.left === 0) await keepGroup(index);
    }
    progress?.(done += results.length, total);
  }
  return numbers.map((own) => own!);
}
