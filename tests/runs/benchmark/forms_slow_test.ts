/** Every form of a model on a file of each benchmark, beside what other programs give. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import {
  countRow,
  optionCount,
  optionOf,
  type Picture,
  pictureKey,
} from "../../../lib/benchmark/choice.ts";
import { type Benchmark, readBenchmark } from "../../../lib/benchmark/formats/all.ts";
import { captionsOf, retrievalRanks } from "../../../lib/benchmark/retrieval.ts";
import { BenchmarkImages } from "../../../lib/runs/benchmark/embed.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { embedImages, embedTexts } from "../../../lib/study/embeddings.ts";
import { fileOf, FOLDERS, miniFolder, WHOLE_FILES } from "../../model/forms/mini_folders.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { chosen, pathOf, SMALL, TINY, WEIGHTS } from "../../studies.ts";

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

/**
 * The same graph of 8 bits in two builds of onnxruntime. Products of whole numbers are exact, so that most scores are equal as in float32. A
 * number in the middle of two of the 256 steps may be rounded to either: then one of the 48 numbers or more of a position moves by 1/255 of
 * their range, and a score by up to 100/255 for each of few such numbers.
 */
const EIGHT_BITS = 100 / 255;

/** The files, by the names of their reference values. */
const FILES = {
  negbench_mcq: "negbench_mcq.csv",
  negrefcocog: "negrefcocog.json",
  crepe: "crepe.csv",
  sugarcrepe: "sugarcrepe.json",
  aro_relation: "aro_relation.json",
  ccneg: "ccneg_preprocessed.pt",
  ccneg_commas_stripped: "ccneg_preprocessed.pt",
  whatsup: "whatsup.json",
  valse_counting: "valse_counting.json",
  choices: "choices.csv",
};

const NAMES = Object.keys(FILES) as (keyof typeof FILES)[];

const RETRIEVAL = "negbench_retrieval.csv";

/** What another program gives: scores of the options of each row, by file, and ranks of the image of each caption. */
interface Golden {
  readonly scores: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly ranks: readonly (readonly number[])[];
}

/** The values of transformers in float64, beside the files. */
function oracle(base: string): Golden {
  const read = (name: string) => Deno.readTextFileSync(`${base}/golden/${name}`);
  const scores = NAMES.map((name) => {
    const lines = parse(read(`${name}.csv`), { skipFirstRow: true });
    const rows = Map.groupBy(lines, ({ row }) => row);
    return [name, [...rows.values()].map((row) => row.map(({ score }) => Number(score)))] as const;
  });
  const ranks = JSON.parse(read("retrieval.json")).captions as readonly (readonly number[])[];
  return { scores: Object.fromEntries(scores), ranks: ranks.map((caption) => caption.slice(2)) };
}

/** Those of tests/fixtures/recipe/benchmark_forms.py. */
function otherGolden(name: "mini" | "mini_open_clip" | "small_quantized"): Golden {
  return JSON.parse(Deno.readTextFileSync(`${OWN}/forms.json`))[name];
}

interface Form {
  readonly label: string;
  readonly base: string;
  readonly images: string;
  readonly golden: () => Golden;
  readonly load: (folder: string) => Promise<Clip>;
  readonly tolerance: number;
  readonly ignore?: boolean;
}

const tiny = { base: OWN, images: TINY.images, tolerance: FLOAT32 };
const small = { base: SHARED, images: SMALL.images, ignore: !SMALL.exists };

const FORMS: readonly Form[] = [
  {
    ...{ ...tiny, label: `clip-tiny ${WEIGHTS}`, golden: () => oracle(OWN) },
    load: () => Clip.load(TINY.model, chosen(WEIGHTS)),
  },
  ...Object.keys(FOLDERS).map((form): Form => ({
    ...{ ...tiny, label: `mini ${form}` },
    golden: () => otherGolden(form.startsWith("hf") ? "mini" : "mini_open_clip"),
    load: async (folder) => await Clip.load(await miniFolder(folder, form)),
  })),
  ...WHOLE_FILES.map((name): Form => ({
    ...{ ...tiny, label: `mini ${name}`, golden: () => otherGolden("mini") },
    load: async (folder) =>
      await Clip.load(await miniFolder(folder, "hf"), { weights: fileOf(name) }),
  })),
  ...["", "_sdpa", "_dynamo20", "_old", "_fused", "_fp16", "_quantized"].map((suffix): Form => ({
    ...{ ...small, label: `${SMALL.label} ${suffix}` },
    golden: () => suffix === "_quantized" ? otherGolden("small_quantized") : oracle(SHARED),
    load: () => Clip.load(SMALL.model, { suffix }),
    tolerance: suffix === "_fp16" ? FLOAT16 : suffix === "_quantized" ? EIGHT_BITS : FLOAT32,
  })),
];

