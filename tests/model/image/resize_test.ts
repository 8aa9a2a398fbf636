import { assertEquals } from "@std/assert";
import { resizeImage, type RgbImage } from "../../../lib/model/image/preprocess.ts";

function pattern(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) data[i++] = (x * 37 + y * 59 + c * 101 + x * y * 13) % 256;
    }
  }
  return { width, height, data };
}

Deno.test("resizeImage() shrinks to the bytes of Pillow 10.3's Image.resize((3, 2), BICUBIC)", () => {
  // deno-fmt-ignore
  assertEquals([...resizeImage(pattern(7, 5), { width: 3, height: 2 }).data], [
    95, 132, 110, 123, 132, 131, 137, 122, 152,
    174, 96, 112, 152, 134, 129, 116, 117, 148,
  ]);
});

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
