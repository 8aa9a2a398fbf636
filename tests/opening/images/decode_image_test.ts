import { assertEquals } from "@std/assert";
import {
  decodeImage,
  type DecodeOptions,
  tiffForm,
} from "../../../lib/opening/images/decode_image.ts";
import { assertRejectsCode } from "../../error_codes.ts";

// Files and values made with Pillow 13; the values are those of its convert("RGB").
const CMYK_TIFF =
  "SUkqAAgAAAAKAAABBAABAAAAAgAAAAEBBAABAAAAAgAAAAIBAwAEAAAAhgAAAAMBAwABAAAAAQAAAAYBAwABAAAABQAAABEBBAABAAAAjgAAABUBAwABAAAABAAAABYBBAABAAAAAgAAABcBBAABAAAAEAAAABwBAwABAAAAAQAAAAAAAAAIAAgACAAIAABkyDL/Ch4AB02xyAAAAP8=";
const GREY16_PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACEAAAAAAHTY67AAAAEklEQVR4nGNgYGA4wcCo8/8/AAg/AvTall5nAAAAAElFTkSuQmCC";
const RGBA_PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAABytg0kAAAAGklEQVR4nGPkEpFj2Bcg0sDI8J/9f1SgPQsAJhYE1GKEu7gAAAAASUVORK5CYII=";
const GREY_ALPHA_PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAQAAABeK7cBAAAADUlEQVR4nGPgYjjRAAACPQFTccu1mgAAAABJRU5ErkJggg==";
const PALETTE_PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABAQMAAADO7O3JAAAABlBMVEX6AQIDBPq9RQLUAAAACklEQVR4nGNwAAAAQgBBKTf07wAAAABJRU5ErkJggg==";
const GREY_PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAAAAAA+i0toAAAADElEQVR4nGNg5zwBAADzANm4Q9tDAAAAAElFTkSuQmCC";
const ROTATED_PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAMAAAABCAIAAACUgoPjAAAAGmVYSWZNTQAqAAAACAABARIAAwAAAAEABgAAAAAAANZnS2kAAAASSURBVHicY/jPwPCfgYGB4T8AD/oC/gTVROIAAAAASUVORK5CYII=";
/** Two frames: red and blue, then green. */
const ANIMATED_GIF =
  "R0lGODlhAgABAIEAAPoAAAAA+gAAAAAAACH5BAAFAAAALAAAAAACAAEAAAgFAAEECAgAIfkEAQUAAQAsAAAAAAIAAQCBAPoAAAAAAAAAAAAACAUAAQAICAA7";
/** Its colour profile exchanges the primaries of red and green. */
const PROFILE_PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAABdmlDQ1BJQ0MgUHJvZmlsZQAAeJx1kc8rBGEYxz+7iFhRHDY5TFlSKFFyZB1cNmmtsrjsjNldtbummdm0uSoXhy0HcfHr4D/gqlwppUhJzo5+XbSN57VqN9l3euf59H3f79Mz3wF/JGNknfoJyOZcOzod1hbii1rjCy0EaaeHgYThWJOzsxFqrs87fKreDqlete/9u1pWTMcAX5PwmGHZrrBMQ2TdtRRvC3ca6cSK8KHwoC0DCr8rXS/zs+JUma8U27HoFPhVTy1VxXoVG2k7K9wvHMpm8sbvPOpLAmZufk5ql+xuHKJME0ZDJ88qGVyGpOYks/99wz++GdbEY8jbooAtjhRp8Q6KmpeuptSk6KY8GQoq9795OsnRkXL3QBganjzvrRcad6BU9LyvI88rHUPdI1zkKv41yWn8Q/RiRQsdQNsmnF1WNH0Xzrcg+GAl7MSPVCfbn0zC6ym0xqHjBpqXyln9nnNyD7EN+UXXsLcPfXK/bfkbVbFoL4ouXvQAAAAPSURBVHicYzghZ8N1JwoACG0CY0B3fqUAAAAASUVORK5CYII=";

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

