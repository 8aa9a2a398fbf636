/** manifest.json, the record of a run: its input, its options, its duration, and the files that it vouches for. */

import type { RowWarning } from "../data/bad_rows.ts";
import type { RowCounts } from "../data/read.ts";
import { isObject, type Json, jsonFailure, parseJson } from "../reading/json.ts";
import type { EmbeddingOrigins, Sources, TakenTower } from "../reading/path.ts";
import { writeWhole } from "./write_whole.ts";
import { NegscopeError, readingFailure } from "../errors/errors.ts";
import { commandOf } from "../errors/command.ts";
import { isAbsent } from "../reading/files.ts";
import { MOST_BYTES, readBytes, readText } from "./read_file.ts";
import { sha256Text } from "../reading/sha256.ts";

export async function writeManifest(path: string, manifest: Manifest): Promise<void> {
  await writeWhole(path, `${JSON.stringify(manifest, null, 2)}\n`);
}

export async function readManifest(path: string): Promise<Manifest | undefined> {
  try {
    const value: unknown = parseJson(await readText(path, MOST_BYTES.rows));
    if (isOfRun(value)) return value;
    throw new Error("it is not one of a run");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw manifestUnreadable(path, error);
  }
}

export function manifestUnreadable(path: string, cause: unknown): NegscopeError {
  return new NegscopeError("run-edited", {
    problem: `Cannot read "${path}" as a run's manifest`,
    reason: cause instanceof SyntaxError ? jsonFailure(cause) : readingFailure(cause),
    fix: "move it away, or choose another folder",
    cause,
  });
}

/** Whether a value has the parts of a manifest of the kit, of any version. */
function isOfRun(value: unknown): value is Manifest {
  if (!isObject(value)) return false;
  const { command, options, versions, sources, rows, files, finished } = value;
  return typeof command === "string" && isObject(options) && isObject(versions) &&
    typeof versions["kit"] === "string" && isObject(sources) && Array.isArray(sources["model"]) &&
    Array.isArray(sources["data"]) && isObject(rows) && typeof rows["kept"] === "number" &&
    Array.isArray(files) && files.every((name) => typeof name === "string") &&
    typeof finished === "boolean";
}

export function notAsWritten(
  path: string,
  fix = "restore it, or move it away and repeat the run that wrote it",
): NegscopeError {
  return new NegscopeError("run-edited", {
    problem: `Cannot trust "${path}"`,
    reason: "it is not as the run wrote it",
    fix,
  });
}

/** Reads a file of a finished run; one that was damaged or exchanged is refused. */
export async function readWritten(
  folder: string,
  name: string,
  checksums: Readonly<Record<string, string>>,
): Promise<string> {
  const path = `${folder}/${name}`;
  const bytes = await readBytes(path, MOST_BYTES.rows);
  const expected = Object.hasOwn(checksums, name) ? checksums[name] : undefined;
  if (sha256Text(bytes) !== expected) throw notAsWritten(path);
  return new TextDecoder().decode(bytes);
}

export type RecordedSizes = Partial<ModelSizes>; // none of a tower that the run does not describe

export interface RunRecord {
  readonly folder: string;
  readonly task?: string;
  readonly options?: Manifest["options"];
  /** The seed of the random weights that replaced the model's own, if they did. */
  readonly randomWeights?: number;
  readonly text: RecordedSizes;
  readonly image: RecordedSizes;
  /** For each tower, one checksum for its files, as in the manifest's `model.taken`; absent in older runs. */
  readonly towers?: Readonly<Partial<Record<"text" | "image", string>>>;
  readonly protocol: string | undefined;
  readonly kept: number | undefined;
  readonly sources: Sources;
}

/** Reads the manifest of a finished run; `wanted` is what the folder should be, for messages. */
export async function readFinished(folder: string, wanted?: string): Promise<Manifest> {
  const there = await Deno.stat(folder).then(({ isDirectory }) => isDirectory, () => false);
  const manifest = there ? await readManifest(`${folder}/manifest.json`) : undefined;
  if (manifest?.finished) return manifest;
  if (manifest !== undefined) {
    throw new NegscopeError("run-unfinished", {
      problem: `Cannot read run "${folder}"`,
      reason: "it is not finished",
      fix: "wait for it, or start it again with the same command",
    });
  }
  throw new NegscopeError("run-missing", {
    problem: `Cannot read run "${folder}"`,
    reason: there ? "it holds no manifest.json" : "there is no such folder",
    expected: wanted ??
      `the folder of a finished run, such as results/trace after ${commandOf("trace")}`,
  });
}

