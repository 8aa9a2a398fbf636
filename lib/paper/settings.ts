/** Where the paper's results are written, and what is added to them. */

import type { PartsSettings } from "../parts/settings.ts";

/** How the paper's results are made. */
export interface PaperSettings extends PartsSettings {
  /** A folder or a downloaded model of CLIPSeg, which then measures the sizes of the subjects. @default {the sizes of the data} */
  readonly segmenter?: string | undefined;
  /**
   * Sentences with negation elsewhere, on which the heads are compared; none if `none`.
   * @default {the embedded ones for the embedded model, none for others and for shards}
   */
  readonly sentences?: string | undefined;
  /** Whether to make the atlas of the model as well, in the folder `atlas`; one that is there stays. @default {false} */
  readonly atlas?: boolean;
}
