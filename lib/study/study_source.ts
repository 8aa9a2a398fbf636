/** What a study takes from around it. */

import type { ChangedWeight } from "../engine/weights/changed_weights.ts";
import type { ClipModel } from "../model/clip_model.ts";
import type { Files } from "../reading/files.ts";
import type { FileDigest, TakenTower } from "../reading/path.ts";
import type { Checksums, StudyInputs } from "./choice/inputs.ts";
import type { KnownOptions } from "./embeddings/study_embeddings.ts";

export interface OtherWeights {
  readonly randomWeights?: number | undefined;
  readonly changedWeights?: readonly ChangedWeight[] | undefined;
}

/** Another model for the rows of a study. */
export interface OtherStudy {
  readonly inputs: StudyInputs;
  readonly source: StudySource;
  /** The checksums of the model's files. */
  readonly files: readonly FileDigest[];
  /** Whether its image tower has the same files. */
  readonly hasSameImages: boolean;
}

/** How a study's model is loaded, and what is known of its files. */
export interface StudySource extends Omit<KnownOptions, "checksums"> {
  /** Loads one tower of the model, with the weights that were chosen for it or with others. */
  readonly load: (tower: "text" | "image", weights?: OtherWeights) => Promise<ClipModel>;
  /** Finds another model for the same rows, by what a user would name as model. @default {there is none} */
  readonly other?: (model: string) => Promise<OtherStudy>;
  /** Says where the towers in use are taken from. */
  readonly takenOf?: (clip: ClipModel) => Promise<readonly TakenTower[]>;
  /** Checksums of the files of the model and the rows, and of the images by name. @default {not known} */
  readonly checksums?: Pick<Checksums, "sources" | "images"> | undefined;
  /** The seed for intervals and tests. @default {0} */
  readonly seed?: number | undefined;
  /** Reads the files that options of experiments name. @default {none can be read} */
  readonly files?: Files | undefined;
  /** Called with messages for the user. @default {none} */
  readonly say?: ((line: string) => void) | undefined;
}
