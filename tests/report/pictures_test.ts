import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import sharp from "sharp";
import { drawMasks, masksHtml, rowPictures } from "../../lib/report/pictures.ts";
import { NegscopeError } from "../../lib/errors/errors.ts";

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

const row = (id: string, image: string, level: number) => ({
  ...{ id, image, phrase: 'some <b> "cars"', size: level / 255 },
  ...{ levels: new Uint8Array(12).fill(level), rows: 3, columns: 4 },
});

Deno.test("drawMasks() draws a mask in its own size and grey, the same each time", async () => {
  const [dark, light] = await drawMasks([row("a", "a.png", 20), row("b", "a.png", 230)]);
  assertEquals(await drawMasks([row("a", "a.png", 20)]), [dark!]);
  for (const [mask, level] of [[dark!, 20], [light!, 230]] as const) {
    const bytes = Uint8Array.fromBase64(mask.source.replace("data:image/webp;base64,", ""));
    const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
    assertEquals([info.width, info.height], [4, 3]);
    assert(data.every((value) => Math.abs(value - level) <= 4), `${data}`); // WebP loses a little
  }
});

Deno.test("masksHtml() shows each image once, with its masks in its shape", async () => {
  const masks = await drawMasks([row("a", "a.png", 9), row("b", "b.png", 9), row("c", "a.png", 9)]);
  const pictures = new Map<string, { source: string; width: number; height: number } | Error>([
    ["a.png", { source: "data:picture", width: 80, height: 40 }],
    ["b.png", new NegscopeError("image-missing", { problem: "Cannot find it", subject: "b.png" })],
  ]);
  const { source } = masksHtml(masks, pictures, 1e6);
  assertEquals(source.match(/data:picture" width="80" height="40" alt="a\.png"/g)?.length, 1);
  const shapes = [...source.matchAll(/webp;base64,[^"]+" width="(\d+)" height="(\d+)"/g)];
  assertEquals(shapes.map(([, width, height]) => `${width} x ${height}`), [
    ...["80 x 40", "80 x 40", "4 x 3"],
  ]);
  assertStringIncludes(source, "b.png: Cannot find it");
  assertStringIncludes(source, "some &lt;b&gt; &quot;cars&quot;: 0.035");
  assertEquals(source.includes("more masks"), false);
});

Deno.test("masksHtml() says how many masks it has no room for", async () => {
  const masks = await drawMasks(Array.from({ length: 20 }, (_, i) => row(`${i}`, `${i}.png`, 9)));
  const { source } = masksHtml(masks, new Map(), 4000);
  const shown = source.match(/<figure>/g)!.length;
  assert(shown > 2 && shown < 20);
  assertStringIncludes(source, `${20 - shown} more masks are in masks.npy, beside this page.`);
  assert(source.length < 5000);
});
