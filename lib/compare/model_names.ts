/** The names of models and runs beside each other. */

import { basename, dirname, resolve } from "node:path";

/** Which model, on which data and with which seed. */
export interface ModelPlace {
  readonly model: string;
  readonly data?: string | undefined;
  readonly seed: number;
}

/** Names models with their data and seed where these differ. */
export function modelNames(all: readonly ModelPlace[]): (place: ModelPlace) => string {
  const differ = (of: (place: ModelPlace) => unknown) =>
    new Set(all.map(of).filter((value) => value !== undefined)).size > 1;
  const hasData = differ(({ data }) => data);
  const hasSeed = differ(({ seed }) => seed);
  return ({ model, data, seed }) => {
    const parts = [model, hasData ? data : undefined, hasSeed ? `seed ${seed}` : undefined];
    return parts.filter((part) => part !== undefined).join(", ");
  };
}

/** The last part of each path that tells it from the others: `a` and `b` of `a/trace` and `b/trace`. */
export function folderNames(folders: readonly string[]): string[] {
  return namesOf(folders.map((folder) => resolve(folder)));
}

function namesOf(paths: readonly string[]): string[] {
  const names = paths.map((path) => basename(path));
  const isShared = paths.length > 1 && new Set(names).size === 1 && new Set(paths).size > 1;
  if (isShared) return namesOf(paths.map(dirname));
  return paths.map((path, i) =>
    names.filter((name) => name === names[i]).length === 1
      ? names[i]!
      : `${basename(dirname(path))}/${names[i]}`
  );
}
