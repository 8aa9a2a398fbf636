/** Downloads CANNOT from its authors' repository. */

import { createHash } from "node:crypto";
import { NegscopeError } from "../../errors.ts";
import type { DownloadOptions } from "../attempts.ts";
import { type DataSource, shownUrl } from "../hosts.ts";
import { readBytes } from "../read_bytes.ts";
import { parsePairs } from "../../data/read.ts";

const LIMIT = 1 << 26; // bytes of the file, which has 10 million

/**
 * Downloads the file of CANNOT, and checks that its content is the one that this kit knows and that it can be read, before anything is written.
 *
 * @param from The file's source, and the SHA-1 that git gives its content.
 * @param options How long to wait for the server.
 * @returns The file's bytes, how many rows it has, and how many of them have the word "no" before a noun and so a twin.
 * @throws {NegscopeError} If it cannot be downloaded, or has another content.
 */
export async function fetchCannot(
  { url, allowed, gitSha1: expected }: DataSource & { readonly gitSha1: string },
  options: DownloadOptions = {},
): Promise<{ readonly bytes: Uint8Array; readonly rows: number; readonly usable: number }> {
  const bytes = await readBytes(url, { ...options, source: { allowed }, limit: LIMIT });
  const source = shownUrl(url);
  const found = gitSha1(bytes);
  if (found !== expected) {
    throw new NegscopeError("download-differs", {
      problem: `Cannot use "${source}"`,
      subject: source,
      reason: `git's SHA-1 of it is ${found}`,
      expected,
      fix: "try again, or fetch the file by hand",
    });
  }
  const text = new TextDecoder().decode(bytes);
  const { rows, pairs } = parsePairs(text, { source, protocol: "all", skipBad: true });
  return { bytes, rows, usable: pairs.length };
}

/**
 * The name that git gives a file's content.
 *
 * @param bytes The content.
 * @returns 40 hexadecimal digits in lower case.
 */
export function gitSha1(bytes: Uint8Array): string {
  return createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
