/** Runs parts, each in its folder, with one model for those after each other that share their rows. */

import { DISK } from "../files/disk.ts";
import { readManifest } from "../files/manifest_file.ts";
import { checksumsOf } from "../opening/choice/checksums.ts";
import { openInputs } from "../opening/choice/open_inputs.ts";
import { EmbeddingCache } from "../opening/embeddings/embedding_cache.ts";
import { loadStudy } from "../opening/load_study.ts";
import { completeOptions } from "../options/values.ts";
import { identityDifference, identityOf, type RunIdentity } from "../runs/identity.ts";
import { runExperiment, type RunSource } from "../runs/run_experiment.ts";
import { openRuntime } from "../runtime/open_runtime.ts";
import type { StudyChoice } from "../study/choice/study_options.ts";
import { towerOf } from "../study/experiment/by_options.ts";
import { Stopwatch } from "../study/experiment/stopwatch.ts";
import { Once } from "../study/once.ts";
import type { Study } from "../study/study.ts";
import type { Part, PartRuns } from "./part.ts";
import { SameInputs } from "./same_inputs.ts";

/** Which rows a part reads: parts of which it is equal share a model. */
export function rowsOf({ protocol, files }: Part): string {
  return JSON.stringify([protocol, files?.subjectSizes]);
}

/** A model with rows, loaded when a part needs it. */
interface SharedModel extends Pick<RunSource, "inputs" | "checksums"> {
  readonly rows: string;
  readonly study: Once<Study>;
  isLoaded: boolean;
}

/** Runs one part after the other. */
export class PartRunner implements AsyncDisposable {
  readonly #choice: StudyChoice;
  readonly #settings: PartRuns;
  readonly #inputs: SameInputs;
  #model: SharedModel | undefined;

  constructor(choice: StudyChoice, settings: PartRuns) {
    [this.#choice, this.#settings] = [choice, settings];
    this.#inputs = new SameInputs(settings.inputs);
  }

  /**
   * Runs a part in its folder, unless it is finished there.
   *
   * @param measured Called when all rows are measured, before the statistics. @default {none}
   */
  async run(part: Part, measured?: () => void): Promise<void> {
    const { name, experiment, options } = part;
    const { pictures, seed, say, bar } = this.#settings;
    const model = this.#model?.rows === rowsOf(part) ? this.#model : await this.#open(part);
    const { inputs, checksums } = model;
    const out = `${this.#settings.out}/${name}`;
    const values = completeOptions(experiment.options, options, DISK);
    const identity = identityOf(experiment, values, { inputs, sources: checksums.sources, seed });
    this.#inputs.check(name, identity);
    if (towerOf(experiment, values) !== "image" && model.isLoaded) {
      await (await this.#load(model)).releaseImage();
    }
    await runExperiment(
      experiment,
      values,
      { inputs, checksums, load: () => this.#load(model), owned: false },
      {
        out,
        pictures,
        seed,
        measured,
        stopwatch: new Stopwatch(),
        overwrite: await this.#isReplaced(out, identity),
        ...(say && { say }),
        ...(bar && { bar }),
      },
    );
  }

  /** Checks the files that a part reads, and frees the model of the parts before. */
  async #open(part: Part): Promise<SharedModel> {
    await this.#free();
    const { files, protocol } = part;
    const { seed, say, warn, called, digests } = this.#settings;
    const inputs = await openInputs({ ...this.#choice, ...files, protocol }, {
      ...{ imagesAre: "needed", aligned: true, seed, say, warn },
      ...(called && { called }),
    });
    const checksums = await checksumsOf(inputs, digests);
    const study = new Once<Study>();
    return this.#model = { rows: rowsOf(part), inputs, checksums, study, isLoaded: false };
  }

  #load(model: SharedModel): Promise<Study> {
    model.isLoaded = true;
    const { inputs, checksums, study } = model;
    const { cache, seed } = this.#settings;
    const kept = { checksums, cache: EmbeddingCache.chosen(cache), seed };
    return study.get(async () => {
      const runtime = await openRuntime(inputs.choice.device);
      return await loadStudy(inputs, { runtime, ...kept });
    });
  }

  /** Whether the part's folder holds the same part of these results, but with other sizes of subjects. */
  async #isReplaced(out: string, identity: RunIdentity): Promise<boolean> {
    if (!this.#settings.isResumed) return false;
    const manifest = await readManifest(`${out}/manifest.json`);
    if (manifest === undefined) return false;
    const { key } = identityDifference(manifest, identity) ?? {};
    if (key?.startsWith("sources.data.") !== true) return false; // of the model and the data they are the same
    this.#settings.say?.(`${out}: made again, since the sizes of the subjects are others`);
    return true;
  }

  async #free(): Promise<void> {
    const model = this.#model;
    this.#model = undefined;
    await model?.study.take()?.then((study) => study[Symbol.asyncDispose](), () => {});
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#free();
  }
}
