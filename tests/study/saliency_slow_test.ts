/** What a score rests on: exact removal beside runs of other pixels, a closed form, and a gradient. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type edit, zero } from "../../lib/hooks/interventions.ts";
import { Tensor } from "../../lib/hooks/tensor.ts";
import { Clip } from "../../lib/runtime/open_runtime.ts";
import { explainScore, type Saliency, saliencyFinding } from "../../lib/study/image_scores.ts";
import { pathOf } from "../studies.ts";
import { assertPlainSentences } from "./plain_sentences.ts";

const SHAPES = pathOf("../data/shapes");

type Row = Saliency["words"]["rows"][number];

const PAIRS: Readonly<Record<string, { image_file: string; caption: string; foil: string }>> = JSON
  .parse(Deno.readTextFileSync(`${SHAPES}/existence.json`));

async function pixelsOf({ image }: Clip, path: string): Promise<Tensor> {
  return await image.pixels(await Deno.readFile(path), path);
}

/** The positions of words among a sentence's tokens, found anew from their letters; marks are those of the word before. */
function positionsOf({ text }: Clip, sentence: string, words: readonly Row[]): number[][] {
  const { start, end } = text.ownTokens(sentence);
  const lettersOf = (written: string) => written.toLowerCase().replaceAll(/[^a-z]/g, "");
  const tokens = text.tokens(sentence);
  const isMark = (token: string) => /^[^\sa-z]+$/.test(token);
  let at = start;
  return words.map(({ word }) => {
    const own: number[] = [];
    for (let letters = ""; at < end && (letters !== lettersOf(word) || isMark(tokens[at]!));) {
      letters += lettersOf(tokens[at]!);
      own.push(at++);
    }
    return own;
  });
}

/** The picture with the pixels of some patches replaced by those of the mean patch, which makes the mean of the embeddings: they are linear in the pixels. */
function withoutPatches(pixels: Tensor, across: number, size: number, gone: readonly number[]) {
  const made = new Tensor(Float32Array.from(pixels.data), pixels.shape, pixels.axes);
  const [channels, , width] = pixels.shape as [number, number, number];
  for (let c = 0; c < channels; c++) {
    for (let i = 0; i < size ** 2; i++) {
      const placeOf = (patch: number) =>
        (c * width + Math.floor(patch / across) * size + Math.floor(i / size)) * width +
        (patch % across) * size + i % size;
      let sum = 0;
      for (let patch = 0; patch < across ** 2; patch++) sum += pixels.data[placeOf(patch)]!;
      for (const patch of gone) made.data[placeOf(patch)] = sum / across ** 2;
    }
  }
  return made;
}

/** S of some sentences, the first minus the second, without words and patches, in runs of their own. */
async function totalWithout(
  clip: Clip,
  { pixels, sentences, words = [], patches = [] }: {
    readonly pixels: Tensor;
    readonly sentences: readonly string[];
    readonly words?: readonly { readonly of: number; readonly at: readonly number[] }[];
    readonly patches?: readonly number[];
  },
): Promise<number> {
  const { image, text, family } = clip;
  const across = Math.sqrt(image.positions - family.positions.classTokens);
  const size = Math.floor(pixels.shape[1]! / across);
  const shown = await image.run([withoutPatches(pixels, across, size, patches)]);
  let total = 0;
  for (const [of, sentence] of sentences.entries()) {
    const position = words.filter((word) => word.of === of).flatMap(({ at }) => at);
    const interventions = position.length === 0 ? [] : [zero("hook_embed", { position })];
    const made = await text.run([sentence], { interventions });
    total += (of === 0 ? 1 : -1) * family.similarity.score(made.row(0).data, shown.row(0).data);
  }
  return total;
}

/** The parts of a saliency as `totalWithout` takes them; sentences as they were given. */
function taken(clip: Clip, sentences: readonly string[], { words, squares }: Saliency) {
  const positions = sentences.map((sentence, of) =>
    positionsOf(clip, sentence, words.rows.filter((row) => row.of === `sentence ${of + 1}`))
  );
  const across = Math.sqrt(squares.rows.length);
  return {
    word: ({ of, column }: Row) => (
      { of: Number(of.slice(-1)) - 1, at: positions[Number(of.slice(-1)) - 1]![column - 1]! }
    ),
    patch: ({ row, column }: Row) => (row - 1) * across + column - 1,
  };
}

const PHOTO = pathOf("./fixtures/images/photo.jpg");
const CASES = [
  [`${SHAPES}/model`, `${SHAPES}/images/shapes_0003.png`, "There are red triangles."],
  [pathOf("./fixtures/siglip-tiny"), PHOTO, "no cats."], // no class token, and attention pools the patches
] as const;

