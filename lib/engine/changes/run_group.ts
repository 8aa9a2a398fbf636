/** Runs of sentences that belong together, as users and experiments ask for them. */

import type { ChangedRun } from "../../hooks/interventions.ts";
import type { PlannedRun } from "../plan/changes.ts";
import type { Tower } from "../tower.ts";

export interface RunSentence {
  /** Token ids, start and end included. */
  readonly ids: readonly number[];
  /** The position of the token that becomes the embedding. */
  readonly pooled: number;
}

/** Sentences that belong together, such as a pair, and what is run of them. */
export interface RunGroup {
  readonly sentences: Readonly<Record<string, RunSentence>>;
  /** The runs; groups that are alike should share the list, which is then planned once. */
  readonly runs: readonly ChangedRun[];
}

export interface ChangedResult {
  readonly index: number;
  /** Its place among the runs of its group. */
  readonly place: number;
  /** Unit length, [projection]. */
  readonly embedding: Float32Array;
  /** The name of the sentence whose unchanged run it must be equal to, whatever the weights are; absent where that is not known. */
  readonly equals?: string;
}

export interface ChangeableTower {
  readonly tower: Tower;
  /** Its model's family: its name, and whether a position attends only to itself and earlier ones. */
  readonly family: { readonly name: string; readonly causal: boolean };
  /** Token ids of a sentence, start and end included. */
  encode(sentence: string): readonly number[];
}

export interface PlannedGroup extends Pick<RunGroup, "sentences"> {
  readonly runs: readonly PlannedRun[];
}
