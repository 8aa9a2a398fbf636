/** data/files.json: the kit's data and fonts with their checksums, for where the kit is imported over the network and fetches them. */

import { join } from "node:path/posix";
import { sha256File } from "../../../lib/files/sha256.ts";
import { kitPath } from "../../../lib/files/kit_files.ts";

/** The folders and files that the kit reads as it runs. */
const READ = [
  "data/planted",
  "data/published",
  "data/shapes/existence.json",
  "data/shapes/images",
  "data/shapes/model",
  "data/shapes/sentences.txt",
  "lib/draw/fonts",
];

/** Made by hand for readers, or what the files were made with. */
const UNREAD = /\.md$|^LICENSE|^recipe$/;

export async function dataFiles(): Promise<string> {
  const names = (await Promise.all(READ.map(filesBelow))).flat().sort();
  const lines = await Promise.all(
    names.map(async (name) => `  ${JSON.stringify(name)}: "${await sha256File(kitPath(name))}"`),
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}

async function filesBelow(name: string): Promise<string[]> {
  if ((await Deno.stat(kitPath(name))).isFile) return [name];
  const entries = await Array.fromAsync(Deno.readDir(kitPath(name)));
  const read = entries.filter((entry) => !UNREAD.test(entry.name));
  return (await Promise.all(read.map((entry) => filesBelow(join(name, entry.name))))).flat();
}
