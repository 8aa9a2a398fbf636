/** In what two runs differ. */

import type { Manifest } from "../../files/manifest.ts";

/** What must agree for two runs to give the same files. */
export type RunIdentity = Pick<Manifest, "command" | "options" | "versions" | "sources">;

/** A part of the identity that two runs do not share. */
export interface IdentityDifference {
  /** Which, e.g. `options.seed`. */
  readonly key: string;
  /** Its value in the one, quoted, or `not given`. */
  readonly there: string;
  /** Its value in the other. */
  readonly here: string;
}

/**
 * The first part of the identity in which two runs differ; the order of options does not matter.
 *
 * @param there A manifest as it was read, or another identity.
 * @param here An identity.
 * @returns Undefined where they are one run.
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

function flat(
  { command, options, versions, sources }: Readonly<Partial<Record<keyof RunIdentity, unknown>>>,
): Map<string, string> {
  const flatten = (value: unknown, path: string): [string, string][] =>
    value !== null && typeof value === "object"
      ? Object.entries(value).flatMap(([key, inner]) =>
        flatten(inner, path === "" ? key : `${path}.${key}`)
      )
      : [[path, String(value)]];
  return new Map(flatten({ command, options, versions, sources }, ""));
}
