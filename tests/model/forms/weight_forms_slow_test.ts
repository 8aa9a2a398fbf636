import { assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { imageReader } from "../../../lib/opening/images/image_folder.ts";
import { Clip } from "../../../lib/runtime/open_runtime.ts";
import { Study } from "../../../lib/runs/study.ts";
import { fixture, inFolder } from "../../scripts/task_process.ts";
import { sumsOf } from "../../sums.ts";
import { fileOf, FOLDERS, miniFolder, TUNED, WHOLE_FILES } from "./mini_folders.ts";

/** Unit embeddings in float64, and the shape and two sums of every weight (tests/fixtures/recipe/forms.py). */
interface Golden {
  readonly sentences: Readonly<Record<string, readonly number[]>>;
  readonly tuned: Readonly<Record<string, readonly number[]>>;
  readonly images: Readonly<Record<string, readonly number[]>>;
  /** Cropped as open_clip does. */
  readonly open_clip_images: Readonly<Record<string, readonly number[]>>;
}

const GOLDEN: Golden = JSON.parse(Deno.readTextFileSync(fixture("weights/mini/golden.json")));
type Weight = { readonly shape: readonly number[]; readonly sums: readonly number[] };
const WEIGHTS: Readonly<Record<string, Weight>> = JSON.parse(
  Deno.readTextFileSync(fixture("weights/mini/weights.json")),
);

/** Entries of unit vectors of 3, from float32 sums over at most 192 terms of about 1. */
const ROUNDING = 2e-6;

async function assertEmbeddings(
  clip: Clip,
  sentences: Golden["sentences"],
  form: string,
): Promise<void> {
  const cropped = form.startsWith("open-clip") ? GOLDEN.open_clip_images : GOLDEN.images;
  const texts = await clip.text.run(Object.keys(sentences));
  Object.values(sentences).forEach((expected, row) =>
    expected.forEach((x, i) => assertAlmostEquals(texts.row(row).data[i]!, x, ROUNDING))
  );
  const read = imageReader(fixture("images"));
  const pixels = await Promise.all(
    Object.keys(cropped).map(async (image) =>
      await clip.image.pixels(
        await read({ id: "", image, caption: "", foil: "", negation: "foil" }),
        image,
      )
    ),
  );
  const images = await clip.image.run(pixels);
  Object.values(cropped).forEach((expected, row) =>
    expected.forEach((x, i) => assertAlmostEquals(images.row(row).data[i]!, x, ROUNDING))
  );
}

async function assertWeights(clip: Clip): Promise<void> {
  const names: string[] = [];
  for (const { weights } of clip.towers) {
    for (const name of weights.names) {
      names.push(name);
      const { shape, data } = await weights.get(name);
      assertEquals(shape, WEIGHTS[name]!.shape, name);
      // Exact numbers added up in double precision; the reference has 12 digits.
      sumsOf(data).forEach((sum, i) =>
        assertAlmostEquals(sum, WEIGHTS[name]!.sums[i]!, 1e-9 + Math.abs(sum) * 1e-11, name)
      );
    }
  }
  assertEquals(names.toSorted(), Object.keys(WEIGHTS).toSorted());
}

for (const [form, file] of Object.entries(FOLDERS)) {
  Deno.test(`Clip.load() takes a folder's weights in the form ${form}, and every number of them`, () =>
    inFolder(async (parent) => {
      await using clip = await Clip.load(await miniFolder(parent, form));
      const settings = form.startsWith("hf") ? "config.json" : "open_clip_config.json";
      const taken = said(file, settings);
      assertEquals(clip.taken, { text: taken, image: taken });
      await assertWeights(clip);
      await assertEmbeddings(clip, GOLDEN.sentences, form);
    }));
}

/** No file of weights says what its activation is; the folder's settings do. */
function said(name: string, settings: string): string {
  return `${name} (activation quick_gelu, from ${settings})`;
}

for (const name of WHOLE_FILES) {
  Deno.test(`Clip.load() lays both towers of ${name} over the folder`, () =>
    inFolder(async (parent) => {
      const folder = await miniFolder(parent, "hf");
      await Deno.remove(`${folder}/model.safetensors`);
      const weights = fileOf(name);
      await using clip = await Clip.load(folder, { weights });
      const taken = said(name, "config.json");
      assertEquals(clip.taken, { text: taken, image: taken });
      await assertWeights(clip);
      await assertEmbeddings(clip, GOLDEN.sentences, "hf");
    }));
}

for (const form of ["hf", "open-clip-bin"]) {
  Deno.test(`Clip.load() takes the image tower of the folder if the file has the text tower alone, ${form}`, () =>
    inFolder(async (parent) => {
      const folder = await miniFolder(parent, form);
      await using clip = await Clip.load(folder, { weights: TUNED });
      const settings = form === "hf" ? "config.json" : "open_clip_config.json";
      assertEquals(clip.taken, {
        text: said("text_tower.pt", settings),
        image: said(FOLDERS[form]!, settings),
      });
      assertEquals(clip.toString().split("\n")[0], `CLIP from ${folder} with text_tower.pt`);
      await assertEmbeddings(clip, GOLDEN.tuned, form);
      assertEquals(clip.files.includes(TUNED), true);
      await using own = await Clip.load(folder, { towers: ["text"] });
      const [sentence] = Object.keys(GOLDEN.tuned) as [string];
      assertNotEquals(
        (await own.text.run([sentence])).data,
        (await clip.text.run([sentence])).data,
      );
    }));
}

Deno.test("Study.open() takes weights, and all files that determine its numbers", () =>
  inFolder(async (parent) => {
    const model = await miniFolder(parent, "hf-sharded");
    await using study = await Study.open({
      ...{ model, weights: TUNED, cache: false, threads: 1 },
      ...{ data: fixture("pairs.json"), images: fixture("images") },
    });
    for (const pair of study.pairs) {
      const { scores } = await study.row(pair.id);
      const image = GOLDEN.images[pair.image]!;
      for (const side of ["caption", "foil"] as const) {
        const cosine = GOLDEN.tuned[pair[side]]!.reduce((sum, x, i) => sum + x * image[i]!, 0);
        assertAlmostEquals(scores![`s_${side}`], 100 * cosine, 2e-4); // 100 x a cosine in float32
      }
    }
  }));
