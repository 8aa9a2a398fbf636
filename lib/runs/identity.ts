/** What identifies a run, and how two runs differ; apart from run_identity.ts, so that drawing figures again loads no runtime. */

import type { Manifest } from "../files/manifest.ts";
import { isObject } from "../reading/json.ts";

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

type Recorded = Readonly<Partial<Record<keyof RunIdentity, unknown>>>;

/** The first part of the identity in which two runs differ, whatever the order of options and the places of files; and how, where `others` stands for what the second run has. */
export function identityDifference(
  there: Recorded,
  here: RunIdentity,
  others = "this run's",
): { readonly key: string; readonly reason: string } | undefined {
  const [one, other] = [flat(there), flat(here)];
  const isSource = (key: string) => key.startsWith("sources.");
  const key = [...new Set([...other.keys(), ...one.keys()])] // of other rows the options say why
    .toSorted((a, b) => Number(isSource(a)) - Number(isSource(b)))
    .find((key) => one.get(key) !== other.get(key));
  if (key === undefined) return undefined;
  const reasonOf = (called: string, is: string, its?: string, own?: string) => {
    const from = firstDifference(its, own);
    return `its ${called} ${is} ${quoted(its, from)}, ${others} ${is} ${quoted(own, from)}`;
  };
  if (!isSource(key)) {
    return { key, reason: reasonOf(calledIn(key), "is", one.get(key), other.get(key)) };
  }
  const [, part, index] = key.split(".");
  const filesOf = (run: ReadonlyMap<string, string>) =>
    [...run].filter(([path]) => path.startsWith(`sources.${part}.`) && path.endsWith(".file"))
      .map(([, file]) => file).join(", ");
  const [called, its, own] = runsOf(there) === runsOf(here)
    ? [`${part} files`, filesOf(one), filesOf(other)]
    : ["runs", runsOf(there), runsOf(here)];
  const file = one.get(`sources.${part}.${index}.file`);
  const reason = its === own
    ? `its ${part} file "${file}" has other content`
    : reasonOf(called!, "are", its, own);
  return { key, reason };
}

/** The runs that a comparison reads, as they were named. */
function runsOf({ options }: Recorded): string {
  return isObject(options) && Array.isArray(options["runs"]) ? options["runs"].join(", ") : "";
}

function calledIn(key: string): string {
  const [part, name] = key.split(".");
  if (part === "options") return `--${name}`;
  if (part === "versions") return `version of ${name === "kit" ? "negscope" : name}`;
  return key;
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
  { command, options, versions, sources, code }: Recorded,
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
