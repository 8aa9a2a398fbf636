/** The reference material beside the checkout, without which the tests that need it are skipped. */

import { fileURLToPath } from "node:url";

const FOLDER = new URL("../../shared/", import.meta.url);
const isThere = await Deno.stat(FOLDER).then(() => true, () => false);

export function sharedFile(path: string): string {
  return fileURLToPath(new URL(path, FOLDER));
}

/** Registers a test that is skipped where the reference material is absent, and says so in its name. */
export function testWithShared(name: string, fn: () => void | Promise<void>): void {
  Deno.test({ name: `${name} (needs ../shared)`, ignore: !isThere, fn });
}
