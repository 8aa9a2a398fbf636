/** Which files of a model folder hold its tokeniser. */

import { modelFileUnreadable } from "../../model_file.ts";
import { type FileAt, isAbsent } from "../../../reading/files.ts";
import { NegscopeError } from "../../../errors.ts";
import { basename, dirname } from "../../../reading/path.ts";
import { MOST_BYTES } from "../../../reading/read_file.ts";

export const FAST = "tokenizer.json";

export const SLOW = ["vocab.json", "merges.txt"] as const;

/** OpenAI's vocabulary, which open_clip carries too. */
export const VOCABULARY = "bpe_simple_vocab_16e6.txt.gz";

const FORMS = `${FAST}, ${SLOW.join(" with ")}, or ${VOCABULARY}`;

/** Writes `tokenizer.json` from the file of sentencepiece, `spiece.model`. */
const CONVERSION =
  `python -c "from transformers import SiglipTokenizer; from transformers.convert_slow_tokenizer import SpmConverter; SpmConverter(SiglipTokenizer('spiece.model')).converted().save('${FAST}')"`;

/** Where CLIP's vocabulary is published. */
const VOCABULARY_URL = `https://github.com/openai/CLIP/raw/main/clip/${VOCABULARY}`;

/**
 * The files that the tokeniser is read from: `tokenizer.json`, else `vocab.json` and `merges.txt`, else
 * `bpe_simple_vocab_16e6.txt.gz`.
 *
 * @param at A model folder, or the tokeniser's own file or folder.
 * @returns One path, or those of `vocab.json` and `merges.txt`.
 * @throws {NegscopeError} If the folder has none of them.
 * @throws {NegscopeError} If the folder has only one of `vocab.json` and `merges.txt`, or the path is one of them.
 */
export async function tokenizerFiles({ files, path }: FileAt): Promise<readonly string[]> {
  const folder = withoutSlash(path);
  const kindOf = (path: string) => tokenizerKind({ files, path });
  if (await kindOf(folder) === "file") {
    const half = SLOW.find((name) => name === basename(folder));
    if (half !== undefined) throw halfGiven(folder, half);
    return [folder];
  }
  for (const names of [[FAST], SLOW, [VOCABULARY]]) {
    const paths = names.map((name) => `${folder}/${name}`);
    const kinds = await Promise.all(paths.map(kindOf));
    if (!kinds.includes("absent")) return paths;
  }
  for (const [present, missing] of [SLOW, SLOW.toReversed()] as const) {
    if (await kindOf(`${folder}/${present}`) === "absent") continue;
    throw new NegscopeError("model-file-missing", {
      problem: `Cannot find "${missing}" in model folder "${folder}"`,
      subject: `${folder}/${missing}`,
      reason: `its "${present}" is only half of a tokeniser`,
      fix: `download ${missing} from the same repository, or ${FAST} instead of both`,
    });
  }
  throw new NegscopeError("model-file-missing", {
    problem: `Cannot find a tokeniser in model folder "${folder}"`,
    expected: FORMS,
    fix: `put the model's own there; CLIP's: curl -L -o ${VOCABULARY} ${VOCABULARY_URL}`,
  });
}

function halfGiven(path: string, name: string): NegscopeError {
  return new NegscopeError("model-file-missing", {
    problem: `Cannot read a tokeniser from "${path}"`,
    reason: `${name} is only half of one`,
    expected: `${FAST}, ${VOCABULARY}, or a folder with ${SLOW.join(" and ")}`,
    fix: `name the folder, "${dirname(path)}"`,
  });
}

/** The `tokenizer.json` of a SigLIP model, from its folder or as the file itself. No other form of it is read. */
export async function siglipFile({ files, path }: FileAt): Promise<FileAt> {
  const folder = withoutSlash(path);
  const kindOf = (path: string) => tokenizerKind({ files, path });
  if (await kindOf(folder) === "file") return { files, path: folder };
  const fast = `${folder}/${FAST}`;
  if (await kindOf(fast) !== "absent") return { files, path: fast };
  const unconverted = `${folder}/spiece.model`;
  if (await kindOf(unconverted) === "absent") {
    throw new NegscopeError("model-file-missing", {
      problem: `Cannot find "${FAST}" in model folder "${folder}"`,
      subject: fast,
      fix: "download it from the model's repository",
    });
  }
  throw new NegscopeError("tokenizer-unreadable", {
    problem: `Cannot read the tokeniser "${unconverted}"`,
    reason: `it is sentencepiece's own file, and there is no ${FAST} beside it`,
    fix: `download ${FAST} from the model's repository, or write it in that folder: ${CONVERSION}`,
  });
}

/** A path without the slashes at its end, except that a root stays as it is. */
function withoutSlash(path: string): string {
  return path.replace(/(?<=.)[/\\]+$/, "");
}

/** What is at a path; a file is checked to be small enough to be read. */
async function tokenizerKind({ files, path }: FileAt): Promise<"absent" | "folder" | "file"> {
  try {
    const kind = await files.kindOf(path);
    if (kind === "folder" || kind === "absent") return kind;
    using file = files.open(path);
    file.checkSize(MOST_BYTES.settings); // before anyone reads it, for its checksum or its content
    return "file";
  } catch (error) {
    if (isAbsent(error)) return "absent";
    throw modelFileUnreadable(path, error);
  }
}
