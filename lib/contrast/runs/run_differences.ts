/** In what two runs differ, by their records: options, data, image embeddings, and files of the model. */

import type { RecordedFile, RunRecord } from "../../files/run_record.ts";
import { IMAGES, isRandomWeights } from "../../opening/choice/checksums.ts";
import { PLACES } from "../../runs/folder/identity_difference.ts";

type Recorded = Pick<RunRecord, "options" | "sources">;

/** Names what differs: options with both values, and files by their contents, which are the same under any name. */
export function runDifferences(first: Recorded, second: Recorded): string[] {
  const [a, b] = [first.options ?? {}, second.options ?? {}];
  const options = [...new Set([...Object.keys(a), ...Object.keys(b)])]
    .filter((name) => !PLACES.includes(name) && a[name] !== b[name])
    .map((name) => `--${name} (${a[name] ?? "none"}, ${b[name] ?? "none"})`);
  const files = (["data", "model"] as const).flatMap((kind) => {
    const [one, other] = [filesOf(first, kind), filesOf(second, kind)];
    const names = new Set([...aloneIn(one, other), ...aloneIn(other, one)]);
    return names.size === 0 ? [] : [`the ${kind} (${[...names].join(", ")})`];
  });
  return [...options, ...files];
}

/** The one checksum of all images of a run. Undefined if it read none. */
export function imagesOf({ sources }: Pick<Recorded, "sources">): string | undefined {
  return sources.data.find(({ file }) => file === IMAGES)?.sha256;
}

/** Why runs whose rows have the same text are not on the same rows, and what is needed. */
export const OTHER_IMAGES = {
  reason:
    "their images are other files under the same names (how many is not known: a run records one checksum of all its images)",
  expected: "runs on the same files: run one of them again with the other's --images",
} as const;

/** Whether two runs read images, and not the same. */
export function haveOtherImages(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}

/** The files of a run, without random weights, which an option names. */
function filesOf({ sources }: Recorded, kind: "data" | "model"): readonly RecordedFile[] {
  return sources[kind].filter(({ file }) => !isRandomWeights(file));
}

/** The names of files whose contents are not among those of other files. */
function aloneIn(files: readonly RecordedFile[], than: readonly RecordedFile[]): string[] {
  const contents = new Set(than.map(({ sha256 }) => sha256));
  return files.filter(({ sha256 }) => !contents.has(sha256)).map(({ file }) => file);
}
