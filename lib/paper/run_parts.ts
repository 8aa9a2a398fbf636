/** Runs the parts of the paper's results, each into a folder of its own, with one model for the parts that share their rows. */

import { Stopwatch } from "../runs/stopwatch.ts";
import { runExperiment } from "../runs/run_experiment.ts";
import type { RunSettings } from "../runs/run_settings.ts";
import { completeOptions } from "../options/values.ts";
import type { Protocol } from "../data/pairs.ts";
import { correlate } from "../experiments/correlate/index.ts";
import { checksumsOf } from "../subject/choice/checksums.ts";
import { type OpeningOptions, openInputs } from "../subject/choice/inputs.ts";
import type { StudyChoice } from "../subject/choice/study_options.ts";
import { EmbeddingCache } from "../subject/embeddings/embedding_cache.ts";
import { Once } from "../subject/once.ts";
import { Subject } from "../subject/subject.ts";
import type { PaperPart } from "./parts.ts";

/** Where the parts are written, and how they report. */
export interface PartsSettings
  extends
    Pick<RunSettings, "out" | "overwrite" | "pictures" | "seed" | "say" | "bar" | "made">,
    Pick<OpeningOptions, "called" | "warn"> {
  /** The folder in which embeddings are kept for other runs; none if `false`, `"none"` or undefined. */
  readonly cache?: string | false | undefined;
  /** The sizes of subjects, for the part that reads them; its choice has no other. @default {those of the data} */
  readonly subjectSizes?: string | undefined;
  /** Called before a part begins, with its number from 1. */
  readonly begin?: (part: PaperPart, number: number) => void;
}

/** The order in which parts run: those of the image tower first, which is then freed. */
const FIRST = ["evaluate", "ablate"];

/**
 * Runs the parts. Images are embedded once, each model is loaded once for all parts of a protocol, and finished parts are not repeated.
 *
 * @param parts The parts.
 * @param choice The model and the data, without a protocol.
 * @param settings Where the parts are written.
 * @throws {NegscopeError} If a part cannot run; the finished ones stay.
 */
export async function runParts(
  parts: readonly PaperPart[],
  choice: StudyChoice,
  settings: PartsSettings,
): Promise<void> {
  const said = new Set<string>();
  const once = (tell: ((line: string) => void) | undefined) => (line: string) => {
    if (!said.has(line)) tell?.(line);
    said.add(line);
  };
  const how = {
    ...{ ...settings, made: new Map() },
    ...{ say: once(settings.say), warn: once(settings.warn) },
  };
  let begun = 0;
  const { subjectSizes } = settings;
  const readsSizes = ({ experiment }: PaperPart) =>
    subjectSizes !== undefined && experiment === correlate;
  const groups = Map.groupBy(
    inOrder(parts),
    (part) => `${part.protocol} ${readsSizes(part)}`,
  );
  for (const own of groups.values()) {
    const [first] = own as [PaperPart];
    const files = readsSizes(first) ? { subjectSizes } : {};
    await using model = await SharedModel.open(
      { ...choice, ...files, protocol: first.protocol },
      how,
    );
    for (const part of own) {
      settings.begin?.(part, ++begun);
      await model.run(part);
    }
  }
}

/** The parts in the order in which they run. */
function inOrder(parts: readonly PaperPart[]): PaperPart[] {
  const place = ({ experiment: { name } }: PaperPart) => {
    const index = FIRST.indexOf(name);
    return index < 0 ? FIRST.length : index;
  };
  return parts.toSorted((a, b) => place(a) - place(b));
}

/** A model with rows, loaded when the first part needs it, and freed after the last. */
class SharedModel implements AsyncDisposable {
  readonly #subject = new Once<Subject>();
  readonly #settings: PartsSettings;
  readonly #files: Pick<Parameters<typeof runExperiment>[2], "inputs" | "checksums">;
  readonly #cache: EmbeddingCache | undefined;

  private constructor(
    files: Pick<Parameters<typeof runExperiment>[2], "inputs" | "checksums">,
    settings: PartsSettings,
  ) {
    this.#files = files;
    this.#settings = settings;
    this.#cache = EmbeddingCache.chosen(settings.cache);
  }

  /** Checks the files. */
  static async open(
    choice: StudyChoice & { readonly protocol: Protocol },
    settings: PartsSettings,
  ): Promise<SharedModel> {
    const { seed, say, warn, called } = settings;
    const inputs = await openInputs(choice, {
      ...{ imagesAre: "needed", aligned: true, seed, say, warn },
      ...(called && { called }),
    });
    return new SharedModel({ inputs, checksums: await checksumsOf(inputs) }, settings);
  }

  /** Runs a part in its folder, unless it is finished there. */
  async run({ name, experiment, options }: PaperPart): Promise<void> {
    const { out, overwrite = false, pictures, seed, say, bar, made } = this.#settings;
    if (experiment.runs !== "image" && this.#isLoaded) await (await this.#load()).releaseImage();
    await runExperiment(
      experiment,
      completeOptions(experiment.options, options),
      { ...this.#files, load: () => this.#load(), owned: false },
      {
        ...{ out: `${out}/${name}`, overwrite, pictures, seed, made, stopwatch: new Stopwatch() },
        ...(say && { say: (line) => say(line) }),
        ...(bar && { bar }),
      },
    );
  }

  #isLoaded = false;

  #load(): Promise<Subject> {
    this.#isLoaded = true;
    const { inputs, checksums } = this.#files;
    return this.#subject.get(() => Subject.load(inputs, { checksums, cache: this.#cache }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#subject.take()?.then((subject) => subject[Symbol.asyncDispose](), () => {});
  }
}
