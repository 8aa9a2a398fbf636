/** Where the parts are written, and how they report. */

import type { Pictures } from "../draw/pictures.ts";
import type { KnownDigests } from "../files/sha256.ts";
import type { OpeningOptions } from "../opening/choice/open_inputs.ts";
import type { RunSettings } from "../runs/run_experiment.ts";

/** How a folder of parts is made. */
export interface PartsSettings
  extends Pick<RunSettings, "say" | "bar">, Pick<OpeningOptions, "called" | "warn"> {
  /** The folder; each part has one of its own in it. */
  readonly out: string;
  /** A folder above it, below which nothing on the way to it may be a link. @default {the folder itself} */
  readonly within?: string;
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
}

export interface PartRuns extends PartsSettings {
  readonly seed: number;
  readonly pictures: Pictures;
  /** Checksums of the files, which are read once for all parts. */
  readonly digests: KnownDigests;
  /** Whether the folder holds parts of these results from before. */
  readonly isResumed: boolean;
}
