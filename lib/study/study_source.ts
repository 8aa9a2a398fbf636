/** What a study takes from around it, and a study like another but for its rows or the weights of a tower. */

import type { ChangedWeight } from "../engine/weights/changed_weights.ts";
import type { ClipModel } from "../model/clip_model.ts";
import type { Files } from "../reading/files.ts";
import type { TakenTower } from "../reading/path.ts";
import type { Checksums, StudyInputs } from "./choice/inputs.ts";
import type { Embeddings, KnownOptions } from "./embeddings.ts";
import type { OtherModel } from "./study.ts";
import { towerReleased } from "../engine/run/tower.ts";
import type { ImageTower } from "../model/image/image_tower.ts";
import type { Pair } from "../data/pairs.ts";
import { inTurns } from "../stats/steps.ts";
import { prepareSteps } from "./rows/prepare.ts";
import type { Segment } from "./rows/score_rows.ts";

export interface StudySource extends Omit<KnownOptions, "checksums"> {
  /** Loads one tower of the model, with the weights that were chosen for it or with others. */
  readonly load: (tower: "text" | "image", weights?: {
    readonly randomWeights?: number | undefined;
    readonly changedWeights?: readonly ChangedWeight[] | undefined;
  }) => Promise<ClipModel>;
  /** Finds another model for the same rows, by what a user would name as model. @default {there is none} */
  readonly other?: (model: string) => Promise<
    Omit<OtherModel, "study"> & { readonly inputs: StudyInputs; readonly source: StudySource }
  >;
  /** Says where the towers in use are taken from. */
  readonly takenOf?: (clip: ClipModel) => Promise<readonly TakenTower[]>;
  /** Checksums of the files of the model and the rows, and of the images by name. @default {not known} */
  readonly checksums?: Pick<Checksums, "sources" | "images"> | undefined;
  readonly seed?: number | undefined;
  /** Reads the files that options of experiments name. @default {none can be read} */
  readonly files?: Files | undefined;
  readonly say?: ((line: string) => void) | undefined;
}

/** A promise that is made once; a failure is not kept, since a later attempt may succeed. */
export class Once<Value> {
  #made: Promise<Value> | undefined;

  get(make: () => Promise<Value>): Promise<Value> {
    if (this.#made !== undefined) return this.#made;
    const made = make();
    this.#made = made;
    made.catch(() => {
      if (this.#made === made) this.#made = undefined; // a newer promise stays
    });
    return made;
  }

  /** The value if it was made or is being made; the next {@linkcode get} makes another. */
  take(): Promise<Value> | undefined {
    const made = this.#made;
    this.#made = undefined;
    return made;
  }
}

/** Passes on each message once, since the parts on the same files have the same. */
export function saidOnce(
  say: (line: string) => void = () => {},
  said: Set<string> = new Set(),
): (line: string) => void {
  return (line) => {
    if (!said.has(line)) say(line);
    said.add(line);
  };
}

export class StudyTowers implements AsyncDisposable {
  readonly clip: ClipModel;
  readonly #load: () => Promise<ClipModel>;
  readonly #image = new Once<ClipModel>();
  #released = false;

  constructor(clip: ClipModel, load: () => Promise<ClipModel>) {
    this.clip = clip;
    this.#load = load;
  }

  async image(): Promise<ImageTower> {
    return (await this.imageClip()).image;
  }

  async imageClip(): Promise<ClipModel> {
    this.checkHeld("image");
    return await this.#image.get(this.#load);
  }

  async releaseImage(): Promise<void> {
    await this.#image.take()?.then((clip) => clip.release(), () => undefined); // image() reports a failure to load
  }

  checkHeld(tower: "text" | "image"): void {
    if (this.#released) throw towerReleased(tower);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#released = true;
    await this.clip.release();
    await this.releaseImage();
  }
}

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
