/** The kit's own source. */

import { MOST_BYTES, readText } from "../../../lib/files/read_file.ts";

const ROOT = new URL("../../../", import.meta.url);

export async function sourceFiles(): Promise<ReadonlyMap<string, string>> {
  const paths = [...await filesBelow("lib/"), ...await filesBelow("scripts/")].sort();
  const texts = await Promise.all(
    paths.map((path) => readText(new URL(path, ROOT), MOST_BYTES.own)),
  );
  return new Map(paths.map((path, i) => [path, texts[i]!]));
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(new URL(folder, ROOT)));
  const below = await Promise.all(entries.map(async ({ name, isDirectory }) => {
    if (isDirectory) return await filesBelow(`${folder}${name}/`);
    return name.endsWith(".ts") ? [`${folder}${name}`] : [];
  }));
  return below.flat();
}
