import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { decodeImage, preprocessImage } from "../../../lib/opening/images/decode_image.ts";
import { onDisk } from "../../../lib/files/read_file.ts";
import { loadClipConfig } from "../../../lib/model/forms/settings.ts";
import type { ClipConfig } from "../../../lib/architecture/tower_writer.ts";
import {
  cropBox,
  cropImage,
  meetsImage,
  normalizePixels,
  type PreprocessConfig,
  resizeImage,
  type RgbImage,
} from "../../../lib/model/image/preprocess.ts";
import { loadPreprocessConfig } from "../../../lib/model/image/preprocess_config.ts";
import { fixture } from "../../scripts/task_process.ts";
import type { Box } from "../../../lib/reading/picture.ts";
import { sharedFile, testWithShared } from "../../reference_material.ts";

const FIXTURES = fixture("");
const SHARED = sharedFile("fixtures/");

/** Compares all images of a folder with the pixels and values that Hugging Face computed. */
async function compareWithGolden(
  folder: string,
  { model, golden }: { readonly model: string; readonly golden: string },
): Promise<void> {
  const at = onDisk(`${folder}${model}`);
  const { vision } = (await loadClipConfig(at)) as Required<ClipConfig>;
  const config = await loadPreprocessConfig(at, vision);
  const reference: Record<
    string,
    {
      readonly mean: number;
      readonly std: number;
      readonly grid: readonly (readonly (readonly number[])[])[];
      readonly grid_indices: readonly number[];
    }
  > = JSON.parse(
    await Deno.readTextFile(`${folder}${golden}/images.json`),
  );
  assert(Object.keys(reference).length >= 7);
  for (const [name, { mean, std, grid, grid_indices }] of Object.entries(reference)) {
    const bytes = await Deno.readFile(`${folder}images/${name}`);
    const png = name.replace(/\.\w+$/, ".png");
    const expected = await Deno.readFile(`${folder}${golden}/resized/${png}`);
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

testWithShared(
  "preprocessImage() gives every byte and value of transformers 5.24",
  () => compareWithGolden(SHARED, { model: "clip-small", golden: "golden" }),
);

const WIDE: RgbImage = { // 9 x 4
  width: 9,
  height: 4,
  data: Uint8Array.from(
    Array.from({ length: 36 }, (_, pixel) => {
      const [x, y] = [pixel % 9, Math.floor(pixel / 9)];
      return [x * 20 + y * 3, 100 + x, 200 - y];
    }).flat(),
  ),
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
  assertEquals(
    [values[0], values[16], values[32]],
    [-1.2083255052566528, -0.2213047444820404, 1.3637934923171997],
  );
  assertEquals(
    [values[15], values[31], values[47]],
    [-0.2010340541601181, -0.17628143727779388, 1.3211332559585571],
  );
});

/** The red of a pixel is 10 x row + column + 1, so that 0 is what lies outside. */
const IMAGE = {
  width: 4,
  height: 3,
  data: Uint8Array.from(
    { length: 36 },
    (_, i) => i % 3 === 0 ? 10 * Math.floor(i / 12) + i / 3 % 4 + 1 : 0,
  ),
};

/** What `Image.crop((x, y, x + width, y + height))` of Pillow 13.0.0 gives of this image: columns, rows, red. */
const CROPPED: readonly (readonly [Box, number, number, readonly number[]])[] = [
  [[0.5, 0.5, 2, 1], 2, 2, [1, 2, 11, 12]], // halves to the even edge: 0, 0, 2, 2
  [[1.5, 0.4, 1.2, 2.2], 1, 3, [3, 13, 23]],
  [[-1, -1, 3, 2], 3, 2, [0, 0, 0, 0, 1, 2]],
  [[2.6, 1.5, 5, 5], 5, 4, [24, ...Array<number>(19).fill(0)]],
  [[0, 0, 4, 3], 4, 3, [1, 2, 3, 4, 11, 12, 13, 14, 21, 22, 23, 24]],
];

Deno.test("cropBox() cuts out what Pillow does, with black outside the image", () => {
  for (const [box, width, height, red] of CROPPED) {
    const { data, ...size } = cropBox(IMAGE, box);
    assertEquals([size, [...data].filter((_, i) => i % 3 === 0)], [{ width, height }, [...red]]);
  }
});

Deno.test("meetsImage() is false for a box that has no pixel of the image", () => {
  const boxes: readonly (readonly [Box, boolean])[] = [
    ...[[[3, 2, 1, 1], true], [[3.6, 2, 2, 1], false], [[-2, 0, 2.4, 1], false]] as const,
    ...[[[-2, 0, 2.6, 1], true], [[0, 3, 4, 1], false], [[1, 1, 0.2, 0.2], false]] as const,
  ];
  for (const [box, meets] of boxes) assertEquals(meetsImage(box, IMAGE), meets, `${box}`);
});

function pattern(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) data[i++] = (x * 37 + y * 59 + c * 101 + x * y * 13) % 256;
    }
  }
  return { width, height, data };
}