async function readFile(base: string, file: string, published: boolean): Promise<Benchmark> {
  return readBenchmark(await Deno.readFile(`${base}/files/${file}`), { source: file, published });
}

/** The embeddings of all sentences and pictures of some benchmarks, each computed once. */
async function embedded(clip: Clip, benchmarks: readonly Benchmark[], folder: string) {
  const keyed = await Promise.all(benchmarks.map(async ({ choices, retrieval }) => {
    const rows = [...choices, ...retrieval];
    const images = new BenchmarkImages(folder);
    assertEquals(await images.find(rows), []);
    return rows.flatMap(({ id, pictures }) =>
      pictures.map((picture: Picture) => ({
        ...{ ...picture, id, image: pictureKey(picture), name: picture.image },
        read: () => images.read(picture.image),
      }))
    );
  }));
  const pictures = new Map(keyed.flat().map((picture) => [picture.image, picture]));
  const sentences = new Set(
    benchmarks.flatMap(({ choices, retrieval }) =>
      [...choices, ...retrieval].flatMap(({ sentences }) => sentences)
    ),
  );
  const read = (picture: { readonly read: () => Promise<Uint8Array> }) => picture.read();
  return {
    sentences: await embedTexts(clip.text, sentences),
    pictures: await embedImages(clip.image, [...pictures.values()], { read }),
  };
}

/** Whether no rounding within the tolerance changes which options have the largest score. */
function isClear(scores: readonly number[], tolerance: number): boolean {
  const most = Math.max(...scores);
  return scores.every((score) => score === most || most - score > 2 * tolerance);
}

for (const { label, base, images, golden: goldenOf, load, tolerance, ignore = false } of FORMS) {
  Deno.test({
    name: `scores, choices, ties and ranks on each benchmark are another program's: ${label}`,
    ignore,
    fn: () =>
      inFolder(async (folder) => {
        await using clip = await load(folder);
        const golden = goldenOf();
        const benchmarks = await Promise.all(
          NAMES.map((name) => readFile(base, FILES[name], name === "ccneg_commas_stripped")),
        );
        const retrieval = await readFile(base, RETRIEVAL, false);
        const { sentences, pictures } = await embedded(clip, [...benchmarks, retrieval], images);
        benchmarks.forEach(({ choices }, i) => {
          const name = NAMES[i]!;
          const expected = golden.scores[name]!;
          assertEquals(choices.length, expected.length, name);
          let [clear, near] = [0, 0];
          choices.forEach((choice, row) => {
            const scores = Array.from({ length: optionCount(choice) }, (_, option) => {
              const { sentence, picture } = optionOf(choice, option);
              const [text, image] = [sentences.get(sentence)!, pictures.get(pictureKey(picture!))!];
              return clip.family.similarity.score(text, image);
            });
            assertEquals(scores.length, expected[row]!.length, name);
            scores.forEach((score, option) => {
              assertAlmostEquals(score, expected[row]![option]!, tolerance, `${name} ${row}`);
            });
            if (scores.every((s, k) => Math.abs(s - expected[row]![k]!) < FLOAT32)) near++;
            if (!isClear(expected[row]!, tolerance)) return;
            clear++;
            assertEquals(countRow(scores, choice.right), countRow(expected[row]!, choice.right));
          });
          assert(clear > choices.length / 4, name);
          if (tolerance === EIGHT_BITS) assert(near > choices.length / 2, name);
          if (tolerance === FLOAT32) assertEquals(clear, choices.length, name);
        });
        if (tolerance !== FLOAT32) return;
        const found = captionsOf(retrieval.retrieval);
        const { ofImages } = await retrievalRanks({
          images: found.images.map((image) => pictures.get(image)!),
          captions: found.captions.map(({ item, place }) => sentences.get(item.sentences[place]!)!),
          imageOf: found.captions.map(({ image }) => image),
        });
        assertEquals(ofImages.map(({ rank, tied }) => [rank, rank - tied / 2]), golden.ranks);
      }),
  });
}
