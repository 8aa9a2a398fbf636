import { decodeImage, preprocessImage } from "../../../lib/images/decode_image.ts";
import { onDisk } from "../../../lib/files/read_file.ts";
import { fileURLToPath } from "node:url";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { loadClipConfig } from "../../../lib/model/forms/settings.ts";
import type { ClipConfig } from "../../../lib/architecture/tower_writer.ts";
import {
  cropImage,
  normalizePixels,
  type PreprocessConfig,
  resizeImage,
  type RgbImage,
} from "../../../lib/model/image/preprocess.ts";
import { loadPreprocessConfig } from "../../../lib/model/image/preprocess_config.ts";

const FIXTURES = new URL("../../fixtures/", import.meta.url);
const SHARED = new URL("../../../../shared/fixtures/", import.meta.url);
const hasShared = await Deno.stat(SHARED).then(() => true, () => false);

interface Golden {
  readonly mean: number;
  readonly std: number;
  /** [channel, row, column] */
  readonly grid: readonly (readonly (readonly number[])[])[];
  readonly grid_indices: readonly number[];
}

/** Compares all images of a folder with the pixels and values that Hugging Face computed. */
async function compareWithGolden(
  folder: URL,
  { model, golden }: { readonly model: string; readonly golden: string },
): Promise<void> {
  const { vision } =
    (await loadClipConfig(onDisk(fileURLToPath(new URL(model, folder))))) as Required<
      ClipConfig
    >;
  const config = await loadPreprocessConfig(onDisk(fileURLToPath(new URL(model, folder))), vision);
  const reference: Record<string, Golden> = JSON.parse(
    await Deno.readTextFile(new URL(`${golden}/images.json`, folder)),
  );
  assert(Object.keys(reference).length >= 7);
  for (const [name, { mean, std, grid, grid_indices }] of Object.entries(reference)) {
    const bytes = await Deno.readFile(new URL(`images/${name}`, folder));
    const expected = await Deno.readFile(
      new URL(`${golden}/resized/${name.replace(/\.\w+$/, ".png")}`, folder),
    );
    const cropped = cropImage(await decodeImage(bytes, { name }), config);
    assertEquals(cropped.data, (await decodeImage(expected, { name })).data, name);

    const pixels = await preprocessImage(bytes, config, { name });
    const size = vision.imageSize;
    grid.forEach((rows, channel) =>
      rows.forEach((row, i) =>
        row.forEach((value, j) => {
          const at = (channel * size + grid_indices[i]!) * size + grid_indices[j]!;
          assertAlmostEquals(pixels[at]!, value, 1e-6, name); // 7 digits are stored
        })
      )
    );
    const average = pixels.reduce((sum, value) => sum + value, 0) / pixels.length;
    const squares = pixels.reduce((sum, value) => sum + (value - average) ** 2, 0);
    assertAlmostEquals(average, mean, 1e-6, name);
    assert([0, 1].some((n) => Math.abs(Math.sqrt(squares / (pixels.length - n)) - std) < 1e-6));
  }
}

Deno.test("preprocessImage() gives every byte and value of transformers 4.57 with Pillow, alpha on white", async () => {
  await compareWithGolden(FIXTURES, { model: "clip-tiny", golden: "golden-tiny" });
});

Deno.test({
  name: "preprocessImage() gives every byte and value of transformers 5.24 (needs ../shared)",
  ignore: !hasShared,
  fn: () => compareWithGolden(SHARED, { model: "clip-small", golden: "golden" }),
});

const WIDE: RgbImage = { // 9 x 4
  width: 9,
  height: 4,
  data: Uint8Array.from(
    { length: 36 },
    (_, pixel) => pixel,
  ).reduce((data, pixel) => {
    const [x, y] = [pixel % 9, Math.floor(pixel / 9)];
    data.set([x * 20 + y * 3, 100 + x, 200 - y], pixel * 3);
    return data;
  }, new Uint8Array(108)),
};

const PLAIN: PreprocessConfig = {
  resize: undefined,
  crop: undefined,
  rescaleFactor: 1 / 255,
  mean: [0.48145466, 0.4578275, 0.40821073],
  std: [0.26862954, 0.26130258, 0.27577711],
};

