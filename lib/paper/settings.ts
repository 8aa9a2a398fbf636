/** Where the paper's results are written, and how they report. */

import type { Pictures } from "../draw/pictures.ts";
import type { KnownDigests } from "../files/sha256.ts";
import type { RunSettings } from "../runs/run_settings.ts";
import type { OpeningOptions } from "../opening/choice/open_inputs.ts";

/** How the paper's results are made. */
export interface PaperSettings
  extends Pick<RunSettings, "say" | "bar">, Pick<OpeningOptions, "called" | "warn"> {
  /** The folder; each part has one of its own in it. */
  readonly out: string;
  /** The seed of the draws for intervals and tests. @default {0} */
  readonly seed?: number;
  /** Pictures of the charts. @default {SVG for the screen} */
  readonly pictures?: Pictures;
  /** Whether to remove what earlier runs have written into the folder, and start over. @default {false} */
  readonly overwrite?: boolean;
  /**
   * The folder in which embeddings are kept for other runs; the user's own if `true`, none if `false` or `"none"`, and then each protocol
   * embeds all images.
   * @default {none}
   */
  readonly cache?: string | boolean | undefined;
  /** A folder or a downloaded model of CLIPSeg, which then measures the sizes of the subjects. @default {the sizes of the data} */
  readonly segmenter?: string | undefined;
  /**
   * Sentences with negation elsewhere, on which the heads are compared; none if `none`.
   * @default {the embedded ones for the embedded model, none for others and for shards}
   */
  readonly sentences?: string | undefined;
}

/** How the parts are run. */
export interface PartsSettings extends PaperSettings {
  readonly seed: number;
  readonly pictures: Pictures;
  /** The sizes of subjects, for the part that reads them. @default {those of the data} */
  readonly subjectSizes?: string | undefined;
  /** Checksums of the files, which are read once for all parts. */
  readonly digests: KnownDigests;
  /** Whether the folder holds parts of these results from before. */
  readonly isResumed: boolean;
}
