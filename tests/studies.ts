/** Models with their pairs, images and reference values, opened for the tests of the experiments. */

import { onDisk } from "../lib/files/read_file.ts";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import "./own_cache.ts";
import { parse } from "@std/csv";
import { Clip, type ClipOptions } from "../lib/runtime/open_runtime.ts";
import { imageReader } from "../lib/opening/images/image_folder.ts";
import type { Pair, Protocol } from "../lib/data/pairs.ts";
import { readPairs } from "../lib/data/read.ts";
import { type Embeddings, embedImages, embedSentences } from "../lib/study/embeddings.ts";
import { evaluatePairs, type EvaluateRow, type ScoredPair } from "../lib/study/rows/score_rows.ts";
import { type AlignedPair, preparePairs } from "../lib/study/rows/prepare.ts";

/** Where a study's files are. */
export interface Study {
  readonly label: string;
  readonly model: string;
  readonly images: string;
  readonly pairs: string;
  readonly golden: string;
  /** Reference values of the experiments on circuits. @default {none} */
  readonly circuits?: string;
  /** False where its folder is not there. */
  readonly exists: boolean;
}

export interface ScoredStudy {
  readonly clip: Clip;
  readonly pairs: readonly Pair[];
  readonly distinct: readonly AlignedPair[];
  readonly sentences: Embeddings;
  readonly images: Embeddings;
  readonly evaluate: readonly EvaluateRow[];
  readonly rows: readonly ScoredPair[];
}

/** The suffixes of the exports that all hook points can be reached in. */
export const EXPORTS = ["", "_sdpa", "_dynamo20", "_old"];

/** Stands in a list of exports for the committed weights, for which the kit builds its own graphs. */
export const WEIGHTS = "weights";

/** Every form of {@linkcode TINY} that all hook points can be reached in. */
export const FORMS: readonly string[] = [...EXPORTS, WEIGHTS];

/** The committed model of 3 blocks. */
export const TINY: Study = {
  label: "clip-tiny",
  model: pathOf("./fixtures/clip-tiny"),
  images: pathOf("./fixtures/images"),
  pairs: pathOf("./fixtures/pairs.json"),
  golden: pathOf("./fixtures/golden-tiny"),
  circuits: pathOf("./fixtures/golden-tiny-circuits"),
  exists: true,
};

/** Weights of {@linkcode TINY} with disturbances in block 2 and the final norm of its text tower (tests/fixtures/recipe/disturbed_tiny.py). */
export const TINY_DISTURBED: string = pathOf("./fixtures/weights/tiny_disturbed.safetensors");

/** The committed SigLIP of 2 blocks; tests/fixtures/recipe/make_siglip.py makes it and its reference values. */
export const SIGLIP_TINY: Study = {
  ...TINY,
  label: "siglip-tiny",
  model: pathOf("./fixtures/siglip-tiny"),
  golden: pathOf("./fixtures/golden-siglip"),
};

/** The shared model of 4 blocks with CLIP's own vocabulary. */
export const SMALL: Study = {
  label: "clip-small (needs ../shared)",
  model: pathOf("../../shared/fixtures/clip-small"),
  images: pathOf("../../shared/fixtures/images"),
  pairs: pathOf("../../shared/fixtures/pairs.json"),
  golden: pathOf("../../shared/fixtures/golden"),
  circuits: pathOf("../../shared/fixtures/golden_circuits"),
  exists: existsSync(pathOf("../../shared/fixtures/clip-small")),
};

/** The pairs of the standard protocol, for {@linkcode TINY}. */
export const STANDARD_PAIRS: string = pathOf("./fixtures/pairs_standard.json");

/**
 * The forms in which an experiment on a study is tested: {@linkcode TINY} as an export and as weights, and the others, which differ from it
 * in size, in one. The values at all hook points of every form are compared in tests/engine.
 */
export function formsOf(study: Study): readonly string[] {
  return study === TINY ? ["", WEIGHTS] : [""];
}