for (const [folder, path, sentence] of CASES) {
  Deno.test(`explainScore() takes out what a run without it lacks: ${folder.split("/").at(-2)}`, async () => {
    await using clip = await Clip.load(folder, { threads: 1 });
    const pixels = await pixelsOf(clip, path);
    for (const sentences of [[sentence], ["a dog", sentence]]) {
      const found = await explainScore(clip, { pixels, sentences });
      const { word, patch } = taken(clip, sentences, found);
      const sign = found.preferred === sentences[0] ? 1 : -1;
      const lost = async (without: object) =>
        found.total - sign * await totalWithout(clip, { pixels, sentences, ...without });
      assertAlmostEquals(await lost({}), 0, 1e-4); // float32 of scores near 30
      for (const row of found.words.rows) {
        assertAlmostEquals(row.effect, await lost({ words: [word(row)] }), 1e-4);
      }
      for (const row of found.squares.rows) {
        assertAlmostEquals(row.effect, await lost({ patches: [patch(row)] }), 1e-3); // the mean is made of pixels here
      }
      const { words, squares } = found;
      assertAlmostEquals(words.lost, await lost({ words: words.removed.map(word) }), 1e-4);
      assertAlmostEquals(squares.lost, await lost({ patches: squares.removed.map(patch) }), 1e-3);
      assertPlainSentences(saliencyFinding(found, "a model").sentences!);
      assertEquals(await explainScore(clip, { pixels, sentences }), found);
    }
  });
}

Deno.test("explainScore() puts the patches of a large picture into squares, whose effects add up where the score is linear", async () => {
  const across = 19; // three patches make the side of a square, and one that of the last
  const numbers = Float32Array.from({ length: across ** 2 + 1 }, (_, i) => (i * 37) % 11);
  const similarity = { score: ([a]: Float32Array, [b]: Float32Array) => a! * b!, formula: "" };
  const family = { positions: { classTokens: 1 }, similarity };
  const run = (
    images: readonly unknown[],
    { interventions = [] }: { interventions?: readonly ReturnType<typeof edit>[] } = {},
  ) => {
    const all = images.flatMap(() => [...numbers]);
    const value = new Tensor(Float32Array.from(all), [images.length, across ** 2 + 1, 1], [
      "batch",
      "position",
      "width",
    ]);
    for (const { apply } of interventions) apply(value, { hook: "", rows: [...images.keys()] });
    const sums = images.map((_, i) => value.row(i).data.reduce((sum, x, at) => sum + at * x, 0));
    return Promise.resolve(
      new Tensor(Float32Array.from(sums), [images.length, 1], ["batch", "projection"]),
    );
  };
  const text = {
    run: (all: readonly unknown[]) =>
      Promise.resolve(
        new Tensor(new Float32Array(all.length).fill(1), [all.length, 1], ["batch", "projection"]),
      ),
    tokens: () => ["dog"],
    ownTokens: () => ({ start: 0, end: 1 }),
  };
  const model = { text, image: { run, positions: across ** 2 + 1, family }, family } as never;
  const found = await explainScore(model, { pixels: undefined as never, sentences: ["dog"] });
  const { rows } = found.squares;
  const [, ofWords] = saliencyFinding(found, "a model").sentences!;
  assertEquals(ofWords, "S does not rest on any single word: none raises it");
  assertEquals([rows.length, rows.at(-1)!.row, rows.at(-1)!.column], [49, 7, 7]);
  const mean = numbers.subarray(1).reduce((sum, x) => sum + x, 0) / across ** 2;
  const lostAt = (patch: number) => (patch + 1) * (numbers[patch + 1]! - mean);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  const first = [0, 1, 2, 19, 20, 21, 38, 39, 40];
  assertAlmostEquals(rows[0]!.effect, sum(first.map(lostAt)), 0.1); // float32 of sums near 3e5
  assertAlmostEquals(rows.at(-1)!.effect, lostAt(across ** 2 - 1), 0.1);
  assertAlmostEquals(
    sum(rows.map(({ effect }) => effect)),
    sum([...Array(across ** 2).keys()].map(lostAt)),
    2,
  );
});

/** How much of its score each part brings by gradient x (value minus what takes its place), in the order of the rows. */
async function byGradient(
  clip: Clip,
  pixels: Tensor,
  sentences: readonly string[],
  found: Saliency,
) {
  const { text, image } = clip;
  const { word, patch } = taken(clip, sentences, found);
  const signs = sentences.map((sentence) => sentence === found.preferred ? 1 : -1);
  const seen = (await image.run([pixels])).row(0).data;
  const [ofText, ofImage] = ["hook_embed", "vision.hook_embed"];
  const texts = await text.runWithGradients(sentences, [ofText], {
    targets: sentences.map(() => seen),
  });
  const images = await image.runWithGradients(sentences.map(() => pixels), [ofImage], {
    targets: await text.run(sentences),
  });
  const product = (value: Tensor, gradient: Tensor) =>
    value.data.reduce((sum, x, i) => sum + x * gradient.data[i]!, 0);
  const patches = images.values.row(ofImage, 0);
  const [{ shape: [count, width], axes }, { data }] = [patches, patches];
  const mean = new Tensor(data.subarray(width!), [count! - 1, width!], axes).mean("position");
  return {
    words: found.words.rows.map((row) => {
      const { of, at } = word(row);
      const [value, gradient] = [texts.values.row(ofText, of), texts.gradients.row(ofText, of)];
      return at.reduce((sum, i) => sum + signs[of]! * product(value.row(i), gradient.row(i)), 0);
    }),
    squares: found.squares.rows.map((row) => {
      const value = patches.row(patch(row) + 1).minus(mean);
      const gradientOf = (of: number) => images.gradients.row(ofImage, of).row(patch(row) + 1);
      return signs.reduce((sum, sign, of) => sum + sign * product(value, gradientOf(of)), 0);
    }),
  };
}

