/** Keys of a row that look like one that may be missing: read as unknown ones, their values would be lost in silence. */

import { distance } from "fastest-levenshtein";
import { NegscopeError } from "../../errors.ts";
import type { RowPlace } from "./row_reader.ts";

/** Letters that may differ: in a name of ten letters or more two, as if neighbours were exchanged. */
const farOf = (name: string) => name.length < 10 ? 1 : 2;

/**
 * Refuses a key that differs from an optional one in case, in `_`, `-` and spaces, or in a letter, unless the optional one is there too.
 */
export function refuseMisspelt(
  keys: readonly string[],
  optional: readonly string[],
  { source, where }: RowPlace,
): void {
  for (const meant of optional) {
    if (keys.includes(meant)) continue;
    const found = keys.find((key) => isLike(plain(key), plain(meant)));
    if (found === undefined) continue;
    throw new NegscopeError("data-columns-wrong", {
      problem: `Cannot read ${where} from "${source}"`,
      subject: found,
      reason: `"${found}" is no key of a row`,
      gist: "a key is misspelt",
      expected: `"${meant}"`,
      fix: "write it so, or give what is something else another name",
    });
  }
}

function isLike(key: string, name: string): boolean {
  return Math.abs(key.length - name.length) <= 2 && distance(key, name) <= farOf(name);
}

function plain(key: string): string {
  return key.toLowerCase().replace(/[\s_-]/g, "");
}
