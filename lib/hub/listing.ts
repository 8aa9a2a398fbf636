import { NegscopeError, shown } from "../errors/errors.ts";
import { isObject } from "../reading/json.ts";
import { type DownloadOptions, readBytes, type Source } from "./request.ts";
import { type HubName, nameText, type RemoteFile } from "./repository.ts";

export interface Hub {
  readonly endpoint: string; // its address, without a slash at the end
  readonly token?: string;
}

interface Listing {
  readonly commit: string; // commit, 40 hexadecimal digits
  readonly files: readonly RemoteFile[];
}

const LIMIT = 1 << 25; // bytes: the limit for a listing

/** The Hub that the environment names; an empty variable counts as not set. */
export function hubOf(read: (name: string) => string | undefined): Hub {
  const given = read("HF_ENDPOINT") || "https://huggingface.co";
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const web = url?.protocol === "https:" || url?.protocol === "http:";
  if (url === undefined || !web || `${url.search}${url.hash}${url.username}` !== "") {
    throw new NegscopeError("hub-variable-wrong", {
      problem: `Cannot use HF_ENDPOINT "${given}"`,
      expected: "an address such as https://huggingface.co",
      fix: "correct it or unset it",
    });
  }
  const endpoint = given.replace(/\/+$/, "");
  const token = read("HF_TOKEN")?.trim();
  if (!token) return { endpoint };
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new NegscopeError("hub-variable-wrong", {
      problem: "Cannot use HF_TOKEN",
      expected: "a token of the Hub, which has no spaces or line breaks",
      fix: "copy it again",
    });
  }
  if (url.protocol === "http:" && !/^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname)) {
    throw new NegscopeError("hub-variable-wrong", {
      problem: `Cannot send HF_TOKEN to "${endpoint}"`,
      reason: "anyone on the way could read it",
      fix: "use https in HF_ENDPOINT, or unset HF_TOKEN",
    });
  }
  return { endpoint, token };
}

export function hubSource({ endpoint, token }: Hub, name: HubName): Source {
  const url = new URL(endpoint);
  return {
    ...(token === undefined ? {} : { token: { secret: token, origin: url.origin } }),
    refusal: (url, answer) =>
      hubRefusal(name, url, answer, { endpoint, hasToken: token !== undefined }),
  };
}

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
  const listing = parseListing(new TextDecoder().decode(bytes), repository);
  if (!/^[0-9a-f]{40}$/.test(revision) || revision === listing.commit) return listing;
  throw new NegscopeError("download-differs", {
    problem: `Cannot download "${nameText(name)}"`,
    subject: revision,
    reason: `the Hub answers with commit ${listing.commit}`,
    fix: "check HF_ENDPOINT",
  });
}

export function fileUrl(
  { endpoint }: Hub,
  { repository, commit, path }: Readonly<{ repository: string; commit: string; path: string }>,
): URL {
  const parts = path.split("/").map(encodeURIComponent).join("/");
  return new URL(`${endpoint}/${repository}/resolve/${commit}/${parts}`);
}

function parseListing(text: string, repository: string): Listing {
  const unreadable = (reason: string) =>
    new NegscopeError("hub-answer-wrong", {
      problem: `Cannot read the Hub's list of the files of "${repository}"`,
      reason,
      fix: "check HF_ENDPOINT",
    });
  let listing: unknown;
  try {
    listing = JSON.parse(text);
  } catch {
    throw unreadable("it is no JSON");
  }
  const commit = member(listing, "sha");
  const siblings = member(listing, "siblings");
  if (typeof commit !== "string" || !/^[0-9a-f]{40}$/.test(commit) || !Array.isArray(siblings)) {
    throw unreadable("it lacks a commit and the files");
  }
  const files = siblings.map((sibling: unknown): RemoteFile => {
    const path = member(sibling, "rfilename");
    const large = member(sibling, "lfs");
    const size = member(large, "size") ?? member(sibling, "size");
    const sha256 = member(large, "sha256");
    const hex = sha256 ?? member(sibling, "blobId");
    if (typeof path !== "string" || typeof size !== "number" || !isChecksum(hex)) {
      throw unreadable("a file lacks its name, size or checksum");
    }
    if (path.split(/[/\\]/).some((part) => ["", ".", ".."].includes(part))) {
      throw unreadable(`the name ${shown(path)} leads out of the repository`);
    }
    return { path, size, checksum: { kind: sha256 === undefined ? "git" : "sha256", hex } };
  });
  return { commit, files };
}

function isChecksum(value: unknown): value is string {
  return typeof value === "string" && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(value);
}

function member(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

function hubRefusal(
  { repository, revision }: HubName,
  url: URL,
  { status, headers }: Response,
  { endpoint, hasToken }: { readonly endpoint: string; readonly hasToken: boolean },
): NegscopeError {
  const [code, message] = [headers.get("x-error-code"), headers.get("x-error-message")]; // the Hub's own code and words
  const closed = (reason: string, fix: string) =>
    new NegscopeError("hub-access-refused", {
      problem: `Cannot download "${repository}"`,
      ...{ reason, fix },
    });
  const missing = (reason: string, fix: string, subject?: string) =>
    new NegscopeError("hub-repository-missing", {
      problem: `Cannot download "${repository}"`,
      ...{ subject, reason, fix },
    });
  if (code === "GatedRepo") {
    const how = hasToken
      ? "with the account of HF_TOKEN, and wait if its owner admits users one by one"
      : "and set HF_TOKEN";
    const fix = `accept them at ${endpoint}/${repository} ${how}`;
    return closed("its owner asks for agreement to terms", fix);
  }
  if (code === "RevisionNotFound") {
    const fix = 'give a branch, a tag or a commit after "@"';
    const reason = `it has no revision "${revision}"`;
    return missing(reason, fix, revision);
  }
  const [, file] = /\/resolve\/[^/]+\/(.+)$/.exec(url.pathname) ?? [];
  const isGone = file === undefined && (status === 404 || status === 410);
  if (code === "RepoNotFound" || isGone || status === 401 && !hasToken) {
    const fix = hasToken
      ? "check the name, and that the account of HF_TOKEN may read it"
      : "check the name; if it is private, set HF_TOKEN";
    return missing(`${endpoint} has no such repository`, fix);
  }
  if (status === 401) {
    const fix = "make a new one there, or unset it for a public repository";
    return closed(`${endpoint} refuses HF_TOKEN`, fix);
  }
  const said = message && `, "${message.slice(0, 120)}"`;
  const answer = `(status ${status}${said || ""})`;
  if (status === 403) {
    const fix = hasToken
      ? `let the token read this repository, at ${endpoint}/settings/tokens`
      : "set HF_TOKEN, or check that no proxy on the way refuses it";
    return closed(`it may not be read ${answer}`, fix);
  }
  const asked = file === undefined ? "the request" : `"${decodeURIComponent(file)}"`;
  const fix = "try again later; if it stays so, check HF_ENDPOINT and the proxy on the way";
  return new NegscopeError("download-refused", {
    problem: `Cannot download "${repository}"`,
    reason: `${endpoint} refuses ${asked} ${answer}`,
    fix,
  });
}