const share = (values: readonly boolean[]) =>
  (values.filter(Boolean).length / values.length).toFixed(2).replace(/^0/, "");

Deno.test("maps by exact removal are faithful at least as often as maps by a gradient, as the page says", async () => {
  await using clip = await Clip.load(`${SHAPES}/model`, { threads: 1 });
  const faithful = new Map<string, [exact: boolean, gradient: boolean][]>();
  for (const { image_file, caption, foil } of Object.values(PAIRS).filter((_, i) => i % 20 === 0)) {
    const pixels = await pixelsOf(clip, `${SHAPES}/images/${image_file}`);
    for (const sentences of [[caption], [caption, foil]]) {
      const found = await explainScore(clip, { pixels, sentences });
      const { word, patch } = taken(clip, sentences, found);
      const gradients = await byGradient(clip, pixels, sentences, found);
      const sign = sentences[0] === found.preferred ? 1 : -1;
      for (const kind of ["words", "squares"] as const) {
        const { rows, removed, lost, drawn } = found[kind];
        if (removed.length < 2 || drawn.length < 19) continue; // one part alone has the largest loss of all
        const isFaithful = (own: number) =>
          // a set that was drawn too takes as much as itself
          drawn.every((other) => other <= own + 1e-3) && own >= 0.05 * Math.abs(found.total);
        const top = rows.toSorted((a, b) =>
          gradients[kind][rows.indexOf(b)]! - gradients[kind][rows.indexOf(a)]!
        ).slice(0, removed.length);
        const without = kind === "words" ? { words: top.map(word) } : { patches: top.map(patch) };
        const other = found.total -
          sign * await totalWithout(clip, { pixels, sentences, ...without });
        faithful.getOrInsertComputed(`${kind}, ${found.measure}`, () => [])
          .push([isFaithful(lost), isFaithful(other)]);
      }
    }
  }
  const page = await Deno.readTextFile(pathOf("../docs/methods/saliency.md"));
  for (const [name, tests] of faithful) {
    const cells = [
      name,
      `${tests.length}`,
      share(tests.map(([a]) => a)),
      share(tests.map(([, b]) => b)),
    ];
    assert(page.replaceAll(/ +/g, " ").includes(`| ${cells.join(" | ")} |`), cells.join(" | "));
  }
});

Deno.test("saliencyFinding() calls a map faithful only if it was tested, and names parts that lower d", async () => {
  await using clip = await Clip.load(`${SHAPES}/model`, { threads: 1 });
  const pairOf = (thing: string) => [`There is a ${thing}.`, `There is no ${thing}.`];
  const none = "d does not rest on any single square";
  const cases: readonly [sentences: readonly string[], said: string, part: RegExp][] = [
    [
      pairOf("star"),
      'm prefers "There is no star.": d, its S minus that of the other, is 3.53',
      /^row 2, column 2;picture;-13\.0\d+;$/, // the heart, of which the sentences do not speak
    ],
    [
      pairOf("star"),
      `${none}: those that raise d most (3) take -0.05 of 3.53 away`,
      /^star;sentence 1;6\.7\d+;without it the other sentence wins$/,
    ],
    [pairOf("cross"), `${none}: those that raise d most (2) take 0.06 of 2.81 away`, /^cross;/],
    [pairOf("circle"), `${none}: none raises it`, /^circle;/],
    [
      pairOf("ring"),
      "The map of the squares is not faithful, do not rely on it: 1 of 20 random draws take as much or more",
      /^ring;/,
    ],
    [
      ["There is a heart."],
      "The map of the words cannot be tested: too few other sets of 2 (5, a test needs 19)",
      /^heart;/,
    ],
    [
      pairOf("heart"),
      "The map of the squares cannot be tested: too few other sets of 1 (15, a test needs 19)",
      /^row 2, column 2;/,
    ],
    [
      ["no heart"],
      "The map of the words cannot be tested: too few other sets of 1 (1, a test needs 19)",
      /^heart;/,
    ],
    [["a heart", "A heart"], "m prefers neither sentence: d is 0", /^heart;/],
  ];
  const path = `${SHAPES}/images/shapes_0001.png`;
  const pixels = await pixelsOf(clip, path);
  for (const [sentences, expected, part] of cases) {
    const found = await explainScore(clip, { pixels, sentences });
    const { sentences: said = [], tables } = saliencyFinding(found, "m");
    assertPlainSentences(said);
    assert(said.includes(expected), said.join("\n"));
    assertEquals(said.length === 1, found.total === 0);
    const lines = tables![0]!.lines.map((line) => Object.values(line).join(";"));
    assert(lines.some((line) => part.test(line)), lines.join("\n"));
  }
});
