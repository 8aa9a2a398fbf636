/** Hugging Face's older pair of files, `vocab.json` and `merges.txt`. */

import type { FileAt } from "../../../reading/files.ts";
import { clipJson, END, START } from "./clip_json.ts";
import { isLfsPointer } from "../../../reading/lfs_pointer.ts";
import { pointerUnreadable } from "../../model_file.ts";
import { readMerges, unreadableVocabulary } from "./merges.ts";
import { ModelJson, parseModelJson } from "../../model_json.ts";
import { readBounded } from "./small_files.ts";

/** Reads the two files as the contents of tokenizer.json. Returns the contents, under the name of the first file. */
export async function readSlowFiles(vocabFile: FileAt, mergesFile: FileAt): Promise<ModelJson> {
  const [vocabPath, mergesPath] = [vocabFile.path, mergesFile.path];
  const vocab = parseModelJson(await readText(vocabFile), vocabPath).entries();
  for (const token of [START, END]) {
    if (!Object.hasOwn(vocab, token)) {
      throw unreadableVocabulary(vocabPath, `it has no token "${token}"`);
    }
  }
  const lines = (await readText(mergesFile)).split("\n");
  const hasHead = lines[0]!.startsWith("#version");
  const used = hasHead ? lines.slice(1) : lines;
  while (used.at(-1)?.trim() === "") used.pop();
  const firstLine = hasHead ? 2 : 1;
  const merges = readMerges(used, { file: mergesPath, firstLine });
  merges.forEach((pair, i) => {
    const missing = [...pair, pair.join("")].find((token) => !Object.hasOwn(vocab, token));
    if (missing === undefined) return;
    throw unreadableVocabulary(
      mergesPath,
      `line ${firstLine + i} needs the token "${missing}", which "${vocabPath}" does not have`,
    );
  });
  return new ModelJson(vocabPath, clipJson(vocab, merges));
}

async function readText(at: FileAt): Promise<string> {
  const { path } = at;
  const bytes = await readBounded(at);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadableVocabulary(path, "it is not UTF-8 text", cause);
  }
  if (isLfsPointer(text)) throw pointerUnreadable(path);
  return text;
}
