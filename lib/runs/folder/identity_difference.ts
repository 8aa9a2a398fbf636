/** How two runs differ. */

import type { Manifest } from "../../files/manifest.ts";

/** The parts of a manifest that must agree for two runs to write the same files. */
export type RunIdentity = Pick<Manifest, "command" | "options" | "versions" | "sources" | "code">;

/** Options that say where files are: their checksums identify what is in them, wherever they are. */
export const PLACES: readonly string[] = [
  "model",
  "onnx",
  "onnx-text",
  "onnx-vision",
  "weights",
  "tokenizer",
  "data",
  "sentences",
  "images",
  "image-embeddings",
  "subject-sizes",
  "segmenter",
  "runs",
];

/** A part in which the identities of two runs differ. */
export interface IdentityDifference {
  /** The part, e.g. `options.seed`. */
  readonly key: string;
  /** Its value in the first run, quoted, or `not given`. */
  readonly there: string;
  /** Its value in the second run. */
  readonly here: string;
}

/**
 * The first part of the identity in which two runs differ; the order of options does not matter, nor where the files are.
 *
 * @param there A manifest as it was read, or another identity.
 * @param here An identity.
 * @returns Undefined if the runs are the same.
 */
export function identityDifference(
  there: Readonly<Partial<Record<keyof RunIdentity, unknown>>>,
  here: RunIdentity,
): IdentityDifference | undefined {
  const [one, other] = [flat(there), flat(here)];
  const quoted = (value: string | undefined) => value === undefined ? "not given" : `"${value}"`;
  for (const key of new Set([...other.keys(), ...one.keys()])) {
    if (one.get(key) === other.get(key)) continue;
    return { key, there: quoted(one.get(key)), here: quoted(other.get(key)) };
  }
  return undefined;
}

/** An identity as text: the same for two runs without a difference. */
export function identityText(identity: RunIdentity): string {
  return JSON.stringify([...flat(identity)].sort());
}

/** The parts of an identity by path, without the places of files. */
function flat(
  { command, options, versions, sources, code }: Readonly<
    Partial<Record<keyof RunIdentity, unknown>>
  >,
): Map<string, string> {
  const flatten = (value: unknown, path: string): [string, string][] =>
    value !== null && typeof value === "object"
      ? Object.entries(value).flatMap(([key, inner]) =>
        flatten(inner, path === "" ? key : `${path}.${key}`)
      )
      : [[path, String(value)]];
  const parts = { command, options, versions, sources, ...(code === undefined ? {} : { code }) };
  const isPlace = (path: string) => PLACES.includes(/^options\.([^.]+)/.exec(path)?.[1] ?? "");
  return new Map(flatten(parts, "").filter(([path]) => !isPlace(path)));
}
