/** Explains a refusal by the Hub. */

import { NegscopeError } from "../errors.ts";
import type { HubName } from "./name.ts";

/** A refusal. */
export interface HubRefusal {
  /** The status of the response. */
  readonly status: number;
  /** The Hub's own code, from the header `x-error-code`. */
  readonly code: string | null;
  /** The Hub's address. */
  readonly endpoint: string;
  /** Whether a token was sent. */
  readonly hasToken: boolean;
}

/**
 * The error for a refusal.
 *
 * @param name The repository that was requested.
 * @param refusal The refusal.
 * @returns The error, or undefined if the Hub does not say what is wrong.
 */
export function hubRefusal(name: HubName, refusal: HubRefusal): NegscopeError | undefined {
  const { status, code, hasToken } = refusal;
  if (code === "GatedRepo") return gated(name, refusal);
  if (code === "RevisionNotFound") return revisionMissing(name);
  if (code === "RepoNotFound") return repositoryMissing(name, refusal);
  if (status === 401 && hasToken) return tokenRefused(name, refusal);
  if (status === 401 || status === 404) return repositoryMissing(name, refusal);
  return status === 403 ? gated(name, refusal) : undefined;
}

function gated({ repository }: HubName, { endpoint, hasToken }: HubRefusal): NegscopeError {
  return new NegscopeError("hub-repository-gated", {
    problem: `Cannot download "${repository}"`,
    subject: repository,
    reason: "its owner asks for agreement to terms",
    fix: `accept them at ${endpoint}/${repository} ${
      hasToken ? "with the account of HF_TOKEN" : "and set HF_TOKEN"
    }`,
  });
}

function revisionMissing({ repository, revision }: HubName): NegscopeError {
  return new NegscopeError("hub-revision-missing", {
    problem: `Cannot download "${repository}"`,
    subject: revision,
    reason: `it has no revision "${revision}"`,
    fix: 'give a branch, a tag or a commit after "@"',
  });
}

function repositoryMissing(
  { repository }: HubName,
  { endpoint, hasToken }: HubRefusal,
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

function tokenRefused({ repository }: HubName, { endpoint }: HubRefusal): NegscopeError {
  return new NegscopeError("hub-token-refused", {
    problem: `Cannot download "${repository}"`,
    subject: repository,
    reason: `${endpoint} refuses HF_TOKEN`,
    fix: "make a new one there, or unset it for a public repository",
  });
}
