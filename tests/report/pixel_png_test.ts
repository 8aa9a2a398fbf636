import { assertEquals } from "@std/assert";
import sharp from "sharp";
import { dataUri, encodePng } from "../../lib/report/pixel_png.ts";

Deno.test("encodePng() writes a file that sharp decodes to the same pixels", async () => {
  for (const [width, height] of [[1, 1], [3, 2], [13, 21]] as const) {
    const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => (i * 89 + 7) % 256);
    const { data, info } = await sharp(encodePng({ width, height, rgb })).raw()
      .toBuffer({ resolveWithObject: true });
    assertEquals([info.width, info.height, info.channels], [width, height, 3]);
    assertEquals(new Uint8Array(data), rgb);
  }
});

Deno.test("dataUri() holds the bytes", () => {
  assertEquals(dataUri("png", Uint8Array.of(1, 2, 255)), "data:image/png;base64,AQL/");
});
