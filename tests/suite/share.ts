/**
 * Loads test files into one worker. Deno starts a worker for each file that it is given, and each of 250 workers would load the kit,
 * Vega and ONNX Runtime again, which takes longer than a third of the tests.
 */

import { fileURLToPath } from "node:url";

const TESTS = new URL("../", import.meta.url);

/**
 * Registers the tests of every n-th test file.
 *
 * @param k Which share, from 1.
 * @param n The number of shares.
 */
export async function loadShare(k: number, n: number): Promise<void> {
  const files = testsIn(TESTS).sort();
  for (const file of files.filter((_, i) => i % n === k - 1)) await import(file);
}

function testsIn(folder: URL): string[] {
  return [...Deno.readDirSync(fileURLToPath(folder))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return testsIn(new URL(`${name}/`, folder));
    return name.endsWith("_test.ts") ? [new URL(name, folder).href] : [];
  });
}