async function decoded(base64: string, options: Partial<DecodeOptions> = {}): Promise<number[]> {
  return [...(await decodeImage(bytes(base64), { name: "x", ...options })).data];
}

Deno.test("decodeImage() drops alpha without compositing when asked to", async () => {
  const drop = { transparency: "drop" } as const;
  assertEquals(await decoded(RGBA_PNG, drop), [10, 20, 30, 200, 100, 50, 0, 255, 7, 90, 80, 70]);
  assertEquals(await decoded(GREY_ALPHA_PNG, drop), [10, 10, 10, 200, 200, 200]);
});

Deno.test("decodeImage() composites alpha on white as Pillow's alpha_composite() does", async () => {
  const white = await decoded(RGBA_PNG);
  assertEquals(white, [255, 255, 255, 227, 177, 152, 0, 255, 7, 253, 253, 253]);
  assertEquals(await decoded(GREY_ALPHA_PNG), [255, 255, 255, 227, 227, 227]);
});

Deno.test("decodeImage() expands palettes and grey", async () => {
  assertEquals(await decoded(PALETTE_PNG), [250, 1, 2, 3, 4, 250]);
  assertEquals(await decoded(GREY_PNG), [7, 7, 7, 9, 9, 9, 200, 200, 200]);
});

Deno.test("decodeImage() turns CMYK and 16-bit grey into RGB as Pillow does", async () => {
  assertEquals(await decoded(CMYK_TIFF), [205, 125, 44, 0, 245, 225, 53, 38, 17, 0, 0, 0]);
  const grey = [0, 0, 0, 200, 200, 200, 255, 255, 255, 255, 255, 255];
  assertEquals(await decoded(GREY16_PNG), grey);
});

Deno.test("decodeImage() does not rotate by EXIF", async () => {
  const image = await decodeImage(bytes(ROTATED_PNG), { name: "x" });
  assertEquals([image.width, image.height], [3, 1]);
  assertEquals([...image.data], [255, 0, 0, 255, 0, 0, 0, 0, 255]);
});

Deno.test("decodeImage() does not apply colour profiles", async () => {
  assertEquals(await decoded(PROFILE_PNG), [200, 30, 60, 10, 220, 90]);
});

Deno.test("decodeImage() takes the first frame of several, and goes by content, not by file extension", async () => {
  assertEquals(await decoded(ANIMATED_GIF, { name: "x.jpg" }), [250, 0, 0, 0, 0, 250]);
});

Deno.test("decodeImage() names a file that it cannot decode, and why", async () => {
  const name = "folder/x.png";
  const png = bytes(RGBA_PNG);
  const root = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
  const svg = new TextEncoder().encode(root);
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(), 'Cannot decode image "folder/x.png": the file is empty'],
    [new TextEncoder().encode("hello"), "its format is not known; expected a whole JPEG, PNG"],
    [png.subarray(0, 60), 'Cannot decode image "folder/x.png": it is cut or damaged; '],
    [sized(bytes(GREY_PNG), 0, 0), "it is cut or damaged; expected a whole JPEG"],
    [svg, "it is SVG"],
  ];
  for (const [file, message] of cases) {
    await assertRejectsCode(() => decodeImage(file, { name }), "image-undecodable", message);
  }
});

Deno.test("decodeImage() refuses more pixels than Pillow's limit before it decodes them", async () => {
  const huge = () => decodeImage(sized(bytes(GREY_PNG), 20_000, 20_000), { name: "huge.png" });
  await assertRejectsCode(
    huge,
    "image-undecodable",
    '"huge.png": it has more than 178956970 pixels',
  );
});

/** A PNG file that claims another size. */
function sized(png: Uint8Array, width: number, height: number): Uint8Array {
  const header = new DataView(png.buffer, 12, 17); // "IHDR" and its 13 bytes
  header.setUint32(4, width);
  header.setUint32(8, height);
  new DataView(png.buffer).setUint32(29, crc32(png.subarray(12, 29)));
  return png;
}

