/** What a repository of the Hub holds at a revision. */

import {
  hubEndpointWrong,
  hubListingUnreadable,
  hubRepositoryGated,
  hubRepositoryMissing,
  hubRevisionMissing,
  hubTokenInClear,
  hubTokenRefused,
  hubTokenWrong,
} from "../errors.ts";
import type { DownloadOptions } from "./attempts.ts";
import { hubHosts, isLoopback } from "./hosts.ts";
import type { HubName } from "./name.ts";
import type { Checksum } from "./partial_file.ts";
import { readBytes } from "./read_bytes.ts";
import type { Source } from "./request.ts";

/** A Hub, and who asks. */
export interface Hub {
  /** Its address, without a slash at the end. */
  readonly endpoint: string;
  /** The asker's token. */
  readonly token?: string;
}

/** A file of a repository. */
export interface RemoteFile {
  /** Its path within the repository, e.g. `onnx/text_model.onnx`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 for large files, git's checksum for others. */
  readonly checksum: Checksum;
}

/** A repository at a revision. */
export interface Listing {
  /** The commit, 40 hexadecimal digits. */
  readonly commit: string;
  /** Its files, in the Hub's order. */
  readonly files: readonly RemoteFile[];
}

const LIMIT = 1 << 25; // bytes of a listing

/**
 * The Hub that the environment names.
 *
 * @param environment HF_ENDPOINT and HF_TOKEN; empty ones count as not set.
 * @throws {RangeError} If the endpoint is no web address, or the token would travel unencrypted.
 */
export function hubOf(
  environment: { readonly HF_ENDPOINT?: string; readonly HF_TOKEN?: string },
): Hub {
  const given = environment.HF_ENDPOINT || "https://huggingface.co";
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const web = url?.protocol === "https:" || url?.protocol === "http:";
  if (url === undefined || !web || `${url.search}${url.hash}${url.username}` !== "") {
    throw hubEndpointWrong(given);
  }
  const endpoint = given.replace(/\/+$/, "");
  const token = environment.HF_TOKEN?.trim();
  if (!token) return { endpoint };
  if (!/^[\x21-\x7e]+$/.test(token)) throw hubTokenWrong();
  if (url.protocol === "http:" && !isLoopback(url.hostname)) throw hubTokenInClear(endpoint);
  return { endpoint, token };
}

/**
 * How to ask a Hub for a repository.
 *
 * @param hub The Hub.
 * @param name The repository.
 */
export function hubSource({ endpoint, token }: Hub, { repository, revision }: HubName): Source {
  const url = new URL(endpoint);
  const asker = { endpoint, hasToken: token !== undefined };
  return {
    allowed: hubHosts(url),
    ...(token === undefined ? {} : { token: { secret: token, origin: url.origin } }),
    refusal: (status, code) => {
      if (code === "GatedRepo") return hubRepositoryGated(repository, asker);
      if (code === "RevisionNotFound") return hubRevisionMissing(repository, revision);
      if (code === "RepoNotFound") return hubRepositoryMissing(repository, asker);
      if (status === 401 && asker.hasToken) return hubTokenRefused(repository, endpoint);
      if (status === 401 || status === 404) return hubRepositoryMissing(repository, asker);
      if (status === 403) return hubRepositoryGated(repository, asker);
      return undefined;
    },
  };
}

/**
 * Asks a Hub for the files of a repository.
 *
 * @param hub The Hub.
 * @param name The repository and its revision.
 * @param options Patience.
 * @throws {Error} If there is no such repository or revision, or it may not be read.
 * @throws {SyntaxError} If the answer is not in the Hub's form.
 */
export async function listRepository(
  hub: Hub,
  name: HubName,
  options: DownloadOptions = {},
): Promise<Listing> {
  const { repository, revision } = name;
  const address = `${hub.endpoint}/api/models/${repository}/revision/${
    encodeURIComponent(revision)
  }?blobs=true`;
  const source = hubSource(hub, name);
  const bytes = await readBytes(new URL(address), { ...options, source, limit: LIMIT });
  return parseListing(new TextDecoder().decode(bytes), repository);
}

/** The address of a file at a commit. */
export function fileUrl(
  { endpoint }: Hub,
  { repository, commit, path }: {
    readonly repository: string;
    readonly commit: string;
    readonly path: string;
  },
): URL {
  const parts = path.split("/").map(encodeURIComponent).join("/");
  return new URL(`${endpoint}/${repository}/resolve/${commit}/${parts}`);
}

function parseListing(text: string, repository: string): Listing {
  const unreadable = (why: string) => hubListingUnreadable(repository, why);
  let listing: unknown;
  try {
    listing = JSON.parse(text);
  } catch {
    throw unreadable("it is no JSON");
  }
  const commit = member(listing, "sha");
  if (typeof commit !== "string" || !/^[0-9a-f]{40}$/.test(commit)) {
    throw unreadable('"sha" is no commit');
  }
  const siblings = member(listing, "siblings");
  if (!Array.isArray(siblings)) throw unreadable('"siblings" is no list');
  const files = siblings.map((sibling: unknown): RemoteFile => {
    const path = member(sibling, "rfilename");
    if (typeof path !== "string") throw unreadable("a file has no name");
    const large = member(sibling, "lfs");
    const size = member(large, "size") ?? member(sibling, "size");
    const sha256 = member(large, "sha256");
    const hex = sha256 ?? member(sibling, "blobId");
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
      throw unreadable(`"${path}" has no size`);
    }
    if (typeof hex !== "string" || !/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(hex)) {
      throw unreadable(`"${path}" has no checksum`);
    }
    return { path, size, checksum: { kind: sha256 === undefined ? "git" : "sha256", hex } };
  });
  return { commit, files };
}

function member(value: unknown, key: string): unknown {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)[key]
    : undefined;
}
