import { NegscopeError } from "../errors/errors.ts";
import { isObject } from "../reading/json.ts";
import { type DownloadOptions, readBytes, type Refusal, type Source } from "./request.ts";
import { hubHosts, isLoopback } from "./hosts.ts";
import { canStandFor, type HubName, nameText, type RemoteFile } from "./repository.ts";

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
export function hubOf(
  environment: Readonly<{ HF_ENDPOINT?: string | undefined; HF_TOKEN?: string | undefined }>,
): Hub {
  const given = environment.HF_ENDPOINT || "https://huggingface.co";
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
  const token = environment.HF_TOKEN?.trim();
  if (!token) return { endpoint };
  if (!/^[\x21-\x7e]+$/.test(token)) {
    throw new NegscopeError("hub-variable-wrong", {
      problem: "Cannot use HF_TOKEN",
      expected: "a token of the Hub, which has no spaces or line breaks",
      fix: "copy it again",
    });
  }
  if (url.protocol === "http:" && !isLoopback(url.hostname)) {
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
    allowed: hubHosts(url),
    ...(token === undefined ? {} : { token: { secret: token, origin: url.origin } }),
    refusal: (refusal) => hubRefusal(name, refusal, { endpoint, hasToken: token !== undefined }),
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
  const bytes = await readBytes(new URL(address), {
    ...{ ...options, source, limit: LIMIT },
    ifUnanswered: "check the network, or HF_ENDPOINT",
  });
  const listing = parseListing(new TextDecoder().decode(bytes), repository);
  if (!canStandFor(revision, listing.commit)) throw commitDiffers(name, listing.commit);
  return listing;
}

function commitDiffers(name: HubName, commit: string): NegscopeError {
  const { repository, revision } = name;
  return new NegscopeError("download-differs", {
    problem: `Cannot download "${nameText(name)}"`,
    subject: revision,
    reason: `the Hub answers with commit ${commit}`,
    expected: revision.length === 40
      ? "the commit that is named"
      : `a commit that begins with ${revision}`,
    fix: revision.length === 40
      ? "check HF_ENDPOINT"
      : `if ${revision} is a branch or a tag, name its commit: ${repository}@${commit}`,
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
  const unreadable = (reason: string, cause?: unknown) =>
    new NegscopeError("hub-answer-wrong", {
      problem: `Cannot read the Hub's list of the files of "${repository}"`,
      reason,
      fix: "check HF_ENDPOINT",
      cause,
    });
  let listing: unknown;
  try {
    listing = JSON.parse(text);
  } catch (error) {
    throw unreadable("it is no JSON", error);
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
  return isObject(value) ? value[key] : undefined;
}

function hubRefusal(
  name: HubName,
  refusal: Refusal,
  { endpoint, hasToken }: { readonly endpoint: string; readonly hasToken: boolean },
): NegscopeError {
  const { status, code, message } = refusal;
  const { repository, revision } = name;
  const closed = (reason: string, fix: string) =>
    new NegscopeError("hub-access-refused", {
      problem: `Cannot download "${repository}"`,
      reason,
      fix,
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
    return missing(`it has no revision "${revision}"`, fix, revision);
  }
  const isClosed = code === "DisabledRepo" || message === "Access to this resource is disabled.";
  if (isClosed || status === 451) {
    const reason = isClosed
      ? "its owner or the Hub has closed it"
      : "the Hub may not offer it here, for legal reasons";
    return missing(reason, "its page may say more; take another repository");
  }
  const file = fileOf(refusal);
  const isGone = code !== "RepoNotFound" && status === 404 && file !== undefined;
  if (code === "EntryNotFound" || isGone) {
    return new NegscopeError("download-refused", {
      problem: `Cannot download ${file === undefined ? "" : `"${file}" of `}"${nameText(name)}"`,
      reason: file === undefined
        ? `${endpoint} has no list of its files`
        : `${endpoint} lists the file but does not have it`,
      fix: "try again later, or check HF_ENDPOINT",
    });
  }
  if (code === "RepoNotFound" || status === 404 || status === 410 || status === 401 && !hasToken) {
    const fix = hasToken
      ? "check the name, and that the account of HF_TOKEN may read it"
      : "check the name; if it is private, set HF_TOKEN";
    return missing(`${endpoint} has no such repository`, fix);
  }
  if (status === 401) {
    const fix = "make a new one there, or unset it for a public repository";
    return closed(`${endpoint} refuses HF_TOKEN`, fix);
  }
  const said = message && `, "${message.replace(/^(.{120}).+$/su, "$1…")}"`;
  const answer = `(status ${status}${said || ""})`;
  if (status === 403) {
    return hasToken
      ? closed(
        `HF_TOKEN is not enough to read it ${answer}`,
        `let the token read this repository, at ${endpoint}/settings/tokens`,
      )
      : closed(
        `it may not be read ${answer}`,
        "set HF_TOKEN, or check that no proxy on the way refuses it",
      );
  }
  return new NegscopeError("download-refused", {
    problem: `Cannot download "${repository}"`,
    reason: `${endpoint} refuses the request ${answer}`,
    fix: "try again later; if it stays so, check HF_ENDPOINT and the proxy on the way",
  });
}

function fileOf({ url }: Refusal): string | undefined {
  const [, file] = /\/resolve\/[^/]+\/(.+)$/.exec(url.pathname) ?? [];
  return file === undefined ? undefined : decodeURIComponent(file);
}
