/** The rows of a study with their sentences aligned. */

import type { Pair } from "../../data/pairs.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { inTurns, type Steps } from "../../stats/steps.ts";
import type { StudyInputs } from "../choice/inputs.ts";
import type { Study } from "../study.ts";
import { type PreparedPairs, prepareSteps } from "./prepare.ts";
import type { AlignedRow } from "./study_rows.ts";

/** The steps of aligning the rows of a study. */
export function alignmentSteps(
  text: TextTower,
  { pairs, protocol, dataPath: source }: StudyInputs,
): Steps<PreparedPairs> {
  return prepareSteps(text, pairs, { protocol, source });
}

/** Gives each row its sentences. */
export function rowsWith(
  { distinct, indexOfRow }: PreparedPairs,
  pairs: readonly Pair[],
): readonly AlignedRow[] {
  return pairs.map((pair, row) => ({ pair, aligned: distinct[indexOfRow[row]!]! }));
}

/**
 * The rows of all shards with their sentences, for what is fitted to all rows before each shard measures its own.
 *
 * @param study The model and the rows.
 * @throws {NegscopeError} If a row of another shard cannot be aligned.
 */
export async function drawnRows(
  { inputs, pairs, rows, text }: Study,
): Promise<readonly AlignedRow[]> {
  const { drawn } = inputs;
  if (drawn.length === pairs.length) return rows; // there are no shards
  return rowsWith(await inTurns(alignmentSteps(text, { ...inputs, pairs: drawn })), drawn);
}
