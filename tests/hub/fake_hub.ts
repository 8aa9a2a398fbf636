/** A Hub on the loopback with one repository, and the content that a correct client must find there. */

import { createHash } from "node:crypto";
import type { RemoteFile } from "../../lib/hub/repository.ts";
import { type Answer, type Asked, LoopbackServer, ranged } from "./loopback.ts";

export const COMMIT = "0123456789abcdef0123456789abcdef01234567"; // repository's commit

export const REPOSITORY = "owner/tiny-clip"; // repository's name

/** The files of a small model that cannot run; all but the settings are stored as large files. */
export const FILES = bytesOf({
  ".gitattributes": "*.onnx filter=lfs\n",
  "config.json": '{"model_type": "clip"}\n',
  "tokenizer.json": "{}\n",
  "preprocessor_config.json": "{ }\n",
  "onnx/text_model.onnx": "text ".repeat(10_000),
  "onnx/vision_model.onnx": "vision ".repeat(10_000),
  "onnx/vision_model.onnx_data": "weights ".repeat(1_000),
  "onnx/model_fp16.onnx": "half",
  "onnx/text_model_quantized.onnx": "eighth",
});

export type Files = Readonly<Record<string, Uint8Array>>; // files of a repository by their paths

/** A checksum in the Hub's form: SHA-256 for large files, git's for others. */
export function checksum(path: string, content: Uint8Array): string {
  return isLarge(path)
    ? createHash("sha256").update(content).digest("hex")
    : createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

/** A repository of a Hub on the loopback: its name and commit, and its files. */
export interface FakeRepository {
  readonly files?: Files; // default: the tiny model's
  readonly repository?: string; // default: REPOSITORY
  readonly commit?: string; // default: COMMIT
}

/** The response of the Hub's API about the repository. */
export function listing(
  { files = FILES, repository = REPOSITORY, commit = COMMIT }: FakeRepository = {},
): unknown {
  const siblings = Object.entries(files).map(([path, content]) => ({
    rfilename: path,
    size: content.length,
    blobId: createHash("sha1").update(path).digest("hex"),
    ...(isLarge(path)
      ? { lfs: { sha256: checksum(path, content), size: content.length, pointerSize: 134 } }
      : { blobId: checksum(path, content) }),
  }));
  return { id: repository, sha: commit, private: false, siblings };
}

/** Answers like the Hub. Large files are delivered from another address of this machine. */
export function answerAsHub(
  { path, headers }: Asked,
  { delivery, ...given }: FakeRepository & { readonly delivery?: URL } = {},
): Answer {
  const { files = FILES, repository = REPOSITORY, commit = COMMIT } = given;
  const [place, query] = path.split("?");
  const lists = ["main", commit].map((revision) =>
    `/api/models/${repository}/revision/${revision}`
  );
  if (lists.includes(place!) && query === "blobs=true") {
    return { body: new TextEncoder().encode(JSON.stringify(listing(given))) };
  }
  const file = place!.replace(`/${repository}/resolve/${commit}/`, "").replace("/delivered/", "");
  const content = files[file];
  if (content === undefined) {
    return { status: 401, headers: { "x-error-code": "RepoNotFound" } };
  }
  if (delivery !== undefined && isLarge(file) && !place!.startsWith("/delivered/")) {
    return { status: 302, headers: { location: `${delivery}delivered/${file}?Signature=x` } };
  }
  return ranged(content, { path, headers });
}

export function properHub(): LoopbackServer {
  return new LoopbackServer((asked) => answerAsHub(asked));
}

export function bytesOf(texts: Readonly<Record<string, string>>): Files {
  return Object.fromEntries(
    Object.entries(texts).map(([path, text]) => [path, new TextEncoder().encode(text)]),
  );
}

/** The files with the given texts, for the choice among them; those without a text have their own path as their text. */
export function remote(given: readonly string[] | Readonly<Record<string, string>>) {
  const files = bytesOf(
    Array.isArray(given)
      ? Object.fromEntries(given.map((it) => [it, it]))
      : given as Record<string, string>,
  );
  const asked: string[] = []; // paths of the files that were read, in order
  return {
    asked,
    files: Object.entries(files).map(([path, bytes]): RemoteFile => {
      const hex = checksum(path, bytes);
      return {
        path,
        size: bytes.length,
        checksum: { kind: isLarge(path) ? "sha256" : "git", hex },
      };
    }),
    read: ({ path }: RemoteFile) => {
      asked.push(path);
      return Promise.resolve(files[path]!);
    },
  };
}

function isLarge(path: string): boolean {
  return /\.(onnx|safetensors$|bin$|pth?$|msgpack$|h5$)/.test(path);
}
