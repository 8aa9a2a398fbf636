/** Names of models on the Hub. */

/** A repository at a revision. */
export interface HubName {
  /** Owner and name, e.g. `Xenova/clip-vit-base-patch32`. */
  readonly repository: string;
  /** A branch, a tag or a commit. */
  readonly revision: string;
}

/** An ONNX conversion of openai/clip-vit-base-patch32, the model of the paper. */
export const DEFAULT_MODEL = "Xenova/clip-vit-base-patch32";

/**
 * Reads `OWNER/NAME` or `OWNER/NAME@REVISION`.
 *
 * @param text The name.
 * @returns The name, with revision `main` if none is given, or undefined if no repository can have that name.
 */
export function parseHubName(text: string): HubName | undefined {
  const [, repository, revision = "main"] = /^([^@]+)(?:@(.+))?$/.exec(text) ?? [];
  if (repository === undefined) return undefined;
  const part = /^(?!\.)(?!.*(--|\.\.))[\w.-]{1,96}(?<![.-])$/;
  const owned = repository.split("/");
  if (owned.length !== 2 || !owned.every((name) => part.test(name))) return undefined;
  // refs/pr/1 has slashes, but no name may lead out of the cache's folder
  const branch = /^(?!.*\.\.)[\w][\w.-]*(\/[\w][\w.-]*)*$/;
  return branch.test(revision) ? { repository, revision } : undefined;
}
