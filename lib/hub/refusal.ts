/** Explains a refusal by the Hub: by the Hub's own code if it gives one, otherwise by the status. */

import { NegscopeError } from "../errors.ts";
import { type HubName, nameText } from "./name.ts";
import type { Refusal } from "./request.ts";

export interface HubContact {
  readonly endpoint: string;
  readonly hasToken: boolean;
}

export function hubRefusal(name: HubName, refusal: Refusal, hub: HubContact): NegscopeError {
  const { status, code, message } = refusal;
  switch (code) {
    case "GatedRepo":
      return gated(name, hub);
    case "RevisionNotFound":
      return revisionMissing(name);
    case "RepoNotFound":
      return repositoryMissing(name, hub);
    case "EntryNotFound":
      return fileMissing(name, refusal, hub);
    case "DisabledRepo":
      return disabled(name, "its owner or the Hub has closed it");
  }
  if (message === "Access to this resource is disabled.") {
    return disabled(name, "its owner or the Hub has closed it");
  }
  if (status === 451) return disabled(name, "the Hub may not offer it here, for legal reasons");
  if (status === 401 && hub.hasToken) return tokenRefused(name, hub);
  if (status === 404 && fileOf(refusal) !== undefined) return fileMissing(name, refusal, hub);
  if (status === 401 || status === 404 || status === 410) return repositoryMissing(name, hub);
  return status === 403 ? forbidden(name, refusal, hub) : refused(name, refusal, hub);
}

function gated({ repository }: HubName, { endpoint, hasToken }: HubContact): NegscopeError {
  return new NegscopeError("hub-access-refused", {
    problem: `Cannot download "${repository}"`,
    subject: repository,
    reason: "its owner asks for agreement to terms",
    fix: `accept them at ${endpoint}/${repository} ${
      hasToken
        ? "with the account of HF_TOKEN, and wait if its owner admits users one by one"
        : "and set HF_TOKEN"
    }`,
  });
}

function revisionMissing({ repository, revision }: HubName): NegscopeError {
  return new NegscopeError("hub-repository-missing", {
    problem: `Cannot download "${repository}"`,
    subject: revision,
    reason: `it has no revision "${revision}"`,
    fix: 'give a branch, a tag or a commit after "@"',
  });
}

function repositoryMissing(
  { repository }: HubName,
  { endpoint, hasToken }: HubContact,
): NegscopeError {
  return new NegscopeError("hub-repository-missing", {
    problem: `Cannot download "${repository}"`,
    subject: repository,
    reason: `${endpoint} has no such repository`,
    fix: hasToken
      ? "check the name, and that the account of HF_TOKEN may read it"
      : "check the name; if it is private, set HF_TOKEN",
  });
}

function fileMissing(name: HubName, refusal: Refusal, { endpoint }: HubContact): NegscopeError {
  const file = fileOf(refusal);
  return new NegscopeError("download-refused", {
    problem: `Cannot download ${file === undefined ? "" : `"${file}" of `}"${nameText(name)}"`,
    subject: file ?? name.repository,
    reason: file === undefined
      ? `${endpoint} has no list of its files`
      : `${endpoint} lists the file but does not have it`,
    fix: "try again later, or check HF_ENDPOINT",
  });
}

/** The file that was requested, or undefined if it was the list of files. */
function fileOf({ url }: Refusal): string | undefined {
  const [, file] = /\/resolve\/[^/]+\/(.+)$/.exec(url.pathname) ?? [];
  return file === undefined ? undefined : decodeURIComponent(file);
}

function disabled({ repository }: HubName, reason: string): NegscopeError {
  return new NegscopeError("hub-repository-missing", {
    problem: `Cannot download "${repository}"`,
    subject: repository,
    reason,
    fix: "its page may say more; take another repository",
  });
}

function forbidden(
  { repository }: HubName,
  refusal: Refusal,
  { endpoint, hasToken }: HubContact,
): NegscopeError {
  return new NegscopeError("hub-access-refused", {
    problem: `Cannot download "${repository}"`,
    subject: repository,
    reason: `${hasToken ? "HF_TOKEN is not enough to read it" : "it may not be read"} ${
      answerText(refusal)
    }`,
    fix: hasToken
      ? `let the token read this repository, at ${endpoint}/settings/tokens`
      : "set HF_TOKEN, or check that no proxy on the way refuses it",
  });
}

function tokenRefused({ repository }: HubName, { endpoint }: HubContact): NegscopeError {
  return new NegscopeError("hub-access-refused", {
    problem: `Cannot download "${repository}"`,
    subject: repository,
    reason: `${endpoint} refuses HF_TOKEN`,
    fix: "make a new one there, or unset it for a public repository",
  });
}

function refused(
  { repository }: HubName,
  refusal: Refusal,
  { endpoint }: HubContact,
): NegscopeError {
  return new NegscopeError("download-refused", {
    problem: `Cannot download "${repository}"`,
    subject: repository,
    reason: `${endpoint} refuses the request ${answerText(refusal)}`,
    fix: "try again later; if it stays so, check HF_ENDPOINT and the proxy on the way",
  });
}

const LONGEST_MESSAGE = 120; // letters

/** The status with what the server says, if it says anything. */
function answerText({ status, message }: Refusal): string {
  if (!message) return `(status ${status})`;
  const shown = message.length > LONGEST_MESSAGE
    ? `${message.slice(0, LONGEST_MESSAGE)}…`
    : message;
  return `(status ${status}, "${shown}")`;
}
