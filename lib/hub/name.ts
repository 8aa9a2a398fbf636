/** Names of models on the Hub. */

import { OPENAI_B32, pinOf } from "./pinned.ts";

export interface HubName {
  /** Owner and name, e.g. `openai/clip-vit-base-patch32`. */
  readonly repository: string;
  readonly revision: string;
}

export const DEFAULT_MODEL = OPENAI_B32.repository;

/** The segmenter of the paper, as ONNX. */
export const CLIPSEG = "Xenova/clipseg-rd64-refined";

/** Reads `OWNER/NAME` or `OWNER/NAME@REVISION`, by default the pinned commit or `main`; undefined if no repository can have that name. */
export function parseHubName(text: string): HubName | undefined {
  const [, repository, given] = /^([^@]+)(?:@(.+))?$/.exec(text) ?? [];
  if (repository === undefined) return undefined;
  const revision = given ?? unnamedRevision(repository);
  const part = /^(?!\.)(?!.*(--|\.\.))[\w.-]{1,96}(?<![.-])$/;
  const owned = repository.split("/");
  if (owned.length !== 2 || !owned.every((name) => part.test(name))) return undefined;
  // refs/pr/1 has slashes, but no name may lead out of the cache's folder
  const branch = /^(?!.*\.\.)[\w][\w.-]*(\/[\w][\w.-]*)*$/;
  if (!branch.test(revision)) return undefined;
  return {
    repository,
    revision: /^[0-9a-f]{40}$/i.test(revision) ? revision.toLowerCase() : revision,
  };
}

const OPENAI_NAMES: ReadonlyMap<string, string> = new Map([
  ["vit-b-32", DEFAULT_MODEL],
  ["vit-b-16", "openai/clip-vit-base-patch16"],
  ["vit-l-14", "openai/clip-vit-large-patch14"],
  ["vit-l-14-336", "openai/clip-vit-large-patch14-336"],
]);

/** The Hub's name of one of OpenAI's models. Undefined of anything else. */
export function hubNameOf(text: string): string | undefined {
  const name = text.toLowerCase().replace(/[/@]/g, "-").replace(/(?<=336)px$/, "");
  return OPENAI_NAMES.get(name) ??
    [...OPENAI_NAMES.values()].find((known) => known === `openai/${name}`);
}

/** A name as `--model` and `download clip` take it: without the revision if the name alone stands for it. */
export function nameText({ repository, revision }: HubName): string {
  return revision === unnamedRevision(repository) ? repository : `${repository}@${revision}`;
}

/** The revision that a repository's name alone stands for. */
function unnamedRevision(repository: string): string {
  return pinOf(repository)?.commit ?? "main";
}

/**
 * Whether a commit can be what a revision stands for. Any can for a branch or a tag. A revision that is a commit, in full or
 * shortened to seven digits or more, stands only for that one; digits without a letter may also be a tag, such as a date.
 */
export function canStandFor(revision: string, commit: string): boolean {
  const pinned = /^([0-9a-f]{40}|(?=.*[a-f])[0-9a-f]{7,39})$/i.test(revision);
  return !pinned || commit.startsWith(revision.toLowerCase());
}
