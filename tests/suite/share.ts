/**
 * Loads test files into one worker. Deno starts a worker for each file that it is given, and each of 250 workers would load the kit,
 * Vega and ONNX Runtime again, which takes longer than a third of the tests.
 */

import { fileURLToPath, pathToFileURL } from "node:url";

const TESTS = fileURLToPath(new URL("../", import.meta.url));

/** A test file. */
interface TestFile {
  readonly path: string;
  readonly bytes: number;
}

/**
 * Registers the tests of a share of the test files. Files are ordered by size and dealt out to and fro, so that shares take about as long
 * as each other.
 *
 * @param k Which share, from 1.
 * @param n The number of shares.
 */
export async function loadShare(k: number, n: number): Promise<void> {
  const files = testsIn(TESTS).sort((a, b) => a.bytes - b.bytes || (a.path < b.path ? -1 : 1));
  const shareOf = (i: number) => Math.floor(i / n) % 2 === 0 ? i % n : n - 1 - i % n;
  for (const { path } of files.filter((_, i) => shareOf(i) === k - 1)) {
    await import(pathToFileURL(path).href);
  }
}

function testsIn(folder: string): TestFile[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}${name}`;
    if (isDirectory) return testsIn(`${path}/`);
    return name.endsWith("_test.ts") ? [{ path, bytes: Deno.statSync(path).size }] : [];
  });
}
