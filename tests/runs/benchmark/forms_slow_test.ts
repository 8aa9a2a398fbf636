/** Every form of a model on a file of each benchmark, with the values that transformers gives in float64. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { optionCount, optionOf, type Picture, pictureKey } from "../../../lib/benchmark/choice.ts";
import { countRow } from "../../../lib/benchmark/counting.ts";
import { type Benchmark, readBenchmark } from "../../../lib/benchmark/formats/all.ts";
import { retrievalRanks } from "../../../lib/benchmark/ranks.ts";
import { captionsOf } from "../../../lib/benchmark/retrieval.ts";
import { BenchmarkImages } from "../../../lib/runs/benchmark/images.ts";
import type { Clip } from "../../../lib/runtime/clip.ts";
import { embedImages, embedTexts } from "../../../lib/study/embeddings/embed.ts";
import { pathOf, SMALL, TINY, WEIGHTS, withClip } from "../../studies.ts";

const OWN = pathOf("./fixtures/benchmarks");
const SHARED = pathOf("../../shared/fixtures/benchmarks");

/** Rounding of float32 towers, in scores of up to 100. */
const FLOAT32 = 2e-4;

/**
 * Rounding of float16, at most 2^-11 in scores of up to 100 at each of the 14 additions to the residual streams of 4 and 3 blocks and at the
 * beginning and the end of both towers, as if none cancelled another. Rows are compared where the largest scores are further apart than
 * that may move both, or equal; the images of a retrieval are nearer to each other.
 */
const FLOAT16 = 18 * 100 * 2 ** -11;

const FORMS = [
  { study: TINY, base: OWN, form: WEIGHTS, tolerance: FLOAT32 },
  ...["", "_sdpa", "_dynamo20", "_old", "_fused"].map((form) => (
    { study: SMALL, base: SHARED, form, tolerance: FLOAT32 }
  )),
  { study: SMALL, base: SHARED, form: "_fp16", tolerance: FLOAT16 },
];

const FILES = [
  ["negbench_mcq", "negbench_mcq.csv"],
  ["negrefcocog", "negrefcocog.json"],
  ["crepe", "crepe.csv"],
  ["sugarcrepe", "sugarcrepe.json"],
  ["aro_relation", "aro_relation.json"],
  ["ccneg", "ccneg_preprocessed.pt"],
  ["ccneg_commas_stripped", "ccneg_preprocessed.pt"],
  ["whatsup", "whatsup.json"],
  ["valse_counting", "valse_counting.json"],
  ["choices", "choices.csv"],
] as const;

interface Golden {
  readonly first: readonly number[];
  readonly right: readonly number[];
  readonly tied: readonly number[];
}

/** The embeddings of all sentences and pictures of a benchmark, each computed once. */
async function embedded(clip: Clip, { choices, retrieval }: Benchmark, folder: string) {
  const rows = [
    ...choices,
    ...retrieval.map(({ id, image }) => ({ id, pictures: [{ image }] })),
  ];
  const images = new BenchmarkImages(folder);
  assertEquals(await images.find(rows), []);
  const keyed = new Map(
    rows.flatMap(({ id, pictures }) =>
      pictures.map((picture: Picture) =>
        [pictureKey(picture), {
          ...picture,
          id,
          image: pictureKey(picture),
          name: picture.image,
        }] as const
      )
    ),
  );
  const sentences = new Set([
    ...choices.flatMap(({ sentences }) => sentences),
    ...retrieval.flatMap(({ captions }) => captions),
  ]);
  return {
    sentences: await embedTexts(clip.text, sentences),
    pictures: await embedImages(clip.image, [...keyed.values()], {
      read: ({ name }: { readonly name: string }) => images.read(name),
    }),
  };
}

/** Whether no rounding within the tolerance changes which options have the largest score. */
function isClear(scores: readonly number[], tolerance: number): boolean {
  const most = Math.max(...scores);
  return scores.every((score) => score === most || most - score > 2 * tolerance);
}

for (const { study, base, form, tolerance } of FORMS) {
  const read = async (file: string, published: boolean) =>
    readBenchmark(await Deno.readFile(`${base}/files/${file}`), { source: file, published });

  Deno.test({
    name:
      `scores, choices, ties and ranks on each benchmark are the oracle's: ${study.label} ${form}`,
    ignore: !study.exists,
    fn: () =>
      withClip(study, async (clip) => {
        const answers: Readonly<Record<string, Golden>> = JSON.parse(
          await Deno.readTextFile(`${base}/golden/answers.json`),
        );
        for (const [name, file] of FILES) {
          const benchmark = await read(file, name === "ccneg_commas_stripped");
          const { sentences, pictures } = await embedded(clip, benchmark, study.images);
          const scores = benchmark.choices.map((choice) =>
            Array.from({ length: optionCount(choice) }, (_, option) => {
              const { sentence, picture } = optionOf(choice, option);
              return clip.family.similarity.score(
                sentences.get(sentence)!,
                pictures.get(pictureKey(picture!))!,
              );
            })
          );
          const golden = parse(await Deno.readTextFile(`${base}/golden/${name}.csv`), {
            skipFirstRow: true,
          });
          assertEquals(scores.flat().length, golden.length);
          scores.flat().forEach((score, i) => {
            assertAlmostEquals(score, Number(golden[i]!["score"]), tolerance, name);
          });
          const { first, right, tied } = answers[name]!;
          assertEquals(benchmark.choices.map(({ right }) => right), right, name);
          const rows = [...Map.groupBy(golden, ({ row }) => row).values()]
            .map((options) => options.map(({ score }) => Number(score)));
          const clear = [...rows.keys()].filter((row) => isClear(rows[row]!, tolerance));
          assert(clear.length > rows.length / 4);
          if (tolerance === FLOAT32) assertEquals(clear.length, rows.length, name);
          for (const row of clear) {
            const most = Math.max(...scores[row]!);
            assertEquals(scores[row]!.indexOf(most), first[row], `${name} ${row}`);
            assertEquals(countRow(scores[row]!, right[row]!).tied, tied[row], `${name} ${row}`);
          }
        }
        if (tolerance !== FLOAT32) return;
        const benchmark = await read("negbench_retrieval.csv", false);
        const { sentences, pictures } = await embedded(clip, benchmark, study.images);
        const { images, captions } = captionsOf(benchmark.retrieval);
        const { ofImages } = await retrievalRanks({
          images: images.map((image) => pictures.get(image)!),
          captions: captions.map(({ item, place }) => sentences.get(item.captions[place]!)!),
          imageOf: captions.map(({ image }) => image),
        });
        const golden = JSON.parse(await Deno.readTextFile(`${base}/golden/retrieval.json`));
        assertEquals(
          ofImages.map(({ rank, first }) => [rank, first]),
          golden.captions.map((row: readonly unknown[]) => row.slice(2)),
        );
      }, form),
  });
}
