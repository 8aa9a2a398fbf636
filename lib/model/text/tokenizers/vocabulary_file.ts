/** OpenAI's vocabulary file `bpe_simple_vocab_16e6.txt.gz`, which open_clip carries too. */

import type { FileAt } from "../../../reading/files.ts";
import { CLIP_TOKENS, clipJson, END, END_OF_WORD, START } from "./clip_json.ts";
import { type Merge, readMerges, unreadableVocabulary } from "./merges.ts";
import { ModelJson } from "../../model_json.ts";
import { readBounded } from "./small_files.ts";

/** The merges that CLIP uses of the 262,144 in the file: the other tokens are twice 256 bytes, start and end. */
const MOST_MERGES = CLIP_TOKENS - 2 * 256 - 2;

/** The most bytes of the text; OpenAI's has 3.2 MB. */
const MAX_TEXT = 20_000_000;

/** Whether a file's first bytes are those of gzip. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Reads the vocabulary file as the contents of tokenizer.json: 256 bytes, these at the end of a word, a token for each merge, and the start
 * and the end token. The file's own tokenisers spell the last two in other ways, which changes no id.
 */
export async function readVocabularyFile(at: FileAt): Promise<ModelJson> {
  const { path } = at;
  const lines = (await unpack(at)).split("\n", MOST_MERGES + 1);
  const used = lines.slice(1); // the first line names the format
  if (used.at(-1) === "") used.pop(); // after the last line of a shorter file
  const merges = readMerges(used, { file: path, firstLine: 2 });
  return new ModelJson(path, clipJson(vocabularyOf(merges), merges));
}

/** The id of every token: its place in the list. */
function vocabularyOf(merges: readonly Merge[]): Record<string, number> {
  const bytes = byteAlphabet();
  const tokens = [
    ...[...bytes, ...bytes.map((byte) => byte + END_OF_WORD)],
    ...[...merges.map((pair) => pair.join("")), START, END],
  ];
  return Object.fromEntries(tokens.map((token, id) => [token, id]));
}

/** A visible character for every byte, in the order of CLIP's ids (`bytes_to_unicode()`): visible Latin-1, then the other bytes. */
function byteAlphabet(): string[] {
  const isVisible = (byte: number) =>
    (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte !== 0xad);
  const bytes = Array.from({ length: 256 }, (_, byte) => byte);
  const visible = bytes.filter(isVisible);
  const others = bytes.length - visible.length;
  return [...visible, ...Array.from({ length: others }, (_, i) => 256 + i)]
    .map((code) => String.fromCharCode(code));
}

async function unpack(at: FileAt): Promise<string> {
  const { path } = at;
  const bytes = await readBounded(at);
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let text = "";
  let size = 0;
  try {
    const unpacked = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    for await (const piece of unpacked) {
      size += piece.length;
      if (size > MAX_TEXT) break;
      text += decoder.decode(piece, { stream: true });
    }
    if (size <= MAX_TEXT) return text + decoder.decode();
  } catch (cause) {
    throw unreadableVocabulary(path, "it is not a whole gzip file of UTF-8 text", cause);
  }
  throw unreadableVocabulary(path, `it unpacks to more than ${MAX_TEXT} bytes`);
}
