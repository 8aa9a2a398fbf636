/** What several models are called, whether two are the same, and which is the best and the worst. */

import { basename, dirname, resolve } from "node:path";
import type { Verdict } from "../../study/evaluate/summary.ts";
import { estimateText, intervalText, numberText } from "../../tables/text_table.ts";
import { namesText } from "../../tables/words.ts";
import type { RecordedSizes, RunRecord } from "../../files/manifest.ts";
import type { FileDigest } from "../../reading/path.ts";
import { IMAGES } from "../../opening/load_study.ts";

/** A measure with its interval, where it has one. */
export interface Measured {
  readonly value: number | undefined;
  readonly low?: number | undefined;
  readonly high?: number | undefined;
}

/** A model with its scores, as far as they are known. */
export interface JudgedModel {
  /** Its name, with that of the data where there are several. */
  readonly name: string;
  readonly verdict?: Verdict | undefined;
  readonly accuracy?: Measured | undefined;
  /** How many rows the accuracy is of. */
  readonly rows?: number | undefined;
  readonly gamma?: Measured | undefined;
}

/** Says which models do not tell negation, then which has the most rows right and which the fewest, and the same of gamma. */
export function bestSentences(models: readonly JudgedModel[]): string[] {
  const scored = ranked(models, "accuracy");
  const [first, last] = [scored[0], scored.at(-1)];
  const isSame = first?.accuracy?.value === last?.accuracy?.value;
  const have = (at: JudgedModel | undefined) => {
    const names = scored.filter(({ accuracy }) => accuracy!.value === at?.accuracy?.value)
      .map(({ name }) => name);
    return `${namesText(names)} ${names.length === 1 ? "has" : "have"}`;
  };
  return [
    ...untoldSentences(models),
    ...first === undefined || scored.length < 2 ? [] : [
      `Of ${scored.length} models, ${have(first)} the highest accuracy: right in ${
        shareText(first)
      }`,
      ...isSame ? [] : [`${have(last)} the lowest accuracy: right in ${shareText(last!)}`],
    ],
    ...gammaSentence(models),
  ];
}

/** The models that have a score, the largest first. */
function ranked(models: readonly JudgedModel[], score: "accuracy" | "gamma"): JudgedModel[] {
  return models.filter((model) => model[score]?.value !== undefined)
    .toSorted((a, b) => b[score]!.value! - a[score]!.value!);
}

function shareText({ accuracy, rows }: JudgedModel): string {
  const of = rows === undefined ? "its rows" : `${rows} rows`;
  const interval = intervalText(accuracy!, 2);
  return `${numberText(accuracy!.value!, 2)} of ${of}${interval && ` (95 % interval ${interval})`}`;
}

/** Says which models do not tell negation, or may not. */
export function untoldSentences(models: readonly JudgedModel[]): string[] {
  const names = (...kinds: readonly Verdict["tells"][]) => [
    ...new Set(
      models.filter(({ verdict }) => verdict !== undefined && kinds.includes(verdict.tells))
        .map(({ name }) => name),
    ),
  ];
  const [untold, unknown] = [names("no", "reversed"), names("unknown")];
  const does = untold.length === 1 ? "does" : "do";
  return [
    ...untold.length === 0 ? [] : [
      `${namesText(untold)} ${does} not tell negation here: what moves d there is no understanding`,
    ],
    ...unknown.length === 0 ? [] : [
      `Whether ${namesText(unknown)} ${
        unknown.length === 1 ? "tells" : "tell"
      } negation cannot be told`,
    ],
  ];
}

function gammaSentence(models: readonly JudgedModel[]): string[] {
  const known = ranked(models, "gamma");
  const [first, last] = [known[0], known.at(-1)];
  if (known.length < 2 || first!.gamma!.value === last!.gamma!.value) return [];
  const text = ({ gamma }: JudgedModel) => estimateText(gamma!.value, gamma!, 2);
  return [
    `Understanding (gamma) is largest in ${first!.name}, ${text(first!)} logits, and smallest in ${
      last!.name
    }, ${text(last!)}`,
  ];
}

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
  const paths = folders.map((folder) => resolve(folder));
  const names = paths.map((path) => basename(path));
  const isShared = paths.length > 1 && new Set(names).size === 1 && new Set(paths).size > 1;
  if (isShared) return folderNames(paths.map(dirname));
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

function areOthers(one: FileDigest | undefined, other: FileDigest | undefined): boolean {
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
