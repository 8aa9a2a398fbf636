/** Reads a run's manifest.json without relying on its form, since an older version of the kit may have written it. */

import { NegscopeError } from "../errors/negscope_error.ts";
import { readingFailure } from "../errors/describe.ts";

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
  /** The text tower's sizes. */
  readonly text: RecordedSizes;
  /** The image tower's sizes. */
  readonly image: RecordedSizes;
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
 * @throws {NegscopeError} If the manifest is not JSON.
 */
export async function readRunRecord(folder: string): Promise<RunRecord> {
  const path = `${folder}/manifest.json`;
  const manifest = parseManifest(await readManifest(folder, path), path);
  if (at(manifest, "finished") !== true) {
    throw new NegscopeError("run-unfinished", {
      problem: `Cannot read run "${folder}"`,
      subject: folder,
      reason: "it is not finished",
      fix: "wait for it, or start it again with the same command",
    });
  }
  const protocol = at(manifest, "options", "protocol");
  return {
    folder,
    text: sizesAt(manifest, "text"),
    image: sizesAt(manifest, "image"),
    protocol: typeof protocol === "string" ? protocol : undefined,
    kept: countAt(manifest, "rows", "kept"),
    sources: { model: filesAt(manifest, "model"), data: filesAt(manifest, "data") },
  };
}

async function readManifest(folder: string, path: string): Promise<string> {
  const there = await Deno.stat(folder).then(({ isDirectory }) => isDirectory, () => false);
  if (!there) {
    throw new NegscopeError("run-missing", {
      problem: `Cannot read run "${folder}"`,
      subject: folder,
      reason: "there is no such folder",
      expected: "the folder of a finished run, such as results/trace after deno task trace",
    });
  }
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw manifestUnreadable(path, error);
    throw new NegscopeError("run-manifest-missing", {
      problem: `Cannot read run "${folder}"`,
      subject: folder,
      reason: "it holds no manifest.json",
      expected: "the folder of a finished run, such as results/trace after deno task trace",
      cause: error,
    });
  }
}

/**
 * The error for a manifest that cannot be read or holds nothing usable.
 *
 * @param path The manifest.
 * @param cause Why.
 */
export function manifestUnreadable(path: string, cause: unknown): NegscopeError {
  return new NegscopeError("run-manifest-unreadable", {
    problem: `Cannot read "${path}" as a run's manifest`,
    subject: path,
    reason: readingFailure(cause),
    fix: "repeat the run",
    cause,
  });
}

function parseManifest(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw manifestUnreadable(path, error);
  }
}

function sizesAt(manifest: unknown, tower: "text" | "image"): RecordedSizes {
  const size = (key: keyof RecordedSizes) => countAt(manifest, "model", tower, key);
  return {
    layers: size("layers"),
    heads: size("heads"),
    width: size("width"),
    projection: size("projection"),
  };
}

function filesAt(manifest: unknown, kind: "model" | "data"): RecordedFile[] {
  const files = at(manifest, "sources", kind);
  return !Array.isArray(files) ? [] : files.flatMap((entry: unknown) => {
    const file = at(entry, "file");
    const sha256 = at(entry, "sha256");
    return typeof file === "string" && typeof sha256 === "string" ? [{ file, sha256 }] : [];
  });
}

function countAt(value: unknown, ...path: readonly string[]): number | undefined {
  const found = at(value, ...path);
  return typeof found === "number" && Number.isInteger(found) ? found : undefined;
}

/** The value under a path of keys; undefined if there is none. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined,
    value,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
