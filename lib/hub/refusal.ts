/** Explains a refusal by the Hub: by the Hub's own code if it gives one, otherwise by the status. */

import { NegscopeError } from "../errors.ts";
import { type HubName, nameText } from "./name.ts";
import type { Refusal } from "./request.ts";

interface HubContact {
  readonly endpoint: string;
  readonly hasToken: boolean;
}

export function hubRefusal(name: HubName, refusal: Refusal, hub: HubContact): NegscopeError {
  const { status, code, message } = refusal;
  const { repository, revision } = name;
  if (code === "GatedRepo") {
    return new NegscopeError("hub-access-refused", {
      problem: `Cannot download "${repository}"`,
      reason: "its owner asks for agreement to terms",
      fix: `accept them at ${hub.endpoint}/${repository} ${
        hub.hasToken
          ? "with the account of HF_TOKEN, and wait if its owner admits users one by one"
          : "and set HF_TOKEN"
      }`,
    });
  }
  if (code === "RevisionNotFound") {
    return new NegscopeError("hub-repository-missing", {
      problem: `Cannot download "${repository}"`,
      subject: revision,
      reason: `it has no revision "${revision}"`,
      fix: 'give a branch, a tag or a commit after "@"',
    });
  }
  const isClosed = code === "DisabledRepo" || message === "Access to this resource is disabled.";
  if (isClosed || status === 451) {
    return new NegscopeError("hub-repository-missing", {
      problem: `Cannot download "${repository}"`,
      reason: isClosed
        ? "its owner or the Hub has closed it"
        : "the Hub may not offer it here, for legal reasons",
      fix: "its page may say more; take another repository",
    });
  }
  const file = fileOf(refusal);
  const isGone = code !== "RepoNotFound" && status === 404 && file !== undefined;
  if (code === "EntryNotFound" || isGone) {
    return new NegscopeError("download-refused", {
      problem: `Cannot download ${file === undefined ? "" : `"${file}" of `}"${nameText(name)}"`,
      reason: file === undefined
        ? `${hub.endpoint} has no list of its files`
        : `${hub.endpoint} lists the file but does not have it`,
      fix: "try again later, or check HF_ENDPOINT",
    });
  }
  if (
    code === "RepoNotFound" || status === 404 || status === 410 || status === 401 && !hub.hasToken
  ) {
    return new NegscopeError("hub-repository-missing", {
      problem: `Cannot download "${repository}"`,
      reason: `${hub.endpoint} has no such repository`,
      fix: hub.hasToken
        ? "check the name, and that the account of HF_TOKEN may read it"
        : "check the name; if it is private, set HF_TOKEN",
    });
  }
  return refusedByStatus(repository, refusal, hub);
}

function refusedByStatus(
  repository: string,
  { status, message }: Refusal,
  { endpoint, hasToken }: HubContact,
): NegscopeError {
  if (status === 401) {
    return new NegscopeError("hub-access-refused", {
      problem: `Cannot download "${repository}"`,
      reason: `${endpoint} refuses HF_TOKEN`,
      fix: "make a new one there, or unset it for a public repository",
    });
  }
  const answer = message ? `(status ${status}, "${beginningOf(message)}")` : `(status ${status})`;
  if (status === 403) {
    return new NegscopeError("hub-access-refused", {
      problem: `Cannot download "${repository}"`,
      reason: hasToken
        ? `HF_TOKEN is not enough to read it ${answer}`
        : `it may not be read ${answer}`,
      fix: hasToken
        ? `let the token read this repository, at ${endpoint}/settings/tokens`
        : "set HF_TOKEN, or check that no proxy on the way refuses it",
    });
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

const LONGEST_MESSAGE = 120; // letters

function beginningOf(message: string): string {
  return message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}…` : message;
}
