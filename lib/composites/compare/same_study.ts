/** What runs are of: how they are called beside each other, and whether models, data and images are the same. */

import { basename, dirname, resolve } from "node:path";
import type { RecordedFile, RecordedSizes, RunRecord } from "../../files/manifest.ts";
import { IMAGES } from "../../opening/model_files.ts";

interface ModelPlace {
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

export type StudyRecord = Pick<RunRecord, "text" | "image" | "towers" | "sources">;

const TOWERS = ["text", "image"] as const;

/** The first thing in which the models or the data of two runs differ, random weights aside, such as `the files of the text tower`; what one run lacks is no difference. */
export function studyDifference(first: StudyRecord, second: StudyRecord): string | undefined {
  for (const tower of TOWERS) {
    const [one, other] = [sizesText(first[tower]), sizesText(second[tower])];
    if (one === undefined || other === undefined || one === other) continue;
    return `the sizes of the ${tower} tower (${one}, against ${other})`;
  }
  for (const tower of TOWERS) {
    const [one, other] = [first.towers?.[tower], second.towers?.[tower]];
    if (one !== undefined && other !== undefined && one !== other) {
      return `the files of the ${tower} tower`;
    }
  }
  return dataDifference(first, second);
}

function dataDifference(first: StudyRecord, second: StudyRecord): string | undefined {
  const both = [first.sources.data, second.sources.data];
  const [pairs, otherPairs] = both.map((data) => data.find(({ file }) => file !== IMAGES));
  if (areOthers(pairs, otherPairs)) {
    const [a, b] = [`"${pairs!.file}"`, `"${otherPairs!.file}"`];
    return a === b ? `the data (${a})` : `the data (${a}, against ${b})`;
  }
  return haveOtherImages(first, second) ? "the images" : undefined;
}

function areOthers(one: RecordedFile | undefined, other: RecordedFile | undefined): boolean {
  return one !== undefined && other !== undefined && one.sha256 !== other.sha256;
}

/** A tower's sizes in words. Undefined if one is not known. */
export function sizesText(
  { layers, heads, width, projection }: RecordedSizes,
): string | undefined {
  return [layers, heads, width, projection].includes(undefined)
    ? undefined
    : `${layers} blocks x ${heads} heads, width ${width}, projection ${projection}`;
}

/** Whether two runs read images, and not the same. */
export function haveOtherImages(one: Pick<RunRecord, "sources">, other: typeof one): boolean {
  const [images, others] = [one, other].map(({ sources: { data } }) =>
    data.find(({ file }) => file === IMAGES)
  );
  return areOthers(images, others);
}
