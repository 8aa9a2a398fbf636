/** A circuit that is chosen on some of the rows, so that the others can score it. */

import type { TextTower } from "../../../model/text/text_tower.ts";
import type { ScoredPair } from "../../../study/rows/score_rows.ts";
import { findCircuit, type FindOptions, type FoundCircuit } from "./find.ts";
import { rankNodes, type RankOptions } from "./rank.ts";
import type { SetRuns } from "./run_sets.ts";

/** What a circuit is chosen from: all rows with what has been run on them. */
export interface ChosenPart extends RankOptions, Omit<FindOptions, "keptOf"> {
  readonly text: TextTower;
  readonly rows: readonly ScoredPair[];
  readonly runs: SetRuns;
}

export interface PartRows {
  /** Their places among all rows. */
  readonly places: readonly number[];
  readonly runs: SetRuns;
  /** The most sentence pairs of the greedy ranking. */
  readonly greedyPairs: number;
  /** The beginning of the names under which scores are kept. */
  readonly kept: string;
}

/** Ranks the nodes on some rows and finds a circuit there, as on all of them. */
export async function chosenOn(
  { text, rows, single, names, greedy, runs: _, ...find }: ChosenPart,
  { places, runs, greedyPairs, kept }: PartRows,
): Promise<FoundCircuit | undefined> {
  const keptOf = (part: string) => greedy.keptOf(`${kept} ${part}`);
  const rankings = await rankNodes(text, places.map((row) => rows[row]!), {
    names,
    single: places.map((row) => single[row]!),
    greedy: { ...greedy, pairs: greedyPairs, keptOf },
  });
  return await findCircuit(runs, rankings, { ...find, keptOf });
}
