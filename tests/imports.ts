/** What the source files of lib and scripts import, as their text has it. */

import { existsSync } from "node:fs";
import { join, normalize } from "node:path/posix";
import { fileURLToPath } from "node:url";

export const ROOT: string = fileURLToPath(new URL("..", import.meta.url));

/** One `import` or `export … from` of a file, or what it loads as it runs: `import("…")`, or a worker's module. */
export interface Import {
  /** The file that imports, from the repository's folder on. */
  readonly file: string;
  /** The file or package that it imports. */
  readonly of: string;
  /** Whether it is `import type` or `export type`, which loads nothing. */
  readonly typeOnly: boolean;
}

const STATEMENT = /^(?:import|export)( type)?\s(?:[\w*{][^;"]*?\bfrom\s+)?"([^"]+)"/gm;
const LOADED = /(typeof )?\bimport\("([^"]+)"\)/g;
const WORKER = /new URL\("([^"]+\.ts)", import\.meta\.url\)/g;

/** The imports of a file's text. */
export function importsOf(file: string, text: string): Import[] {
  const target = (name: string) =>
    name.startsWith(".") ? normalize(join(file, "..", name)) : packageOf(name);
  return [
    ...[...text.matchAll(STATEMENT)].map(([, type, name]) => [name!, type !== undefined] as const),
    ...[...text.matchAll(LOADED)].map(([, type, name]) => [name!, type !== undefined] as const),
    ...[...text.matchAll(WORKER)].map(([, name]) => [name!, false] as const),
  ].map(([name, typeOnly]) => ({ file, of: target(name), typeOnly }));
}

/** All TypeScript files in a folder, from the repository's folder on. */
export function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(`${ROOT}${folder}`)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return filesIn(path);
    return /\.tsx?$/.test(name) ? [path] : [];
  });
}

/** The imports of all TypeScript files in a folder; the import in the text of a script that a file writes leads nowhere. */
export function importsIn(folder: string): Import[] {
  return filesIn(folder).flatMap((path) =>
    importsOf(path, Deno.readTextFileSync(ROOT + path))
      .filter(({ of }) => !of.startsWith("lib/") || existsSync(ROOT + of))
  );
}

/** The room of a file: the folder in lib that it is in; each composite is a room of its own. */
export function roomOf(path: string): string {
  const [top, folder, within] = path.split("/");
  if (top !== "lib") return top!;
  return folder === "composites" ? within! : folder!;
}

/** All files and packages that a file loads, itself included. */
export function loadedBy(file: string, imports: readonly Import[]): Set<string> {
  const ofFile = Map.groupBy(imports.filter(({ typeOnly }) => !typeOnly), (it) => it.file);
  const loaded = new Set([file]);
  for (const path of loaded) {
    for (const { of } of ofFile.get(path) ?? []) loaded.add(of); // the loop goes on with what it adds
  }
  return loaded;
}

function packageOf(name: string): string {
  return /^(?:@[^/]+\/)?[^/]+/.exec(name)![0];
}
