/** Runs parts, each into its folder, with one model for the parts that share their rows. */

import { NegscopeError } from "../errors.ts";
import { loadStudy } from "../opening/load_study.ts";
import { DISK } from "../files/disk.ts";
import { Stopwatch } from "../study/experiment/stopwatch.ts";
import { runExperiment, type RunSource } from "../runs/run_experiment.ts";
import { saidOnce } from "../study/once.ts";
import type { MadePictures } from "../report/rows/pictures.ts";
import { completeOptions } from "../options/values.ts";
import { readIntactManifest } from "../files/sealed_manifest.ts";
import { identityDifference, type RunIdentity } from "../runs/folder/identity_difference.ts";
import { identityOf } from "../runs/run_identity.ts";
import { towerOf } from "../study/experiment/by_options.ts";
import { evaluate } from "../study/evaluate/index.ts";
import { checksumsOf } from "../opening/choice/checksums.ts";
import { openInputs } from "../opening/choice/open_inputs.ts";
import type { StudyChoice } from "../study/choice/study_options.ts";
import { EmbeddingCache } from "../opening/embeddings/embedding_cache.ts";
import { Once } from "../study/once.ts";
import { openRuntime } from "../runtime/open_runtime.ts";
import type { Study } from "../study/study.ts";
import type { Part, PartLeftOut, PartRuns } from "./part.ts";

/**
 * Runs the parts: first the scores, for which images are embedded, and those of the image tower, then with another load of the model those
 * of the text tower, so that each tower's runs have the memory of the other's. Images are embedded once if
 * embeddings are kept. Finished parts are not repeated. Returns the parts for which the model or the rows have nothing.
 */
export async function runParts(
  parts: readonly Part[],
  choice: StudyChoice,
  settings: PartRuns,
): Promise<PartLeftOut[]> {
  const leftOut = new Map<Part, PartLeftOut>();
  const how = { ...settings, say: saidOnce(settings.say) };
  const made: MadePictures = new Map();
  const groups = Map.groupBy(
    inOrder(parts),
    (part) => [part.protocol, part.files?.subjectSizes, isOfImages(part)].join(),
  );
  for (const group of groups.values()) {
    const [{ files, protocol }] = group as [Part];
    await using model = new SharedModel(
      await checkedFiles({ ...choice, ...files, protocol }, how),
      how,
    );
    for (const part of group) {
      await model.run(part, made)
        .catch((error) => void leftOut.set(part, whyLeftOut(part, error)));
    }
  }
  return parts.flatMap((part) => leftOut.get(part) ?? []);
}

/** What is said of a part for which the model or the rows have nothing; any other error is thrown. */
function whyLeftOut({ title, leftOutOn }: Part, error: unknown): PartLeftOut {
  if (!(error instanceof NegscopeError) || !leftOutOn?.includes(error.code)) throw error;
  const { problem, reason = problem, expected = "another model or other rows" } = error;
  return { title, reason, fix: error.fix ?? `take ${expected}` };
}

function inOrder(parts: readonly Part[]): Part[] {
  const rank = (part: Part) => part.experiment === evaluate ? 0 : isOfImages(part) ? 1 : 2;
  return parts.toSorted((a, b) => rank(a) - rank(b));
}

function isOfImages({ experiment, options }: Part): boolean {
  return experiment === evaluate || towerOf(experiment, options) === "image";
}

async function checkedFiles(
  choice: StudyChoice,
  { seed, say, warn, called, digests }: PartRuns,
): Promise<Pick<RunSource, "inputs" | "checksums">> {
  const inputs = await openInputs(choice, {
    ...{ imagesAre: "needed", aligned: true, seed, say, warn },
    ...(called && { called }),
  });
  return { inputs, checksums: await checksumsOf(inputs, digests) };
}

/** A model with rows, loaded when the first part needs it, and freed after the last. */
class SharedModel implements AsyncDisposable {
  readonly #study = new Once<Study>();
  readonly #settings: PartRuns;
  readonly #files: Pick<RunSource, "inputs" | "checksums">;

  constructor(files: Pick<RunSource, "inputs" | "checksums">, settings: PartRuns) {
    this.#files = files;
    this.#settings = settings;
  }

  /** Runs a part in its folder, unless it is finished there. */
  async run({ name, experiment, options }: Part, made: MadePictures): Promise<void> {
    const { pictures, seed, say, bar } = this.#settings;
    const out = `${this.#settings.out}/${name}`;
    const values = completeOptions(experiment.options, options, DISK);
    if (towerOf(experiment, values) !== "image" && this.#isLoaded) {
      await (await this.#load()).releaseImage();
    }
    await runExperiment(
      experiment,
      values,
      { ...this.#files, load: () => this.#load(), owned: false },
      {
        out,
        within: this.#settings.out,
        pictures,
        seed,
        made,
        stopwatch: new Stopwatch(),
        overwrite: await this.#isReplaced(
          out,
          identityOf(experiment, values, {
            inputs: this.#files.inputs,
            sources: this.#files.checksums.sources,
            seed,
          }),
        ),
        ...(say && { say }),
        ...(bar && { bar }),
      },
    );
  }

  /** Whether the part's folder holds the same part of these results, but with other sizes of subjects. */
  async #isReplaced(out: string, identity: RunIdentity): Promise<boolean> {
    if (!this.#settings.isResumed) return false;
    const manifest = await readIntactManifest(`${out}/manifest.json`);
    if (manifest === undefined) return false;
    const { key } = identityDifference(manifest, identity) ?? {};
    if (key?.startsWith("sources.data.") !== true) return false; // of the model and the data they are the same
    this.#settings.say?.(`${out}: made again, since the sizes of the subjects are others`);
    return true;
  }

  #isLoaded = false;

  #load(): Promise<Study> {
    this.#isLoaded = true;
    const { inputs, checksums } = this.#files;
    const { cache, seed } = this.#settings;
    const kept = { checksums, cache: EmbeddingCache.chosen(cache), seed };
    return this.#study.get(async () => {
      const runtime = await openRuntime(inputs.choice.device);
      return await loadStudy(inputs, { runtime, ...kept });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#study.take()?.then((study) => study[Symbol.asyncDispose](), () => {});
  }
}
