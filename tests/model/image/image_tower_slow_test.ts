import { fileURLToPath } from "node:url";
import { assert, assertEquals, assertLess } from "@std/assert";
import { Clip, type ClipOptions } from "../../../lib/runtime/open_runtime.ts";
import type { ImageTower } from "../../../lib/model/image/image_tower.ts";
import { Tensor } from "../../../lib/hooks/tensor.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { chosen, FORMS, pathOf, WEIGHTS } from "../../studies.ts";

const FIXTURES = new URL("../../fixtures/", import.meta.url);
const SHARED = new URL("../../../../shared/fixtures/", import.meta.url);
const hasShared = await Deno.stat(SHARED).then(() => true, () => false);

const TINY = {
  model: new URL("clip-tiny", FIXTURES),
  images: new URL("images/", FIXTURES),
  golden: new URL("golden-tiny/", FIXTURES),
};
const SMALL = {
  model: new URL("clip-small", SHARED),
  images: new URL("images/", SHARED),
  golden: new URL("golden/", SHARED),
};

async function withImage(
  options: ClipOptions & { readonly model?: URL },
  test: (image: ImageTower) => Promise<void>,
): Promise<void> {
  const { model = TINY.model, ...rest } = options;
  const clip = await Clip.load(fileURLToPath(model), { ...rest, towers: ["image"] });
  try {
    await test(clip.image);
  } finally {
    await clip.release();
  }
}

