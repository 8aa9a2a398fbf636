import { assertEquals } from "@std/assert";
import { cropBox, meetsImage } from "../../../lib/model/image/preprocess.ts";
import type { Box } from "../../../lib/reading/picture.ts";

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
