import { assertEquals } from "@std/assert";
import { decodeImage, type DecodeOptions, tiffForm } from "../../lib/images/decode_image.ts";
import { assertRejectsCode } from "../error_codes.ts";

/** The tags that a test sets; the others are those of a plain file. */
interface Tags {
  readonly size: readonly [width: number, height: number];
  readonly bits: number;
  readonly samples: number;
  readonly colours?: number;
  readonly compression?: number;
  readonly orientation?: number;
  readonly further?: number;
  readonly format?: number;
}

/** A TIFF file with one strip of values. */
function tiff(tags: Tags, values: Uint8Array | readonly number[], little = true): Uint8Array {
  const { size: [width, height], bits, samples, colours, compression = 1, format } = tags;
  const entries: [tag: number, type: 3 | 4, values: number[]][] = [
    [256, 3, [width]],
    [257, 3, [height]],
    [258, 3, new Array<number>(samples).fill(bits)],
    [259, 3, [compression]],
    ...(colours === undefined ? [] : [[262, 3, [colours]] as [number, 3, number[]]]),
    [273, 4, [NaN]], // the place of the values
    [274, 3, [tags.orientation ?? 1]],
    [277, 3, [samples]],
    [278, 3, [height]],
    [279, 4, [values.length]],
    ...(tags.further === undefined ? [] : [[338, 3, [tags.further]] as [number, 3, number[]]]),
    ...(format === undefined
      ? []
      : [[339, 3, new Array<number>(samples).fill(format)] as [number, 3, number[]]]),
  ];
  const after = 10 + entries.length * 12 + 4;
  const long = entries.filter(([, type, list]) => type === 3 && list.length > 2);
  const data = after + long.reduce((sum, [, , list]) => sum + 2 * list.length, 0);
  const file = new Uint8Array(data + values.length);
  const view = new DataView(file.buffer);
  file.set(new TextEncoder().encode(little ? "II" : "MM"));
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, entries.length, little);
  let next = after;
  entries.forEach(([tag, type, list], i) => {
    const at = 10 + 12 * i;
    view.setUint16(at, tag, little);
    view.setUint16(at + 2, type, little);
    view.setUint32(at + 4, list.length, little);
    if (type === 4) return view.setUint32(at + 8, Number.isNaN(list[0]) ? data : list[0]!, little);
    const place = list.length > 2 ? next : at + 8;
    if (list.length > 2) {
      view.setUint32(at + 8, place, little);
      next += 2 * list.length;
    }
    list.forEach((value, j) => view.setUint16(place + 2 * j, value, little));
  });
  file.set(values, data);
  return file;
}

/** Sixteen-bit numbers as bytes. */
function shorts(values: readonly number[], little = true): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint16(2 * i, value, little));
  return bytes;
}

async function decoded(file: Uint8Array, options: Partial<DecodeOptions> = {}): Promise<number[]> {
  return [...(await decodeImage(file, { name: "x.tif", ...options })).data];
}

const RGB = { bits: 8, samples: 3, colours: 2 } as const;
const SQUARE = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120];

// The values of all files in these tests are those of Pillow 13.
Deno.test("decodeImage() turns and mirrors TIFF files as Pillow does", async () => {
  const turned = (orientation: number) =>
    decoded(tiff({ ...RGB, size: [2, 2], orientation }, SQUARE));
  assertEquals(await turned(1), SQUARE);
  assertEquals(await turned(3), [100, 110, 120, 70, 80, 90, 40, 50, 60, 10, 20, 30]);
  assertEquals(await turned(6), [70, 80, 90, 10, 20, 30, 100, 110, 120, 40, 50, 60]);
});

Deno.test("decodeImage() keeps the upper half of 16 bits in TIFF files", async () => {
  const cmyk = [1000, 20000, 30000, 65535, 0, 256, 60000, 5000];
  assertEquals(
    await decoded(tiff({ size: [2, 1], bits: 16, samples: 4, colours: 5 }, shorts(cmyk))),
    [0, 0, 0, 236, 235, 19],
  );
  const rgb = shorts([1000, 20000, 30000, 65535, 0, 256], false);
  assertEquals(
    await decoded(tiff({ ...RGB, size: [2, 1], bits: 16 }, rgb, false)),
    [3, 78, 117, 255, 0, 1],
  );
});

Deno.test("decodeImage() takes a fourth channel of a TIFF file for alpha unless it means nothing", async () => {
  const values = [10, 20, 30, 0, 200, 100, 50, 128];
  const four = { ...RGB, size: [2, 1], samples: 4 } as const;
  assertEquals(await decoded(tiff({ ...four, further: 0 }, values)), [10, 20, 30, 200, 100, 50]);
  for (const file of [tiff({ ...four, further: 2 }, values), tiff(four, values)]) {
    assertEquals(await decoded(file), [255, 255, 255, 227, 177, 152]);
    assertEquals(await decoded(file, { transparency: "drop" }), [10, 20, 30, 200, 100, 50]);
  }
});

Deno.test("decodeImage() refuses TIFF files that Pillow decodes in another way, and says which it takes", async () => {
  const one = { ...RGB, size: [1, 1] } as const;
  const grey = { size: [2, 1], bits: 8, samples: 1, colours: 1 } as const;
  const files = [
    ...[8, 9, 6, 99].map((colours) => tiff({ ...one, colours }, [139, 74, 229])), // LAB, YCbCr outside JPEG, unknown
    tiff({ size: [1, 1], bits: 8, samples: 1 }, [1]), // colours that it does not name
    tiff({ ...one, compression: 50000 }, [1, 2, 3]),
    tiff({ ...one, bits: 32, format: 3 }, new Uint8Array(12)), // numbers with a fraction, in colour
    tiff({ ...one, samples: 5, colours: 5 }, [1, 2, 3, 4, 5]),
    tiff({ ...grey, bits: 16, colours: 0 }, shorts([10, 300])), // 0 is white
    tiff({ ...grey, format: 2 }, [10, 200]), // with a sign
    tiff({ ...grey, orientation: 6 }, [1, 2]),
  ];
  for (const file of files) {
    await assertRejectsCode(
      () => decoded(file),
      "image-undecodable",
      'Cannot decode image "x.tif": it is a TIFF file of a rare kind; expected RGB, grey, palette or CMYK, of 8 or 16 bits; convert it to PNG or JPEG',
    );
  }
});

Deno.test("tiffForm() leaves cut files and other formats to the image library", async () => {
  const file = tiff({ ...RGB, size: [2, 2] }, SQUARE);
  for (let length = 0; length < 10 + 12 * 10; length++) {
    assertEquals(tiffForm(file.subarray(0, length)), undefined, `${length}`);
  }
  assertEquals(tiffForm(new TextEncoder().encode("MM, a text of some length")), undefined);
  const cut = () => decoded(file.subarray(0, 100));
  await assertRejectsCode(cut, "image-undecodable", "expected a whole JPEG, PNG");
});