/** Registers a test of an experiment against the reference, on each study that is there and in each of its forms. */
export function testForms(
  name: string,
  test: (study: Study, form: string) => Promise<void>,
): void {
  for (const study of [TINY, SMALL]) {
    for (const form of formsOf(study)) {
      const fn = () => test(study, form);
      Deno.test({ name: `${name}, ${study.label}, form "${form}"`, ignore: !study.exists, fn });
    }
  }
}

/** The options that choose a form of a committed model, {@linkcode TINY}'s by default. */
export function chosen(
  form: string,
  file = "tiny.safetensors",
): Pick<ClipOptions, "suffix" | "weights"> {
  return form === WEIGHTS ? { weights: pathOf(`./fixtures/weights/${file}`) } : { suffix: form };
}

/** A file or folder beside this file, as a path. */
export function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url));
}

/** A study's reference table: rows by column, cells as texts. */
export function goldenTable(study: Study, name: string): Record<string, string>[] {
  return parse(Deno.readTextFileSync(`${study.golden}/${name}.csv`), { skipFirstRow: true });
}

/** A study's reference table of the experiments on circuits, as {@linkcode goldenTable} reads it. */
export function goldenCircuits(study: Study, name: string): Record<string, string>[] {
  return parse(Deno.readTextFileSync(`${study.circuits!}/${name}.csv`), { skipFirstRow: true });
}

/** A study's reference embeddings of length 1 by the images' names. */
export function goldenImages(study: Study): Map<string, readonly number[]> {
  const images: Readonly<Record<string, { readonly embedding: readonly number[] }>> = JSON.parse(
    Deno.readTextFileSync(`${study.golden}/images.json`),
  );
  return new Map(Object.entries(images).map(([name, { embedding }]) => [name, embedding]));
}

/** Loads a form of a study's model, uses it and frees it. */
export async function withClip(
  study: Study,
  use: (clip: Clip) => Promise<void> | void,
  suffix = "",
): Promise<void> {
  const clip = await Clip.load(study.model, chosen(suffix));
  try {
    await use(clip);
  } finally {
    await clip.release();
  }
}

export async function studyPairs(
  study: Study,
  { file = study.pairs, protocol = "rephrased" as Protocol } = {},
): Promise<readonly Pair[]> {
  return (await readPairs(onDisk(file), { protocol })).pairs;
}

/** Runs over some of the rows: the first three (`--limit 3`), every third (`--shard 2/3`), all in reverse, each alone. */
export function runsOf(pairs: readonly Pair[]): (readonly Pair[])[] {
  return [
    pairs.slice(0, 3),
    pairs.filter((_, row) => row % 3 === 1),
    pairs.toReversed(),
    ...pairs.map((pair) => [pair]),
  ];
}

/** Embeds, scores and aligns pairs, all in one run. */
export async function scoreStudy(
  clip: Clip,
  study: Study,
  { pairs, protocol = "rephrased" as Protocol }: {
    readonly pairs: readonly Pair[];
    readonly protocol?: Protocol;
  },
): Promise<ScoredStudy> {
  const { distinct, indexOfRow } = preparePairs(clip.text, pairs, { protocol });
  const images = await embedImages(clip.image, pairs, { read: imageReader(study.images) });
  const sentences = await embedSentences(clip.text, pairs);
  const evaluate = evaluatePairs(clip.text, pairs, { sentences, images }).rows;
  const rows = evaluate.map((scores, i) => ({ scores, aligned: distinct[indexOfRow[i]!]! }));
  return { clip, pairs, distinct, sentences, images, evaluate, rows };
}

/** Uses a study's rows, or those of another file, scored by a form of its model. */
export function withScored(
  study: Study,
  use: (scored: ScoredStudy) => Promise<void> | void,
  { suffix = "", file = study.pairs, protocol = "rephrased" as Protocol } = {},
): Promise<void> {
  return withClip(study, async (clip) => {
    const pairs = await studyPairs(study, { file, protocol });
    await use(await scoreStudy(clip, study, { pairs, protocol }));
  }, suffix);
}
