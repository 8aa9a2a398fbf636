/** What identifies a run, and how two runs differ; apart from run_identity.ts, so that drawing figures again loads no runtime. */

import type { Manifest } from "../files/manifest.ts";

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
  "from",
  "data",
  "sentences",
  "images",
  "image",
  "image-embeddings",
  "subject-sizes",
  "segmenter",
  "runs",
];

/** The first part of the identity in which two runs differ, whatever the order of options and the places of files. */
export function identityDifference(
  there: Readonly<Partial<Record<keyof RunIdentity, unknown>>>,
  here: RunIdentity,
) {
  const [one, other] = [flat(there), flat(here)];
  const isSource = (key: string) => key.startsWith("sources.");
  const keys = [...new Set([...other.keys(), ...one.keys()])] // of other rows the options say why
    .toSorted((a, b) => Number(isSource(a)) - Number(isSource(b)));
  for (const key of keys) {
    if (one.get(key) === other.get(key)) continue;
    const [there, here] = [one.get(key), other.get(key)];
    const from = firstDifference(there, here);
    const called = calledIn(key, (path) => other.get(path) ?? one.get(path));
    return { key, called, there: quoted(there, from), here: quoted(here, from) };
  }
  return undefined;
}

function calledIn(key: string, valueOf: (path: string) => string | undefined): string {
  const [part, name, ...rest] = key.split(".");
  if (part === "options") return `--${name}`;
  if (part === "versions") return `version of ${name === "kit" ? "negscope" : name}`;
  const [index, field] = rest;
  if (part !== "sources" || field === undefined) return key;
  if (field === "file") return `${name} file ${Number(index) + 1}`;
  return `${field} of the ${name} file "${valueOf(`sources.${name}.${index}.file`)}"`;
}

const MOST_QUOTED = 200;

/** Quotes a value; of a long one, such as the content of a file, only what is around the first difference. */
function quoted(value: string | undefined, from: number): string {
  if (value === undefined) return "not given";
  if (value.length <= MOST_QUOTED) return `"${value}"`;
  const start = Math.max(0, from - 20);
  return `"${start > 0 ? "…" : ""}${value.slice(start, start + 60)}…"`;
}

function firstDifference(one = "", other = ""): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  return at;
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
