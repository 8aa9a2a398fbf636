/** A study like another, but for its rows or the weights of a tower. */

import type { Pair } from "../../data/pairs.ts";
import type { ChangedWeight } from "../../engine/weights/changed_weights.ts";
import { inTurns } from "../../stats/steps.ts";
import type { StudyInputs } from "../choice/inputs.ts";
import type { Embeddings } from "../embeddings.ts";
import { prepareSteps } from "../rows/prepare.ts";
import type { Segment } from "../rows/score_rows.ts";
import type { StudySource, StudyTowers } from "../study_source.ts";

/** How a study differs from another. */
export interface Variant {
  /** Its rows. */
  readonly pairs: readonly Pair[];
  /** The rows of all shards together. */
  readonly drawn: readonly Pair[];
  /** The tower with random weights, and the seed that decides them. @default {both towers have the model's} */
  readonly random?: { readonly tower: "text" | "image"; readonly seed: number };
  /** Other numbers for some weights of the text tower. @default {none} */
  readonly changed?: readonly ChangedWeight[];
  /** The segment that each row counts in, by its id. @default {that of its d} */
  readonly segments?: ReadonlyMap<string, Segment>;
}

interface Base {
  readonly inputs: StudyInputs;
  readonly source: StudySource;
  readonly towers: StudyTowers;
  readonly images: (() => Promise<Embeddings>) | undefined;
}

/** What a variant's study is made from; disposing it frees random weights. */
export async function variantOf(
  { inputs, source, towers, images }: Base,
  { pairs, drawn, random, changed, segments }: Variant,
) {
  const held = new AsyncDisposableStack();
  const load = async (tower: "text" | "image") => {
    const isRandom = random?.tower === tower;
    if (!isRandom && !(changed && tower === "text")) return undefined;
    const clip = await source.load(tower, {
      ...isRandom && { randomWeights: random.seed },
      ...changed && tower === "text" && { changedWeights: changed },
    });
    held.defer(() => clip.release());
    return clip;
  };
  const ofRows = { ...inputs, pairs, drawn };
  try {
    const clip = await load("text") ?? towers.clip;
    const own: StudySource = {
      ...source,
      load: async () => await load("image") ?? await towers.imageClip(),
      openCache: changed ? undefined : source.openCache &&
        ((tower, size) =>
          source.openCache!(tower, size, tower === random?.tower ? random.seed : undefined)),
    };
    return {
      inputs: ofRows,
      source: own,
      clip,
      prepared: inputs.aligned ? await inTurns(prepareSteps(clip.text, ofRows)) : undefined,
      taken: [],
      known: { images: random?.tower === "image" ? undefined : await images?.(), segments },
      [Symbol.asyncDispose]: () => held.disposeAsync(),
    };
  } catch (error) {
    await held.disposeAsync();
    throw error;
  }
}
