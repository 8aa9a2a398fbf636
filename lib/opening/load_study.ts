import { codeVersion } from "../version/code.ts";
import { VERSION } from "../version/version.ts";
import type { Runtime } from "../onnx/runtime.ts";
import type { FileDigest } from "../reading/path.ts";
import type { Checksums, StudyInputs } from "../study/choice/inputs.ts";
import { DISK } from "../files/read_file.ts";
import type { StudySource } from "../study/study_source.ts";
import { Study } from "../study/study.ts";
import { loadTower, takenOf, withRandomWeights } from "./model_files.ts";
import { openOther } from "./find_model.ts";
import type { EmbeddingCache } from "./embedding_cache.ts";

/** What runs a study's model, where its embeddings are kept from run to run, and how they are identified. */
interface LoadingOptions {
  readonly runtime: Runtime;
  /** Checksums of the files, used to find embeddings in the cache and to notice that an image has changed. */
  readonly checksums?: Checksums | undefined;
  readonly cache?: EmbeddingCache | undefined;
  readonly seed?: number | undefined;
  /** Called with messages for the user. @default {none} */
  readonly say?: ((line: string) => void) | undefined;
}

export function studySource(
  inputs: StudyInputs,
  { runtime, checksums, cache, seed, say }: LoadingOptions,
): StudySource {
  const kept = cache === undefined || checksums === undefined ? {} : keptIn(cache, {
    filesOf: (kind, seed) =>
      seed === undefined ? checksums[kind] : withRandomWeights(checksums[kind], seed),
    runtime,
  });
  return {
    load: (tower, { randomWeights = inputs.choice.randomWeights, changedWeights } = {}) =>
      loadTower({ ...inputs, choice: { ...inputs.choice, randomWeights } }, tower, {
        runtime,
        checksums,
        changedWeights,
      }),
    other: async (model) => {
      const { inputs: found, checksums: own, files } = await openOther(model, inputs);
      const source = studySource(found, { runtime, checksums: own, cache, seed, say });
      const hasSameImages = own.towers.image !== undefined && checksums !== undefined &&
        own.towers.image === checksums.towers.image && inputs.choice.randomWeights === undefined;
      return { inputs: found, source, files, hasSameImages };
    },
    takenOf: (clip) => takenOf(clip, inputs, checksums),
    checksums,
    ...kept,
    seed,
    say,
    files: DISK,
  };
}

/** Loads the text tower of a study's model and aligns the rows. The image tower is loaded when it is first needed. */
export async function loadStudy(inputs: StudyInputs, options: LoadingOptions): Promise<Study> {
  return await Study.load(inputs, studySource(inputs, options));
}

function keptIn(
  cache: EmbeddingCache,
  { filesOf, runtime }: {
    readonly filesOf: (kind: "text" | "image", seed: number | undefined) => readonly FileDigest[];
    readonly runtime: Runtime;
  },
): Required<Pick<StudySource, "openCache">> {
  return {
    openCache: (kind, size, seed) => {
      const from = madeWith(filesOf(kind, seed), runtime);
      return cache.open({ kind, from }, size);
    },
  };
}

/** Everything that determines the embeddings of a tower. */
function madeWith(files: readonly FileDigest[], runtime: Runtime): string[] {
  const { build, version } = Deno;
  return [
    ...[VERSION, codeVersion("embeddings"), version.deno, build.target],
    `${runtime.name} ${runtime.version} ${runtime.device}`,
    ...files.map(({ file, sha256 }) => `${sha256}  ${file}`),
  ];
}
