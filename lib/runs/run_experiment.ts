/** A run from start to finish: its folder is opened or resumed, its rows are scored and measured, its files are written. */

import { describeStudy, identityOf } from "./run_identity.ts";
import {
  type AnyExperiment,
  checkShard,
  chooseOptions,
  type ChosenExperiment,
  type MeasuredRow,
} from "../study/experiment/experiment.ts";
import { outcomeFiles } from "../study/experiment/outcome.ts";
import { measureRows, type ReportingBar, Stopwatch } from "../study/experiment/measure_rows.ts";
import { sayFinished } from "./draw_figures.ts";
import {
  type Checksums,
  imageTowerReplaced,
  isScored,
  type StudyInputs,
} from "../study/choice/inputs.ts";
import { pictureEndings, type Pictures } from "../draw/pictures.ts";
import {
  manifestOf,
  runFiles,
  type RunOutput,
  writeRows,
  writeRun,
  type WrittenRun,
} from "./write_results.ts";
import { RunFolder } from "./run_folder.ts";
import { Once } from "../study/study_source.ts";
import type { Study } from "../study/study.ts";
import { checksumsWith, loadStudy } from "../opening/load_study.ts";
import { DISK } from "../files/read_file.ts";
import { NegscopeError } from "../errors/errors.ts";
import { EmbeddingCache } from "../opening/embedding_cache.ts";
import { checkedValue } from "../options/values.ts";
import { type OpeningOptions, openInputs } from "../opening/open_inputs.ts";
import { SEED, type StudyChoice } from "../study/choice/study_options.ts";
import { openRuntime } from "../runtime/open_runtime.ts";

/** A finished run. */
export interface FinishedRun extends WrittenRun {
  /** Everything that was measured. */
  readonly rows: readonly MeasuredRow<unknown>[];
  /** The names of the files. */
  readonly files: readonly string[];
}

/** Runs an experiment in a folder, or resumes the unfinished run there; undefined if it is finished already, or leaves nothing but its rows. */
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
  const isBare = sharded && rowsOnly;
  if (folder === undefined) {
    if (!isBare) await sayFinished(out, pictures, settings.finished);
    return undefined;
  }
  let described: RunOutput | undefined;
  const begun = new Once<void>();
  const begin = () => begun.get(() => folder.begin(manifestOf(described!, files), { overwrite }));
  const journal = opened.use(await folder.openJournal({ overwrite, begin }));
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
  if (isBare) {
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
  /** Called if the run is finished already, with what says so, and with its summary. @default {none} */
  readonly finished?: ((line: string) => void) | undefined;
  /** Called when all rows are measured, before their statistics. @default {none} */
  readonly measured?: (() => void) | undefined;
  /** Makes a progress bar for a phase. @default {none} */
  readonly bar?: (label: string) => ReportingBar;
  /** Measures the time. @default {a new one} */
  readonly stopwatch?: Stopwatch;
}

export interface RunSource {
  readonly inputs: StudyInputs;
  readonly checksums: Checksums;
  readonly load: () => Promise<Study>;
  /** Whether the model is the run's own, to be freed as soon as it is no longer needed. */
  readonly owned: boolean;
}

/** How a run opens its files, writes and reports. */
export interface FileRunSettings extends RunSettings, Pick<OpeningOptions, "called" | "warn"> {
  /** The folder in which embeddings are kept for other runs; the user's own if `true`, none if `false`, `"none"` or undefined. */
  readonly cache?: string | boolean | undefined;
}

/**
 * Checks the files, loads the model and runs an experiment; if the run is already finished, no model is loaded.
 *
 * @param experiment The experiment.
 * @param given Values of its options, if they are not the defaults.
 * @param choice The model and the data.
 * @param settings Where the run writes.
 * @returns The run, or undefined if it is already finished.
 */
export async function runOnFiles(
  experiment: AnyExperiment,
  given: Readonly<Record<string, unknown>>,
  choice: StudyChoice,
  settings: FileRunSettings,
): Promise<FinishedRun | undefined> {
  const chosen = chooseOptions(experiment, given, DISK);
  return await runChosen(chosen, choice, settings);
}

/** The same of an experiment whose options are chosen. */
export async function runChosen(
  chosen: ChosenExperiment,
  choice: StudyChoice,
  { cache: given, called, warn, finished, ...settings }: Omit<FileRunSettings, "cache"> & {
    readonly cache?: EmbeddingCache | FileRunSettings["cache"];
  },
): Promise<FinishedRun | undefined> {
  const cache = EmbeddingCache.chosen(given);
  const seed = checkedValue("seed", settings.seed, SEED)!;
  const runtime = await openRuntime(choice.device);
  const stopwatch = new Stopwatch();
  if (chosen.runs === "image" && choice.imageEmbeddings !== undefined) {
    throw imageTowerReplaced(choice.imageEmbeddings);
  }
  const inputs = await openInputs(choice, chosen.needs, {
    seed,
    warn,
    say: settings.say,
    called,
  });
  checkShard(chosen, inputs);
  const other = chosen.otherModel;
  const checksums = await stopwatch.measure("checksums", () => checksumsWith(other, inputs))
    .catch(async (error: unknown) => {
      const isClear = error instanceof NegscopeError && error.code === "weights-not-finite";
      if (isClear) throw error;
      await using study = await loadStudy(inputs, { runtime }); // gives the clearest error about a model
      if (study.hasImages && inputs.embeddings === undefined) await study.image();
      throw error;
    });
  const load = () => loadStudy(inputs, { runtime, checksums, cache, seed });
  const source = { inputs, checksums, load, owned: true };
  const how = { ...settings, finished: finished ?? settings.say, seed, stopwatch };
  return await runExperiment(chosen, source, how);
}
