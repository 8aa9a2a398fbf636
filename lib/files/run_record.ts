/** What the manifest of a finished run records. */

import { NegscopeError } from "../errors/negscope_error.ts";
import type { Manifest } from "./manifest.ts";
import type { TakenTower } from "../reading/path.ts";
import { readManifest } from "./manifest_file.ts";

/** A tower's sizes, as far as they are known. */
export interface RecordedSizes {
  /** Number of blocks. */
  readonly layers: number | undefined;
  /** Attention heads of a block. */
  readonly heads: number | undefined;
  /** Size of a residual-stream vector. */
  readonly width: number | undefined;
  /** Size of an embedding. */
  readonly projection: number | undefined;
}

/** A file that determined the run's numbers. */
export interface RecordedFile {
  /** Its name within its folder. */
  readonly file: string;
  /** SHA-256 of its bytes. */
  readonly sha256: string;
}

/** A finished run, according to its manifest. */
export interface RunRecord {
  /** The run's folder. */
  readonly folder: string;
  /** Its task, if it was one. */
  readonly task?: string;
  /** The options of its task, by flag. */
  readonly options?: Manifest["options"];
  /** The seed of the random weights that replaced the model's own, if they did. */
  readonly randomWeights?: number;
  /** The text tower's sizes. */
  readonly text: RecordedSizes;
  /** The image tower's sizes. */
  readonly image: RecordedSizes;
  /** For each tower, one checksum for its files, as in the manifest's `model.taken`; absent in older runs. */
  readonly towers?: Readonly<Partial<Record<"text" | "image", string>>>;
  /** How sentences were aligned. */
  readonly protocol: string | undefined;
  /** The rows that the run used. */
  readonly kept: number | undefined;
  /** The model's and the data's files. */
  readonly sources: {
    readonly model: readonly RecordedFile[];
    readonly data: readonly RecordedFile[];
  };
}

/**
 * Reads the manifest of a finished run.
 *
 * @param folder The run's folder.
 * @throws {NegscopeError} If there is no such folder, no manifest in it, or the run is not finished.
 * @throws {NegscopeError} If the manifest is not one of a run, or was edited.
 */
export async function readFinished(folder: string): Promise<Manifest> {
  const manifest = await manifestIn(folder);
  if (manifest.finished) return manifest;
  throw new NegscopeError("run-unfinished", {
    problem: `Cannot read run "${folder}"`,
    reason: "it is not finished",
    fix: "wait for it, or start it again with the same command",
  });
}

/**
 * What a manifest records.
 *
 * @param folder The run's folder.
 * @param manifest Its manifest.
 */
export function recordOf(folder: string, manifest: Manifest): RunRecord {
  const { command, model, options, rows, sources } = manifest;
  const { protocol, "random-weights": seed } = options;
  return {
    folder,
    task: command,
    options,
    ...(seed !== undefined && { randomWeights: Number(seed) }),
    text: model?.text ?? UNKNOWN,
    image: model?.image ?? UNKNOWN,
    towers: towerChecksums(model?.taken),
    protocol: typeof protocol === "string" ? protocol : undefined,
    kept: rows.kept,
    sources,
  };
}

/** The checksum of each tower's files, as far as they are known. */
export function towerChecksums(
  taken: readonly TakenTower[] = [],
): NonNullable<RunRecord["towers"]> {
  return Object.fromEntries(
    taken.flatMap(({ tower, sha256 }) => sha256 === undefined ? [] : [[tower, sha256]]),
  );
}

/** The sizes of a tower that a run does not describe. */
export const UNKNOWN = {
  layers: undefined,
  heads: undefined,
  width: undefined,
  projection: undefined,
};

async function manifestIn(folder: string): Promise<Manifest> {
  const there = await Deno.stat(folder).then(({ isDirectory }) => isDirectory, () => false);
  const manifest = there ? await readManifest(`${folder}/manifest.json`) : undefined;
  if (manifest !== undefined) return manifest;
  throw new NegscopeError("run-missing", {
    problem: `Cannot read run "${folder}"`,
    reason: there ? "it holds no manifest.json" : "there is no such folder",
    expected: "the folder of a finished run, such as results/trace after deno task trace",
  });
}
