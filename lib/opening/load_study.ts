/** A subject whose model is loaded from the disk. */

import { codeVersion } from "../version/code.ts";
import { VERSION } from "../version.ts";
import type { Runtime } from "../onnx/runtime/runtime.ts";
import type { FileDigest } from "../reading/sources.ts";
import type { Checksums, StudyInputs } from "../study/choice/inputs.ts";
import { Subject } from "../study/subject.ts";
import { loadTower, takenOf } from "./choice/load_tower.ts";
import type { EmbeddingCache } from "./embeddings/embedding_cache.ts";

/** What runs a subject's model, where its embeddings are kept from run to run, and how they are identified. */
export interface LoadingOptions {
  /** What runs the model. */
  readonly runtime: Runtime;
  /** Checksums of the files, used to find embeddings in the cache and to notice that an image has changed. */
  readonly checksums?: Checksums | undefined;
  /** The cache. @default {none} */
  readonly cache?: EmbeddingCache | undefined;
  /** Decides which kept embeddings are computed again. @default {0} */
  readonly seed?: number | undefined;
}

/**
 * Loads the text tower of a study's model and aligns the rows. The image tower is loaded when it is first needed.
 *
 * @param inputs The study's files.
 * @param options What runs the model, where embeddings are kept, and how they are identified.
 * @throws {NegscopeError} If the model cannot be loaded, a sentence is longer than it reads, or a pair cannot be aligned.
 */
export async function loadSubject(
  inputs: StudyInputs,
  { runtime, checksums, cache, seed }: LoadingOptions,
): Promise<Subject> {
  const openCache = cache === undefined || checksums === undefined
    ? undefined
    : (kind: "text" | "image", size: number) =>
      cache.open({ kind, from: madeWith(checksums[kind], runtime) }, size);
  return await Subject.load(inputs, {
    load: (tower) => loadTower(inputs, tower, { runtime, checksums }),
    takenOf: (clip) => takenOf(clip, inputs, checksums),
    ...{ checksums: checksums?.images, openCache, seed },
  });
}

/** Everything that determines the numbers of a tower's embeddings. */
function madeWith(files: readonly FileDigest[], runtime: Runtime): string[] {
  const { build, version } = Deno;
  return [
    ...[VERSION, codeVersion("embeddings"), version.deno, build.target],
    `${runtime.name} ${runtime.version} ${runtime.device}`,
    ...files.map(({ file, sha256 }) => `${sha256}  ${file}`),
  ];
}
