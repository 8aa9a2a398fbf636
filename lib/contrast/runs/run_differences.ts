/** In what two runs differ, by their records: options, data, and files of the model. */

import type { RecordedFile, RunRecord } from "../../files/run_record.ts";
import { isRandomWeights } from "../../opening/choice/checksums.ts";
import { isOfEmbeddings } from "../../opening/embeddings/stored_embeddings.ts";
import { PLACES } from "../../runs/folder/identity_difference.ts";
import { wrapText } from "../../tables/wrap_text.ts";

type Recorded = Pick<RunRecord, "options" | "sources">;

/**
 * Says which files of the model two runs do not share, by their contents: a file under another name or in another folder is the same.
 * One line, or more if it is long.
 */
export function modelFilesText(first: Recorded, second: Recorded): string {
  const [one, other] = [modelFiles(first), modelFiles(second)];
  const [inFirst, inSecond] = [aloneIn(one, other), aloneIn(other, one)];
  if (inFirst.length === 0 && inSecond.length === 0) return "The models have the same files\n";
  const [inBoth, onlyFirst, onlySecond] = [
    inFirst.filter((name) => inSecond.includes(name)),
    inFirst.filter((name) => !inSecond.includes(name)),
    inSecond.filter((name) => !inFirst.includes(name)),
  ];
  const differing = [
    ...inBoth.map((name) => `${name} (other contents)`),
    ...onlyFirst.map((name) => `${name} (first run only)`),
    ...onlySecond.map((name) => `${name} (second run only)`),
  ];
  return `${wrapText(`The models differ in ${differing.join(", ")}`)}\n`;
}

/** The model's own files, without what the options say: random weights and image embeddings made elsewhere. */
function modelFiles({ sources: { model } }: Recorded): readonly RecordedFile[] {
  return model.filter(({ file }) => !isRandomWeights(file) && !isOfEmbeddings(file));
}

/** The names of files whose contents are not among those of other files. */
function aloneIn(files: readonly RecordedFile[], than: readonly RecordedFile[]): string[] {
  const contents = new Set(than.map(({ sha256 }) => sha256));
  return files.filter(({ sha256 }) => !contents.has(sha256)).map(({ file }) => file);
}

/** Options that decide which rows, and so which images, a run uses. */
const OF_ROWS: readonly string[] = ["protocol", "limit", "seed", "shard", "skip-bad"];

/** In what two runs differ besides the model's own files: options with both values, data files, and image embeddings made elsewhere. */
export function runDifferences(first: Recorded, second: Recorded): string[] {
  const [a, b] = [directed(first.options), directed(second.options)];
  const options = [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) =>
    !PLACES.includes(name) && a[name] !== b[name]
  );
  const files = differingData(first, second).filter((file) =>
    file !== "images" || !options.some((name) => OF_ROWS.includes(name))
  );
  return [
    ...options.map((name) => `--${name} (${a[name] ?? "none"}, ${b[name] ?? "none"})`),
    ...files.map((file) => `the data (${file})`),
    ...(embeddingsOf(first) === embeddingsOf(second) ? [] : ["the image embeddings"]),
  ];
}

/** A run's options; a trace of a version without directions has the only one that it had. */
function directed(options: RunRecord["options"] = {}): NonNullable<RunRecord["options"]> {
  return "site" in options ? { direction: "denoise", ...options } : options;
}

/** The checksums of image embeddings that stand in for the image tower, and of their names; empty if none do. */
function embeddingsOf({ sources: { model } }: Recorded): string {
  return model.flatMap(({ file, sha256 }) => isOfEmbeddings(file) ? [sha256] : []).join();
}

/** The names of data files that are not the same in both runs. */
function differingData(first: Recorded, second: Recorded): string[] {
  const [a, b] = [first, second].map(({ sources: { data } }) =>
    new Map(data.map(({ file, sha256 }) => [file, sha256]))
  ) as [Map<string, string>, Map<string, string>];
  return [...new Set([...a.keys(), ...b.keys()])].filter((file) => a.get(file) !== b.get(file));
}
