/** What is said of a model's file in a summary: its name, and notes on what of it is used. */

import { shown } from "../../errors.ts";
import type { FileAt } from "../../reading/files.ts";
import { basename, isWithin } from "../../reading/path.ts";

/** A file by its path within a folder; of a file elsewhere only the name, so that the same files have the same name anywhere. */
export function nameWithin({ files, path: folder }: FileAt, path: string): string {
  const [whole, root] = [path, folder].map((each) => files.resolve(each)) as [string, string];
  return isWithin(whole, root) ? whole.slice(root.length).replace(/^[/\\]/, "") : basename(path);
}

/** What of a file of weights no tower needs, though it may have been trained; undefined if there is nothing. */
export function notUsed(names: readonly string[]): string | undefined {
  return note("not used", "arrays", names);
}

/** Which weights hold nothing but zeros, as in a pruned model or in a file that was never filled; undefined if there are none. */
export function onlyZeros(names: readonly string[]): string | undefined {
  return note("nothing but zeros", "matrices", names);
}

function note(what: string, kind: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const several = names.length === 1 ? "" : `${names.length} ${kind}, such as `;
  return `${what}: ${several}${shown(names[0])}`;
}

/** A file with what is to be said of it in brackets: `model.safetensors (activation gelu, from config.json; not used: "head.bias")`. */
export function takenFrom(file: string, notes: readonly (string | undefined)[]): string {
  return `${file} (${notes.filter((note) => note !== undefined).join("; ")})`;
}
