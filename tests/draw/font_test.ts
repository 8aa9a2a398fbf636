import { assertEquals, assertStringIncludes } from "@std/assert";
import { readFont, shippedFont } from "../../lib/draw/font.ts";
import { loadTextWidth } from "../../lib/draw/text_width.ts";
import { assertRejectsCode } from "../error_codes.ts";

Deno.test("shippedFont() reads two TrueType files", async () => {
  const { regular, bold } = await shippedFont();
  const trueType = new Uint8Array([0, 1, 0, 0]); // the tag of a font with TrueType outlines
  assertEquals([regular.slice(0, 4), bold.slice(0, 4)], [trueType, trueType]);
});

Deno.test("readFont() names the file that is missing", async () => {
  const folder = await Deno.makeTempDir();
  const error = await assertRejectsCode(
    () => readFont(folder),
    "kit-damaged",
  );
  assertStringIncludes(error.message, `Cannot read font "${folder}/DejaVuSans`);
  await Deno.remove(folder);
});

Deno.test("loadTextWidth() refuses bytes that are no font", async () => {
  const bytes = new Uint8Array(64);
  await assertRejectsCode(
    () => loadTextWidth({ regular: bytes, bold: bytes }),
    "kit-damaged",
    "the file is no TrueType font",
  );
});
