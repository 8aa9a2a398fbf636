/** The files of a static page, each checked: a folder that is copied only in part, or while it is written, is no page. */

import { NegscopeError } from "../../errors.ts";
import { sha256Bytes } from "../../reading/sha256.ts";
import type { Place } from "../protocol.ts";

/** Where the page's engine is; the newest version, whatever the browser has kept. */
export async function readPlace(): Promise<Place> {
  return JSON.parse(new TextDecoder().decode(await fetched("explore.json")));
}

/** Reads files of the page that are as `explore.json` lists them. */
export function checkedFiles(
  { files = {} }: Place,
): (path: string) => Promise<Uint8Array<ArrayBuffer>> {
  return async (path) => {
    const bytes = await fetched(path);
    if (await sha256Bytes(bytes) === files[path]) return bytes;
    throw notWhole(path, "it is not the file that was written with this page");
  };
}

async function fetched(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const answer = await fetch(path, { cache: "no-cache" }).catch(() => undefined);
  if (answer?.ok) return new Uint8Array(await answer.arrayBuffer());
  throw notWhole(
    path,
    answer === undefined ? "there is no connection" : `the server answers ${answer.status}`,
  );
}

function notWhole(path: string, reason: string): NegscopeError {
  return new NegscopeError("file-unreadable", {
    problem: `Cannot fetch "${path}"`,
    reason,
    fix: "load the page again, or publish its folder again as a whole",
  });
}
