/** What the task download gives to the part that fetches its target. */

import type { FlagValues } from "../../lib/cli/flags.ts";
import type { DownloadOptions } from "../../lib/hub/attempts.ts";
import type { Progress } from "../../lib/show/progress.ts";

/** Where valse, visual7w and cannot go without `--out`. */
export const FOLDER = "results/download";

/** A download in progress. */
export interface Task {
  readonly values: FlagValues;
  readonly options: DownloadOptions;
  /** Draws a bar until the download ends. */
  readonly bar: (label: string, total: number, unit: "rows" | "bytes") => Progress;
  /** Prints a line, unless `--quiet` is set. */
  readonly say: (line: string) => void;
}
