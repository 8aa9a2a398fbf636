/** Which files of the model two runs do not share. */

import type { RecordedFile, RunRecord } from "../../files/run_record.ts";
import { isRandomWeights } from "../../opening/choice/checksums.ts";
import { isOfEmbeddings } from "../../opening/embeddings/stored_embeddings.ts";
import { wrapText } from "../../tables/wrap_text.ts";

/**
 * Says which files of the model two runs do not share, by their contents: a file under another name or in another folder is the same.
 * One line, or more if it is long.
 */
export function modelFilesText(
  first: Pick<RunRecord, "sources">,
  second: Pick<RunRecord, "sources">,
): string {
  const [one, other] = [modelFiles(first), modelFiles(second)];
  const [inFirst, inSecond] = [aloneIn(one, other), aloneIn(other, one)];
  if (inFirst.length === 0 && inSecond.length === 0) return "The models have the same files\n";
  const changed = inFirst.filter((name) => inSecond.includes(name));
  const differing = [
    ...changed.map((name) => `${name} (other contents)`),
    ...inFirst.filter((name) => !changed.includes(name)).map((name) => `${name} (first run only)`),
    ...inSecond.filter((name) => !changed.includes(name)).map((name) =>
      `${name} (second run only)`
    ),
  ];
  return `${wrapText(`The models differ in ${differing.join(", ")}`)}\n`;
}

/** The model's own files, without what the options say: random weights and image embeddings made elsewhere. */
function modelFiles({ sources: { model } }: Pick<RunRecord, "sources">): readonly RecordedFile[] {
  return model.filter(({ file }) => !isRandomWeights(file) && !isOfEmbeddings(file));
}

/** The names of files whose contents are not among those of other files. */
function aloneIn(files: readonly RecordedFile[], than: readonly RecordedFile[]): string[] {
  const contents = new Set(than.map(({ sha256 }) => sha256));
  return files.filter(({ sha256 }) => !contents.has(sha256)).map(({ file }) => file);
}