Deno.test("resizeImage() enlarges to Pillow's bytes, clipped at 0 and 255", () => {
  const { data } = resizeImage(pattern(7, 5), { width: 9, height: 8 });
  // deno-fmt-ignore
  assertEquals([...data.subarray(0, 27)], [
    0, 95, 214, 17, 117, 255, 47, 156, 150, 75, 196, 3, 104, 223, 50, 147, 255, 78, 180, 123, 105, 209, 15, 143, 233, 59, 179,
  ]);
  // deno-fmt-ignore
  assertEquals([...data.subarray(-27)], [
    249, 81, 195, 107, 159, 53, 85, 97, 31, 191, 0, 137, 254, 81, 200, 96, 184, 44, 134, 84, 49, 127, 21, 147, 0, 98, 219,
  ]);
});

Deno.test("resizeImage() takes the rows of a tall picture first, as Pillow does up to version 12", () => {
  // Made by Pillow 13 in two calls, resize((3, 10)) and resize((3, 7)): each has one direction, whatever the order of a single call,
  // which gives 23, 132, 156, 75, 144 … there.
  // deno-fmt-ignore
  assertEquals([...resizeImage(pattern(4, 10), { width: 3, height: 7 }).data], [
    22, 132, 156, 75, 145, 111, 139, 145, 64, 107, 176, 43, 192, 71, 127, 142, 93, 205, 204, 62, 140, 157, 110, 102, 140, 191, 116, 123, 146, 170, 152, 128, 92, 186, 106, 126, 108, 148, 114, 150, 120, 114, 129, 92, 103, 149, 65, 130, 125, 98, 149, 105, 131, 159, 102, 94, 178, 141, 114, 75, 180, 135, 117,
  ]);
});

Deno.test("resizeImage() computes a region exactly as in the whole image", () => {
  const image = pattern(31, 23);
  const whole = resizeImage(image, { width: 17, height: 11 });
  const region = { left: 5, top: 3, width: 4, height: 6 };
  const part = resizeImage(image, { width: 17, height: 11, region });
  assertEquals([part.width, part.height], [4, 6]);
  for (let y = 0; y < 6; y++) {
    const from = ((3 + y) * 17 + 5) * 3;
    assertEquals(part.data.subarray(y * 12, y * 12 + 12), whole.data.subarray(from, from + 12));
  }
});

Deno.test("resizeImage() has the bytes of Pillow's BILINEAR, smaller and larger", () => {
  const filter = "bilinear" as const;
  // Made by Pillow 13, rows and then columns, each in a call of its own.
  // deno-fmt-ignore
  assertEquals([...resizeImage(pattern(7, 5), { width: 3, height: 2, filter }).data], [
    100, 131, 109, 126, 130, 132, 132, 121, 151, 167, 99, 113, 150, 135, 130, 119, 117, 146,
  ]);
  const { data } = resizeImage(pattern(7, 5), { width: 9, height: 8, filter });
  // deno-fmt-ignore
  assertEquals([...data.subarray(0, 27)], [
    0, 101, 202, 25, 126, 227, 53, 154, 142, 82, 183, 28, 111, 212, 57, 140, 241, 86, 169, 127, 115, 197, 42, 143, 222, 67, 168,
  ]);
  // deno-fmt-ignore
  assertEquals([...data.subarray(-27)], [
    236, 81, 182, 125, 140, 71, 109, 96, 55, 178, 23, 124, 247, 92, 193, 117, 161, 63, 129, 88, 75, 113, 44, 145, 2, 103, 204,
  ]);
  // deno-fmt-ignore
  assertEquals([...resizeImage(pattern(31, 23), { width: 5, height: 4, filter }).data], [
    131, 123, 132, 129, 125, 137, 125, 129, 142, 130, 122, 127, 122, 120, 131, 126, 117, 127, 123, 123, 130, 113, 121, 141, 123, 118, 130, 126, 113, 129,
    135, 127, 119, 129, 127, 118, 106, 122, 149, 121, 124, 135, 123, 122, 136, 136, 135, 126, 136, 128, 123, 104, 122, 148, 117, 126, 130, 124, 121, 135,
  ]);
});
