/** Which tests to run after a change. */

import { dirname } from "node:path/posix";
import type { Import } from "../imports.ts";
import { isSlow } from "./share.ts";

/**
 * The tests of changed files: those of the room of each, slow ones included, and those that are not slow of every room with a file that
 * imports it. A changed test is its own; what other tests share has the tests of its folder.
 *
 * @param changed Files, from the repository's folder on.
 * @param among All test files, and what the files of lib and scripts import.
 */
export function affectedTests(
  changed: readonly string[],
  { tests, imports }: { readonly tests: readonly string[]; readonly imports: readonly Import[] },
): string[] {
  const own = changed.flatMap(testsOf);
  const importing = imports.filter(({ of, typeOnly }) => changed.includes(of) && !typeOnly)
    .flatMap(({ file }) => testsOf(file));
  const isOf = (places: readonly string[], path: string) =>
    places.some((place) => path.startsWith(place));
  return tests.filter((path) => isOf(own, path) || !isSlow(path) && isOf(importing, path));
}

/** How the paths of a file's tests begin; each experiment and composite is a room of its own, and each script has tests of its name. */
function testsOf(path: string): string[] {
  if (/^tests\/.*_test\.ts$/.test(path)) return [path];
  if (path.startsWith("tests/")) return [`${dirname(path)}/`];
  const [, room] = /^lib\/((?:experiments|composites)\/\w+(?=\/)|\w+)/.exec(path) ?? [];
  if (room !== undefined) return [`tests/${room}/`];
  const [place] = /^(scripts\/(?:dev\/)?\w+|examples)/.exec(path) ?? [];
  return place === undefined ? [] : [`tests/${place}`];
}
