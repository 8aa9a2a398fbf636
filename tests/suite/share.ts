/**
 * Loads test files into one worker. Deno starts a worker for each file that it is given, and each of 550 workers would load the kit,
 * Vega and ONNX Runtime again, which takes longer than a third of the tests.
 */

import { pathToFileURL } from "node:url";
import "../own_cache.ts";
import { filesIn, ROOT } from "../imports.ts";
import SECONDS from "./seconds.json" with { type: "json" };

/** How the name of a test file ends that takes longer than a second: `deno task test` leaves it to `deno task dev test:slow`. */
const SLOW = "_slow_test.ts";

/** Bytes of quick files that are not listed, together, for each second that they take. */
const BYTES_PER_SECOND = 32_000;

/** All test files, from the repository's folder on. */
export function testFiles(): string[] {
  return filesIn("tests").filter((path) => path.endsWith("_test.ts"));
}

export function isSlow(path: string): boolean {
  return path.endsWith(SLOW);
}

/**
 * Registers the tests of a share of the test files. Each file, the slowest first, goes to the share that has the least to do so far.
 *
 * @param k Which share, from 1.
 * @param n The number of shares.
 * @param which Whether to load the slow files, or the others. @default {the others}
 */
export async function loadShare(
  k: number,
  n: number,
  { slow = false }: { readonly slow?: boolean } = {},
): Promise<void> {
  const files = testFiles().filter((path) => isSlow(path) === slow)
    .map((path) => ({ path, seconds: secondsOf(path) }))
    .sort((a, b) => b.seconds - a.seconds || (a.path < b.path ? -1 : 1));
  const shares = Array.from({ length: n }, () => ({ seconds: 0, paths: [] as string[] }));
  for (const { path, seconds } of files) {
    const least = shares.reduce((a, b) => b.seconds < a.seconds ? b : a);
    least.seconds += seconds;
    least.paths.push(path);
  }
  await loadTests(shares[k - 1]!.paths);
}

export async function loadTests(paths: readonly string[]): Promise<void> {
  for (const path of paths) await import(pathToFileURL(ROOT + path).href);
}

function secondsOf(path: string): number {
  return (SECONDS as Readonly<Record<string, number>>)[path] ??
    (isSlow(path) ? 1 : Deno.statSync(ROOT + path).size / BYTES_PER_SECOND);
}
