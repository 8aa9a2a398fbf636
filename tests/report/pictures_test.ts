import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import sharp from "sharp";
import { rowPictures } from "../../lib/report/pictures.ts";

/** 300 x 150 pixels of noise, which no format makes small. */
async function noise(name: string): Promise<Uint8Array> {
  let state = name.length + name.charCodeAt(0);
  const pixels = Uint8Array.from({ length: 300 * 150 * 3 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state >> 16;
  });
  const raw = { width: 300, height: 150, channels: 3 } as const;
  return new Uint8Array(await sharp(pixels, { raw }).png().toBuffer());
}

Deno.test("rowPictures() makes the pictures as large as they may be, all of one size and each once", async () => {
  const widths = async (most: number) => {
    const made = await rowPictures(["a", "b", "a"], { read: noise, most });
    assertEquals([...made.keys()], ["a", "b"]);
    return [...made.values()].map((picture) => picture instanceof Error ? 0 : picture.width);
  };
  assertEquals(await widths(1_000_000), [224, 224]);
  const [width, other] = await widths(6_000);
  assert(width === other && width! < 224 && width! >= 48, `${width}`);
  const smallest = await rowPictures(["a"], { read: noise, most: 0 });
  assertStringIncludes((smallest.get("a") as Error).message, "no room for more images");
  assertEquals(await widths(0), [0, 0]);
});

Deno.test("rowPictures() says so if a report is made without images", async () => {
  const [[name, reason]] = [...await rowPictures(["a"], { read: undefined, most: 9 })] as [
    [string, Error],
  ];
  assertEquals([name, reason.message], ["a", "the report was made without the images"]);
});
