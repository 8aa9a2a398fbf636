import { assertEquals } from "@std/assert";
import { resizeBicubic, type RgbImage } from "../../../lib/model/image/resize.ts";

function pattern(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) data[i++] = (x * 37 + y * 59 + c * 101 + x * y * 13) % 256;
    }
  }
  return { width, height, data };
}

Deno.test("resizeBicubic() shrinks to the bytes of Pillow 10.3's Image.resize((3, 2), BICUBIC)", () => {
  // deno-fmt-ignore
  assertEquals([...resizeBicubic(pattern(7, 5), { width: 3, height: 2 }).data], [
    95, 132, 110, 123, 132, 131, 137, 122, 152,
    174, 96, 112, 152, 134, 129, 116, 117, 148,
  ]);
});

Deno.test("resizeBicubic() enlarges to Pillow's bytes, clipped at 0 and 255", () => {
  const { data } = resizeBicubic(pattern(7, 5), { width: 9, height: 8 });
  // deno-fmt-ignore
  assertEquals([...data.subarray(0, 27)], [
    0, 95, 214, 17, 117, 255, 47, 156, 150, 75, 196, 3, 104, 223, 50, 147, 255, 78, 180, 123, 105, 209, 15, 143, 233, 59, 179,
  ]);
  // deno-fmt-ignore
  assertEquals([...data.subarray(-27)], [
    249, 81, 195, 107, 159, 53, 85, 97, 31, 191, 0, 137, 254, 81, 200, 96, 184, 44, 134, 84, 49, 127, 21, 147, 0, 98, 219,
  ]);
});

Deno.test("resizeBicubic() takes the rows of a tall picture first, as Pillow does up to version 12", () => {
  // Made by Pillow 13 in two calls, resize((3, 10)) and resize((3, 7)): each has one direction, whatever the order of a single call,
  // which gives 23, 132, 156, 75, 144 … there.
  // deno-fmt-ignore
  assertEquals([...resizeBicubic(pattern(4, 10), { width: 3, height: 7 }).data], [
    22, 132, 156, 75, 145, 111, 139, 145, 64, 107, 176, 43, 192, 71, 127, 142, 93, 205, 204, 62, 140, 157, 110, 102, 140, 191, 116, 123, 146, 170, 152, 128, 92, 186, 106, 126, 108, 148, 114, 150, 120, 114, 129, 92, 103, 149, 65, 130, 125, 98, 149, 105, 131, 159, 102, 94, 178, 141, 114, 75, 180, 135, 117,
  ]);
});

Deno.test("resizeBicubic() leaves an image of the same size as it is", () => {
  const image = pattern(7, 5);
  assertEquals(resizeBicubic(image, { width: 7, height: 5 }), image);
});

Deno.test("resizeBicubic() computes a region exactly as in the whole image", () => {
  const image = pattern(31, 23);
  const whole = resizeBicubic(image, { width: 17, height: 11 });
  const region = { left: 5, top: 3, width: 4, height: 6 };
  const part = resizeBicubic(image, { width: 17, height: 11, region });
  assertEquals([part.width, part.height], [4, 6]);
  for (let y = 0; y < 6; y++) {
    const from = ((3 + y) * 17 + 5) * 3;
    assertEquals(part.data.subarray(y * 12, y * 12 + 12), whole.data.subarray(from, from + 12));
  }
});
