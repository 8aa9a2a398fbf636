/** What is said of a model's file in a summary: its name, and notes on what of it is used. */

import { shown } from "../../errors.ts";
import type { FileAt } from "../../reading/files.ts";
import { basename, isWithin } from "../../reading/path.ts";

/** A file by its path within a folder; of a file elsewhere only the name, so that the same files have the same name anywhere. */
export function nameWithin({ files, path: folder }: FileAt, path: string): string {
  const [whole, root] = [path, folder].map((each) => files.resolve(each)) as [string, string];
  return isWithin(whole, root) ? whole.slice(root.length).replace(/^[/\\]/, "") : basename(path);
}

/** What of a file of weights no tower needs, though it may have been trained. Returns undefined if there are none. */
export function notUsed(names: readonly string[]): string | undefined {
  const [first, ...others] = names;
  if (first === undefined) return undefined;
  const such = others.length === 0 ? "" : `${names.length} arrays, such as `;
  return `not used: ${such}${shown(first)}`;
}

/** Which weights hold nothing but zeros, as in a pruned model or in a file that was never filled. Returns undefined if there are none. */
export function onlyZeros(names: readonly string[]): string | undefined {
  const [first, ...others] = names;
  if (first === undefined) return undefined;
  const such = others.length === 0 ? "" : `${names.length} matrices, such as `;
  return `nothing but zeros: ${such}${shown(first)}`;
}

/** A file with what is to be said of it in brackets: `model.safetensors (activation gelu, from config.json; not used: "head.bias")`. */
export function takenFrom(file: string, notes: readonly (string | undefined)[]): string {
  return `${file} (${notes.filter((note) => note !== undefined).join("; ")})`;
}