export function recordOf(folder: string, manifest: Manifest): RunRecord {
  const { command, model, options, rows, sources } = manifest;
  const { protocol, "random-weights": seed } = options;
  return {
    folder,
    task: command,
    options,
    ...(seed !== undefined && { randomWeights: Number(seed) }),
    text: model?.text ?? {},
    image: model?.image ?? {},
    towers: towerChecksums(model?.taken),
    protocol: typeof protocol === "string" ? protocol : undefined,
    kept: rows.kept,
    sources,
  };
}

export function towerChecksums(
  taken: readonly TakenTower[] = [],
): NonNullable<RunRecord["towers"]> {
  return Object.fromEntries(
    taken.flatMap(({ tower, sha256 }) => sha256 === undefined ? [] : [[tower, sha256]]),
  );
}

export interface ModelSizes {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly projection: number;
}

/** Everything that is needed to repeat a run. */
export interface Manifest {
  readonly command: string; // task's name, e.g. `trace`
  /** Every option with its value, defaults included. */
  readonly options: { readonly [option: string]: Json };
  readonly seed: number;
  /** The model's name and its towers' sizes, of the image tower unless embeddings made elsewhere stand in for it; absent if the task reads no model. */
  readonly model?: {
    readonly name: string;
    readonly text: ModelSizes;
    readonly image?: ModelSizes;
    /** The files that the towers in use were taken from; absent in older runs. */
    readonly taken?: readonly TakenTower[];
    /** S in words, e.g. `117.33 x cosine - 12.930`; absent if it is 100 x cosine as in CLIP. */
    readonly score?: string;
    /** Whether a position of the text tower attends only to itself and earlier ones; absent in older runs. */
    readonly causal?: boolean;
    /** Threads of an operator in the process that wrote this; no number depends on them. Of a merged run, those of its first shard. Absent in older runs. */
    readonly threads?: number;
  };
  /** Releases of the kit, of Deno and of ONNX Runtime, and the checksum of the kit's own code, absent in older runs. */
  readonly versions: {
    readonly kit: string;
    readonly code?: string;
    readonly deno: string;
    readonly onnxruntime: string;
  };
  readonly sources: Sources;
  /** For an experiment that is not one of the kit's: the SHA-256 of its own functions. */
  readonly code?: string;
  /** The number of rows in the data file, how many the run used, and why the others were left out. */
  readonly rows: RowCounts;
  /** Rows of the run that may not be what they say; absent if there are none. */
  readonly warnings?: readonly RowWarning[];
  /** How many rows each engine measured, for an experiment with a choice of engines. */
  readonly engines?: { readonly [engine: string]: number };
  /** Where the embeddings of a scored run came from, the images' unless they were made elsewhere. Absent of a merged run, and in older runs. */
  readonly embeddings?: EmbeddingOrigins;
  /** The names of the files that the run wrote, in the order of writing, without this file and report.html, which is made from them. */
  readonly files: readonly string[];
  /** The SHA-256 of the files written so far, and of report.html, by name, without pictures, which can be drawn again. */
  readonly checksums?: { readonly [file: string]: string };
  /** The SHA-256 of pictures as they were last drawn, by name: one that was edited since is not drawn over. */
  readonly pictures?: { readonly [file: string]: string };
  /** For a merged run: when its shards began and how long they took. */
  readonly shards?: readonly {
    readonly shard: string;
    readonly start: string; // when it began, as ISO 8601 in UTC
    readonly seconds: { readonly [phase: string]: number };
    /** Where its embeddings came from; absent if nothing was scored, and in older runs. */
    readonly embeddings?: EmbeddingOrigins;
  }[];
  readonly finished: boolean; // whether all files have been written
  readonly start: string; // when the run began, as ISO 8601 in UTC
  /** Seconds by phase: `load`, `images`, `evaluate`, `trace`, … */
  readonly seconds: { readonly [phase: string]: number };
}
