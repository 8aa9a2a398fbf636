/** A model's name in summaries and titles. */

import { basename } from "node:path";
import { plantedName } from "../data/planted.ts";
import { snapshotName } from "../../hub/cache.ts";
import type { StudyChoice } from "../../study/choice/study_options.ts";

/**
 * A model's name in a summary. Returns the Hub's name, that of a planted model, or the folder's own; with the file of weights that is laid
 * over it, and the seed of random weights.
 */
export function nameOf(
  folder: string,
  { weights, randomWeights: seed }: Pick<StudyChoice, "weights" | "randomWeights"> = {},
): string {
  const over = weights === undefined ? [] : [`with ${basename(weights)}`];
  const random = seed === undefined ? [] : [`with random weights (seed ${seed})`];
  const added = [...over, ...random];
  return added.length === 0 ? folderName(folder) : `${folderName(folder)} ${added.join(", ")}`;
}

function folderName(folder: string): string {
  const known = plantedName(folder) ?? snapshotName(folder);
  if (known !== undefined) return known;
  const [name, parent] = folder.split(/[/\\]/).filter((part) => part !== "").toReversed();
  return name === "model" && parent !== undefined ? parent : name ?? folder;
}
