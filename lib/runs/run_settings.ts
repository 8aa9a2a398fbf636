/** What a run works on, where it writes, and how it reports. */

import type { ReportingBar } from "../study/experiment/measure_rows.ts";
import type { Study } from "../study/study.ts";
import type { Checksums, StudyInputs } from "../study/choice/inputs.ts";
import type { Stopwatch } from "../study/experiment/stopwatch.ts";
import type { Pictures } from "../draw/pictures.ts";
import type { MadePictures } from "../report/rows/pictures.ts";

/** Where a run writes, and how it reports. */
export interface RunSettings {
  /** The folder. */
  readonly out: string;
  /** A folder above it, below which nothing on the way to it may be a link. @default {the folder itself} */
  readonly within?: string | undefined;
  /** Whether to start over, whatever run the folder holds. @default {false} */
  readonly overwrite?: boolean;
  /** Of a shard: whether it leaves nothing but what merging takes, its rows. @default {false} */
  readonly rowsOnly?: boolean;
  /** Pictures of the charts. */
  readonly pictures: Pictures;
  /** The seed of the draws for intervals and tests. */
  readonly seed: number;
  /** Called with each message for the user. @default {none} */
  readonly say?: (line: string) => void;
  /** Called if the run is finished already, with a line that says so. @default {none} */
  readonly finished?: ((line: string) => void) | undefined;
  /** Makes a progress bar for a phase. @default {none} */
  readonly bar?: (label: string) => ReportingBar;
  /** Small pictures for the report that other runs on the same images have made, to which new ones are added. @default {none} */
  readonly made?: MadePictures | undefined;
  /** Measures the time. @default {a new one} */
  readonly stopwatch?: Stopwatch;
  /** Called when all rows are measured, so that the model is free; the files are written once it has ended. @default {nothing} */
  readonly measured?: (() => Promise<void>) | undefined;
}

/** What a run works on. */
export interface RunSource {
  /** The files, checked. */
  readonly inputs: StudyInputs;
  /** Their checksums. */
  readonly checksums: Checksums;
  /** Loads the model. */
  readonly load: () => Promise<Study>;
  /** Whether the model is the run's own, to be freed as soon as it is no longer needed. */
  readonly owned: boolean;
}
