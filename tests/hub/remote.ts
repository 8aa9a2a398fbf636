/** Files of repositories for the tests of what is chosen among them. */

import type { RemoteFile } from "../../lib/hub/repository.ts";
import { checksum } from "./fake_hub.ts";

export interface Remote {
  readonly files: readonly RemoteFile[];
  readonly read: (file: RemoteFile) => Promise<Uint8Array>;
  readonly asked: readonly string[]; // paths of the files that were read, in order
}

/** The files with the given texts; those without a text have their own path as their text. */
export function remote(given: readonly string[] | Readonly<Record<string, string>>): Remote {
  const texts: Record<string, string> = Array.isArray(given)
    ? Object.fromEntries(given.map((path) => [path, path]))
    : { ...given };
  const bytesOf = (path: string) => new TextEncoder().encode(texts[path]);
  const asked: string[] = [];
  const files = Object.keys(texts).map((path): RemoteFile => ({
    ...{ path, size: bytesOf(path).length },
    checksum: hashOf(path, bytesOf(path)),
  }));
  return {
    ...{ files, asked },
    read: ({ path }) => {
      asked.push(path);
      return Promise.resolve(bytesOf(path));
    },
  };
}

function hashOf(path: string, bytes: Uint8Array): RemoteFile["checksum"] {
  const hex = checksum(path, bytes);
  return { kind: hex.length === 64 ? "sha256" : "git", hex };
}
