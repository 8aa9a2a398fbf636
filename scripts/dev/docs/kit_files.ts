/** The kit's own files, and what is written of them for where they are not on the disk: data/files.json and lib/version/committed.ts. */

import { join } from "node:path/posix";
import { kitPath } from "../../../lib/files/kit_files.ts";
import { MOST_BYTES, readText, readTextSync } from "../../../lib/files/read_file.ts";
import { sha256File } from "../../../lib/files/sha256.ts";
import { type Computed, versionOfCode } from "../../../lib/version/code.ts";

/** The TypeScript files of lib and scripts, by their paths. */
export async function sourceFiles(): Promise<ReadonlyMap<string, string>> {
  const paths = (await filesBelow(["lib", "scripts"])).filter((path) => path.endsWith(".ts"));
  const texts = await Promise.all(paths.map((path) => readText(kitPath(path), MOST_BYTES.own)));
  return new Map(paths.map((path, i) => [path, texts[i]!]));
}

/** The folders and files that the kit reads as it runs. */
const READ = [
  "data/explore",
  "data/planted",
  "data/published",
  "data/shapes/controlled_pairs.json",
  "data/shapes/existence.json",
  "data/shapes/images",
  "data/shapes/model",
  "data/shapes/objects.csv",
  "data/shapes/sentences.txt",
  "lib/draw/fonts",
];

/** Made by hand for readers, or what the files were made with. */
const UNREAD = /\.md$|^LICENSE|^recipe$/;

/** data/files.json: the kit's data and fonts with their checksums, for where the kit is imported over the network and fetches them. */
export async function dataFiles(): Promise<string> {
  const names = await filesBelow(READ, (name) => !UNREAD.test(name));
  const lines = await Promise.all(
    names.map(async (name) => `  ${JSON.stringify(name)}: "${await sha256File(kitPath(name))}"`),
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}

/** The files of some files and folders, sorted. */
async function filesBelow(
  paths: readonly string[],
  isTaken: (name: string) => boolean = () => true,
): Promise<string[]> {
  const found = await Promise.all(paths.map(async (path) => {
    if ((await Deno.stat(kitPath(path))).isFile) return [path];
    const entries = await Array.fromAsync(Deno.readDir(kitPath(path)), ({ name }) => name);
    return await filesBelow(entries.filter(isTaken).map((name) => join(path, name)), isTaken);
  }));
  return found.flat().sort();
}

/** lib/version/committed.ts: the version of the kit's code. */
export function committedCode(): string {
  const version = (computed: Computed) =>
    versionOfCode(computed, (module) => readTextSync(module, MOST_BYTES.own));
  return `/** The kit's code as it was committed, see code.ts. Written by \`deno task docs\`. */

import type { Computed } from "./code.ts";

/** The checksum of the code by what it computes. */
export const COMMITTED: Readonly<Record<Computed, string>> = {
  embeddings: "${version("embeddings")}",
  page: "${version("page")}",
  runs: "${version("runs")}",
};
`;
}
