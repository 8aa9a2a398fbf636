/** A run of its own on files: what a task does. */

import type { AnyExperiment } from "../experiments/experiment.ts";
import { checksumsOf } from "../subject/checksums.ts";
import { EmbeddingCache } from "../subject/embedding_cache.ts";
import { openInputs, type StudyChoice } from "../subject/inputs.ts";
import { Subject } from "../subject/subject.ts";
import { type FinishedRun, runExperiment } from "./run_experiment.ts";
import type { RunSettings } from "./run_settings.ts";
import { Stopwatch } from "./stopwatch.ts";

/**
 * Checks the files, loads the model and runs an experiment; a run that is finished already is known before the model is loaded.
 *
 * @param experiment The experiment.
 * @param options The values of its options.
 * @param choice The model and the data.
 * @param settings Where the run writes, and the folder of kept embeddings.
 * @returns The run, or undefined if it is finished already.
 */
export async function runOnFiles(
  experiment: AnyExperiment,
  options: Readonly<Record<string, unknown>>,
  choice: StudyChoice,
  { cache: folder, ...settings }: RunSettings & { readonly cache: string | undefined },
): Promise<FinishedRun | undefined> {
  const stopwatch = new Stopwatch();
  const imagesAre = experiment.reads === "text and images" ? "needed" : "used";
  const inputs = await openInputs(choice, { imagesAre });
  const checksums = await stopwatch.measure("checksums", () => checksumsOf(inputs))
    .catch(async (error: unknown) => {
      await using subject = await Subject.load(inputs); // says best what is wrong with a model
      if (subject.hasImages) await subject.image();
      throw error;
    });
  const cache = folder === undefined ? undefined : new EmbeddingCache(folder);
  const load = () => Subject.load(inputs, { checksums, cache });
  return await runExperiment(experiment, options, { inputs, checksums, load, owned: true }, {
    ...settings,
    stopwatch,
  });
}