function bits({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

async function read(image: ImageTower, name: string, folder = TINY.images): Promise<Tensor> {
  return await image.pixels(await Deno.readFile(new URL(name, folder)), name);
}

/** The largest difference over the largest value. */
function deviation(found: ArrayLike<number>, expected: readonly number[]): number {
  const largest = Math.max(...expected.map(Math.abs));
  return Math.max(...expected.map((x, i) => Math.abs(x - found[i]!))) / largest;
}

/** Compares every hook point and every image's embedding with the float64 reference. */
async function compareWithGolden(
  image: ImageTower,
  { images, golden, bound }: {
    readonly images: URL;
    readonly golden: URL;
    readonly bound: number;
  },
): Promise<void> {
  const activations = JSON.parse(await Deno.readTextFile(new URL("activations.json", golden)));
  const values: Readonly<Record<string, { readonly shape: number[]; readonly data: number[] }>> =
    activations.image.values;
  const pixels = await read(image, activations.image.image, images);
  const { cache } = await image.runWithCache([pixels], ["*"]);
  assertEquals(cache.names, [...image.hooks], "in the order of computation");
  // The data in ../shared date from when hook_embed was the input of the first block and a third of the hook points did not exist.
  const isWhole = Object.keys(values).length === image.hooks.length;
  if (isWhole) assertEquals(Object.keys(values).sort(), image.hooks.toSorted());
  for (const [hook, { shape, data }] of Object.entries(values)) {
    if (!isWhole && hook === "vision.hook_embed") continue;
    const found = cache.get(hook);
    assertEquals(found.shape, shape, hook);
    assertLess(deviation(found.data, data), bound, hook);
  }
  const embeddings: Readonly<Record<string, { readonly embedding: number[] }>> = JSON.parse(
    await Deno.readTextFile(new URL("images.json", golden)),
  );
  const names = Object.keys(embeddings);
  const found = await image.run(await Promise.all(names.map((name) => read(image, name, images))));
  names.forEach((name, row) => {
    assertLess(deviation(found.row(row).data, embeddings[name]!.embedding), bound, name);
  });
}

// float32 has a relative rounding error of 6e-8; sums over some hundred terms and a few blocks make it about 1e-6.
for (const suffix of FORMS) {
  Deno.test(`every hook point of the image tower matches the reference, export "${suffix}"`, async () => {
    await withImage(chosen(suffix), (image) => compareWithGolden(image, { ...TINY, bound: 1e-5 }));
  });

  Deno.test({
    name: `every hook point of clip-small's image tower, export "${suffix}" (needs ../shared)`,
    ignore: !hasShared || suffix === WEIGHTS,
    fn: async () => {
      const { model } = SMALL;
      const compare = (image: ImageTower) => compareWithGolden(image, { ...SMALL, bound: 1e-5 });
      await withImage({ suffix, model }, compare);
    },
  });
}

/** clip-odd: exports, its weights laid over one, and its weights as open_clip publishes a model. */
const ODD: readonly (ClipOptions & { readonly model: URL })[] = [
  { model: new URL("clip-odd", FIXTURES) },
  { model: new URL("clip-odd", FIXTURES), suffix: "_dynamo23" },
  {
    model: new URL("clip-odd", FIXTURES),
    weights: pathOf("./fixtures/weights/odd/open_clip_model.safetensors"),
  },
  {
    model: new URL("weights/odd", FIXTURES),
    tokenizer: pathOf("./fixtures/clip-odd/tokenizer.json"),
  },
];

for (const [i, options] of ODD.entries()) {
  Deno.test(`every hook point of an image tower of awkward sizes matches the reference, form ${i + 1}`, async () => {
    const odd = { ...TINY, golden: new URL("golden-odd/", FIXTURES), bound: 1e-5 };
    await withImage(options, (image) => compareWithGolden(image, odd));
  });
}

Deno.test("every hook point of a half-precision export matches the reference, computed in single precision", async () => {
  // Half precision holds the weights, which have 8 significant bits, but rounds the scale of scores up to 4, by up to 2^-12.
  await withImage(
    { suffix: "_fp16" },
    (image) => compareWithGolden(image, { ...TINY, bound: 1e-3 }),
  );
});

for (const suffix of FORMS) {
  Deno.test(`no bit of an image's row changes with its batch or with threads, export "${suffix}"`, async () => {
    const keep = "vision.blocks.1.hook_mlp_out";
    const found: { readonly embedding: Uint8Array; readonly part: Uint8Array }[] = [];
    for (const threads of [1, 2]) {
      await withImage({ ...chosen(suffix), threads }, async (image) => {
        const [own, other] = [await read(image, "photo.jpg"), await read(image, "odd.png")];
        for (const rows of [1, 3, 64]) { // 64 images run in several batches
          const images = [...new Array<Tensor>(rows - 1).fill(other), own];
          const { embeddings, cache } = await image.runWithCache(images, [keep]);
          const row = rows - 1;
          found.push({ embedding: bits(embeddings.row(row)), part: bits(cache.row(keep, row)) });
        }
      });
    }
    found.forEach((result) => assertEquals(result, found[0]!));
  });
}

Deno.test("pixels() makes the input of run(), which accepts nothing else", async () => {
  await withImage({}, async (image) => {
    const pixels = await read(image, "photo.jpg");
    assertEquals([pixels.shape, pixels.axes], [[3, 24, 24], ["channel", "row", "column"]]);
    const small = new Tensor(new Float32Array(3 * 8 * 8), [3, 8, 8], pixels.axes);
    await assertRejectsCode(
      () => image.run([pixels, small]),
      "sizes-differ",
      "Cannot embed pixels of shape [3, 8, 8]: expected [3, 24, 24] as made by pixels()",
    );
    await assertRejectsCode(
      () => image.pixels(new Uint8Array(9), "x.jpg"),
      "image-undecodable",
      '"x.jpg"',
    );
  });
});

Deno.test("input() joins images into one batch", async () => {
  await withImage({}, async (image) => {
    const [a, b] = [await read(image, "photo.jpg"), await read(image, "odd.png")];
    const { type, dims, data } = image.input([a, b]);
    assertEquals([type, dims], ["float32", [2, 3, 24, 24]]);
    assertEquals(data, Float32Array.of(...a.data, ...b.data));
    assert(a.data.some((x, i) => x !== b.data[i]));
  });
});
