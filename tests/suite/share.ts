/**
 * Loads test files into one worker. Deno starts a worker for each file that it is given, and each of 380 workers would load the kit,
 * Vega and ONNX Runtime again, which takes longer than a third of the tests.
 */

import { fileURLToPath, pathToFileURL } from "node:url";
import "../own_cache.ts";
import { SECONDS } from "./seconds.ts";

const TESTS = fileURLToPath(new URL("../", import.meta.url));

/** Bytes of the other files, together, for each second that they take. */
const BYTES_PER_SECOND = 32_000;

/** A test file. */
interface TestFile {
  readonly path: string;
  readonly seconds: number;
}

/**
 * Registers the tests of a share of the test files. Each file, the slowest first, goes to the share that has the least to do so far.
 *
 * @param k Which share, from 1.
 * @param n The number of shares.
 */
export async function loadShare(k: number, n: number): Promise<void> {
  const files = testsIn(TESTS).sort((a, b) => b.seconds - a.seconds || (a.path < b.path ? -1 : 1));
  const absent = Object.keys(SECONDS).filter((name) =>
    !files.some(({ path }) => path === TESTS + name)
  );
  if (absent.length > 0) throw new Error(`tests/suite/seconds.ts names no test files: ${absent}`);
  const shares = Array.from({ length: n }, () => ({ seconds: 0, paths: [] as string[] }));
  for (const { path, seconds } of files) {
    const least = shares.reduce((a, b) => b.seconds < a.seconds ? b : a);
    least.seconds += seconds;
    least.paths.push(path);
  }
  for (const path of shares[k - 1]!.paths) await import(pathToFileURL(path).href);
}

function testsIn(folder: string): TestFile[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    const path = `${folder}${name}`;
    if (isDirectory) return testsIn(`${path}/`);
    if (!name.endsWith("_test.ts")) return [];
    const bytes = Deno.statSync(path).size;
    return [{ path, seconds: SECONDS[path.slice(TESTS.length)] ?? bytes / BYTES_PER_SECOND }];
  });
}