function crc32(data: Uint8Array): number {
  let crc = ~0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A TIFF file with one strip of values. */
function tiff(
  tags: {
    readonly size: readonly [width: number, height: number];
    readonly bits: number;
    readonly samples: number;
    readonly colours?: number;
    readonly compression?: number;
    readonly orientation?: number;
    readonly further?: number;
    readonly format?: number;
  },
  values: Uint8Array | readonly number[],
  little = true,
): Uint8Array {
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

function shorts(values: readonly number[], little = true): Uint8Array {
  const bytes = new Uint8Array(2 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint16(2 * i, value, little));
  return bytes;
}

async function decodedTiff(
  file: Uint8Array,
  options: Partial<DecodeOptions> = {},
): Promise<number[]> {
  return [...(await decodeImage(file, { name: "x.tif", ...options })).data];
}

const RGB = { bits: 8, samples: 3, colours: 2 } as const;
const SQUARE = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120];

// The values of all files in these tests are those of Pillow 13.
Deno.test("decodeImage() turns and mirrors TIFF files as Pillow does", async () => {
  const turned = (orientation: number) =>
    decodedTiff(tiff({ ...RGB, size: [2, 2], orientation }, SQUARE));
  assertEquals(await turned(1), SQUARE);
  assertEquals(await turned(3), [100, 110, 120, 70, 80, 90, 40, 50, 60, 10, 20, 30]);
  assertEquals(await turned(6), [70, 80, 90, 10, 20, 30, 100, 110, 120, 40, 50, 60]);
});

Deno.test("decodeImage() keeps the upper half of 16 bits in TIFF files", async () => {
  const cmyk = [1000, 20000, 30000, 65535, 0, 256, 60000, 5000];
  const four = tiff({ size: [2, 1], bits: 16, samples: 4, colours: 5 }, shorts(cmyk));
  assertEquals(await decodedTiff(four), [0, 0, 0, 236, 235, 19]);
  const rgb = shorts([1000, 20000, 30000, 65535, 0, 256], false);
  const three = tiff({ ...RGB, size: [2, 1], bits: 16 }, rgb, false);
  assertEquals(await decodedTiff(three), [3, 78, 117, 255, 0, 1]);
});

Deno.test("decodeImage() takes a fourth channel of a TIFF file for alpha unless it means nothing", async () => {
  const values = [10, 20, 30, 0, 200, 100, 50, 128];
  const four = { ...RGB, size: [2, 1], samples: 4 } as const;
  const plain = tiff({ ...four, further: 0 }, values);
  assertEquals(await decodedTiff(plain), [10, 20, 30, 200, 100, 50]);
  for (const file of [tiff({ ...four, further: 2 }, values), tiff(four, values)]) {
    assertEquals(await decodedTiff(file), [255, 255, 255, 227, 177, 152]);
    assertEquals(await decodedTiff(file, { transparency: "drop" }), [10, 20, 30, 200, 100, 50]);
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
    const says =
      '"x.tif": it is a TIFF file of a rare kind; expected RGB, grey, palette or CMYK, of';
    await assertRejectsCode(() => decodedTiff(file), "image-undecodable", says);
  }
});

Deno.test("tiffForm() leaves cut files and other formats to the image library", async () => {
  const file = tiff({ ...RGB, size: [2, 2] }, SQUARE);
  for (let length = 0; length < 10 + 12 * 10; length++) {
    assertEquals(tiffForm(file.subarray(0, length)), undefined, `${length}`);
  }
  assertEquals(tiffForm(new TextEncoder().encode("MM, a text of some length")), undefined);
  const cut = () => decodedTiff(file.subarray(0, 100));
  await assertRejectsCode(cut, "image-undecodable: expected a whole JPEG, PNG");
});
