/** A run from start to finish: its folder is opened or resumed, its rows are scored and measured, its files are written. */

import { describeStudy, identityOf } from "./run_identity.ts";
import type { ChosenExperiment } from "../study/experiment/by_options.ts";
import { outcomeFiles } from "../study/experiment/outcome.ts";
import { measureRows, type ReportingBar } from "../study/experiment/measure_rows.ts";
import type { MeasuredRow } from "../study/experiment/experiment.ts";
import { finishedAlready } from "./finished.ts";
import { type Checksums, isScored, type StudyInputs } from "../study/choice/inputs.ts";
import { pictureEndings, type Pictures } from "../draw/pictures.ts";
import { runFiles } from "./run_files.ts";
import { RunFolder } from "./folder/run_folder.ts";
import { Once } from "../study/once.ts";
import { Stopwatch } from "../study/experiment/stopwatch.ts";
import { manifestOf } from "./folder/write_results.ts";
import { type RunOutput, writeRows, writeRun, type WrittenRun } from "./write_run.ts";
import type { Study } from "../study/study.ts";

/** A finished run. */
export interface FinishedRun extends WrittenRun {
  /** Everything that was measured. */
  readonly rows: readonly MeasuredRow<unknown>[];
  /** The names of the files. */
  readonly files: readonly string[];
}

/**
 * Runs an experiment in a folder, or resumes the unfinished run there.
 *
 * @param chosen The experiment, with the values of its options.
 * @param source The model and the data.
 * @param settings Where it writes.
 * @returns The run, or undefined if the folder already holds it, finished, or has nothing but its rows.
 * @throws {NegscopeError} If the folder holds another run or cannot be written to, the model cannot be loaded or lacks a hook point, or
 * a row cannot be used.
 */
export async function runExperiment(
  chosen: ChosenExperiment,
  source: RunSource,
  settings: RunSettings,
): Promise<FinishedRun | undefined> {
  const { inputs } = source;
  const { out, overwrite = false, rowsOnly, pictures, seed, say = () => {} } = settings;
  const stopwatch = settings.stopwatch ?? new Stopwatch();
  const identity = identityOf(chosen, {
    inputs,
    sources: source.checksums.sources,
    seed,
  });
  const scored = isScored(inputs);
  const sharded = inputs.choice.shard !== undefined;
  const endings = pictureEndings(pictures);
  const files = runFiles(outcomeFiles(chosen, { scored }), { endings, sharded, rowsOnly });
  await using opened = new AsyncDisposableStack();
  const opening = { files, overwrite };
  const folder = opened.use(await RunFolder.open(out, identity, opening));
  if (folder === undefined) {
    const line = await finishedAlready(out, pictures); // which draws the pictures that are missing
    settings.finished?.(line);
    return undefined;
  }
  let described: RunOutput | undefined;
  const begun = new Once<void>();
  const begin = () => begun.get(() => folder.begin(manifestOf(described!, files), { overwrite }));
  const journal = opened.use(await folder.openJournal(identity, { overwrite, begin }));
  const measure = async () => { // at its end the model is freed, so that the statistics have its memory
    await using held = new AsyncDisposableStack();
    const study = await stopwatch.measure("load", source.load);
    if (source.owned) held.use(study);
    described = {
      chosen,
      folder,
      identity,
      pictures,
      seed,
      stopwatch,
      ...describeStudy(study),
    };
    const { rows, engines } = await measureRows(chosen, {
      study,
      begin,
      stopwatch,
      seed,
      owned: source.owned,
      say,
      bar: settings.bar,
      kept: (phase) => journal.phase(phase),
    });
    return { rows, output: { ...described, engines, embeddings: study.embeddings.origins } };
  };
  const { rows, output } = await measure();
  settings.measured?.();
  if (sharded && rowsOnly) {
    await writeRows(output, rows);
    return undefined;
  }
  const finished = await writeRun(output, rows);
  return { ...finished, rows, files: folder.files };
}

/** Where a run writes, and how it reports. */
export interface RunSettings {
  /** The folder. */
  readonly out: string;
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
  /** Called when all rows are measured, before their statistics. @default {none} */
  readonly measured?: (() => void) | undefined;
  /** Makes a progress bar for a phase. @default {none} */
  readonly bar?: (label: string) => ReportingBar;
  /** Measures the time. @default {a new one} */
  readonly stopwatch?: Stopwatch;
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