Deno.test("cropImage() surrounds a smaller image with black as CLIPImageProcessor does", () => {
  const crop = { height: 5, width: 4 };
  const { data } = cropImage(WIDE, { ...PLAIN, resize: { shortestEdge: 3 }, crop });
  // deno-fmt-ignore
  assertEquals([...data], [
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    35, 102, 200, 66, 103, 200, 96, 105, 200, 127, 106, 200,
    39, 102, 199, 70, 103, 199, 100, 105, 199, 131, 106, 199,
    42, 102, 197, 73, 103, 197, 103, 105, 197, 134, 106, 197,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]);
});

Deno.test("cropImage() resizes to a fixed size, or not at all", () => {
  const fixed = cropImage(WIDE, { ...PLAIN, resize: { height: 2, width: 3 } });
  assertEquals([fixed.width, fixed.height], [3, 2]);
  assertEquals(cropImage(WIDE, PLAIN), WIDE);
});

/** An image of 8 rows and 8 + excess columns, or turned; the red of a pixel is its column, the green its row. */
function ruler(excess: number, turned: boolean): RgbImage {
  const [width, height] = turned ? [8, 8 + excess] : [8 + excess, 8];
  const pixels = Array.from({ length: width * height }, (_, i) => i);
  const data = pixels.flatMap((i) => [i % width, Math.floor(i / width), 0]);
  return { width, height, data: Uint8Array.from(data) };
}

const SQUARE = { ...PLAIN, resize: { shortestEdge: 8 }, crop: { height: 8, width: 8 } };

Deno.test("cropImage() cuts where transformers does, and for open_clip where torchvision does", () => {
  // By excess: (size - crop) // 2, and Python's int(round((size - crop) / 2.0)), which rounds a half to the even neighbour.
  const places = [[1, 0, 0], [2, 1, 1], [3, 1, 2], [4, 2, 2], [5, 2, 2], [6, 3, 3], [7, 3, 4]];
  places.push([111, 55, 56], [113, 56, 56]);
  for (const [excess, down, halfEven] of places) {
    for (const turned of [false, true]) {
      const image = ruler(excess!, turned);
      const channel = turned ? 1 : 0;
      assertEquals(cropImage(image, SQUARE).data[channel], down);
      const openClip = cropImage(image, { ...SQUARE, cropRounding: "half_even" });
      assertEquals([openClip.data[channel], openClip.width, openClip.height], [halfEven, 8, 8]);
    }
  }
});

Deno.test("cropImage() resizes 640 x 427 to 335 x 224, as transformers and torchvision do", () => {
  // Both: int(224 * 640 / 427) = int(335.7); a rounded 336 would have no half pixel.
  const data = Uint8Array.from({ length: 640 * 427 * 3 }, (_, i) => (i * 7919) % 251);
  for (const [width, height] of [[640, 427], [427, 640]] as const) {
    const image = { width, height, data };
    const resized = width > height ? { width: 335, height: 224 } : { width: 224, height: 335 };
    for (const [cropRounding, place] of [["down", 55], ["half_even", 56]] as const) {
      const at = width > height ? { left: place, top: 0 } : { left: 0, top: place };
      const size = { width: 224, height: 224 };
      const config = { ...PLAIN, resize: { shortestEdge: 224 }, crop: size, cropRounding };
      const expected = resizeImage(image, { ...resized, region: { ...at, ...size } }).data;
      assert(cropImage(image, config).data.every((x, i) => x === expected[i]), cropRounding);
    }
  }
});

Deno.test("normalizePixels() gives NumPy's float32 values, channels first", () => {
  // CLIPImageProcessor(size 4, crop 4) of the same image: values at the corners.
  const config = { ...PLAIN, crop: { height: 4, width: 4 } };
  const values = normalizePixels(cropImage(WIDE, config), config);
  assertEquals([values[0], values[16], values[32]], [
    -1.2083255052566528,
    -0.2213047444820404,
    1.3637934923171997,
  ]);
  assertEquals([values[15], values[31], values[47]], [
    -0.2010340541601181,
    -0.17628143727779388,
    1.3211332559585571,
  ]);
});
