/** What a run's manifest.json says of it, read with care: a manifest may be of an older kit. */

import {
  runManifestMissing,
  runManifestUnreadable,
  runMissing,
  runUnfinished,
} from "../../errors.ts";

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

/** A file that decided the run's numbers. */
export interface RecordedFile {
  /** Its name within its folder. */
  readonly file: string;
  /** SHA-256 of its bytes. */
  readonly sha256: string;
}

/** A finished run, as its manifest tells it. */
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
 * @throws {Error} If there is no such folder, no manifest in it, or the run is not finished.
 * @throws {SyntaxError} If the manifest is not JSON.
 */
export async function readRunRecord(folder: string): Promise<RunRecord> {
  const path = `${folder}/manifest.json`;
  const manifest = parseManifest(await readManifest(folder, path), path);
  if (at(manifest, "finished") !== true) throw runUnfinished(folder);
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
  if (!there) throw runMissing(folder);
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw runManifestMissing(folder);
    throw runManifestUnreadable(path, error);
  }
}

function parseManifest(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw runManifestUnreadable(path, error);
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

/** The value under a path of keys; undefined where there is none. */
function at(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined,
    value,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
