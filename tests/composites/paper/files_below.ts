/** The files of a paper's folder. */

import { assertEquals } from "@std/assert";

const read = (path: string) => Deno.readTextFileSync(path);

/** All files below a folder but the manifests, which hold times. */
export function filesBelow(folder: string, within = ""): string[] {
  return [...Deno.readDirSync(`${folder}/${within}`)].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesBelow(folder, `${within}${name}/`) : [`${within}${name}`]
  ).filter((name) => !name.endsWith("manifest.json")).sort();
}

/** Asserts that two folders hold the same files with the same bytes, apart from the manifests. */
export function assertSameFiles(folder: string, other: string): void {
  assertEquals(filesBelow(folder), filesBelow(other));
  const differing = filesBelow(folder).filter((name) =>
    read(`${folder}/${name}`) !== read(`${other}/${name}`)
  );
  assertEquals(differing, []);
}
