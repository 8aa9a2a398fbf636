import { assertEquals } from "@std/assert";
import { decodeImage } from "../../../lib/opening/images/decode_image.ts";
import { assertRejectsCode } from "../../error_codes.ts";

// Files and values made with Pillow 13; the values are those of its convert("RGB").
const CMYK_JPEG =
  "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwACAQEBAQECAQEBAgICAgIEAwICAgIFBAQDBAYFBgYGBQYGBgcJCAYHCQcGBggLCAkKCgoKCgYICwwLCgwJCgoK/8AAFAgAAQACBEMRAE0RAFkRAEsRAP/EABUAAQEAAAAAAAAAAAAAAAAAAAkH/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAA4EQwBNAFkASwAAPwC2DbJoXB//2Q==";
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

const TIFF =
  "SUkqAAgAAAAKAAABBAABAAAAAQAAAAEBBAABAAAAAQAAAAIBAwADAAAAhgAAAAMBAwABAAAAAQAAAAYBAwABAAAAAgAAABEBBAABAAAAjAAAABUBAwABAAAAAwAAABYBBAABAAAAAQAAABcBBAABAAAAAwAAABwBAwABAAAAAQAAAAAAAAAIAAgACAABAgM=";

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

async function decoded(
  base64: string,
  options: { transparency?: "drop"; name?: string } = {},
): Promise<number[]> {
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
  assertEquals(await decoded(CMYK_JPEG), [134, 47, 177, 134, 47, 177]);
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
    [svg, "it is SVG; expected a whole JPEG, PNG, WebP or GIF file; convert it to PNG"],
    [bytes(TIFF), "it is TIFF; expected a whole JPEG"],
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
