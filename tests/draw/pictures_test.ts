import { assertEquals } from "@std/assert";
import { SCREEN, VENUES } from "../../lib/charts/venues.ts";
import { drawPictures, PICTURE_FORMATS } from "../../lib/draw/pictures.ts";
import { renderPdf, renderPng, renderSvg } from "../../lib/draw/render.ts";
import { assertRejectsCode } from "../error_codes.ts";

const SPEC = { description: "one bar", data: { values: [{}] }, mark: "bar" };

Deno.test("drawPictures() draws each wanted kind", async () => {
  const preset = VENUES.get("icml")!;
  const drawn = await drawPictures(SPEC, { formats: PICTURE_FORMATS, preset });
  assertEquals([...drawn.keys()], [...PICTURE_FORMATS]);
  assertEquals(drawn.get("svg"), await renderSvg(SPEC, { preset }));
  assertEquals(drawn.get("png"), await renderPng(SPEC, { preset }));
  assertEquals(drawn.get("pdf"), await renderPdf(SPEC, { preset }));
});

Deno.test("drawPictures() draws no other kind, and nothing if no kind is wanted", async () => {
  const drawn = await drawPictures(SPEC, { formats: ["png"], preset: SCREEN });
  assertEquals([...drawn.keys()], ["png"]);
  const wrong = { mark: "no such" };
  assertEquals((await drawPictures(wrong, { formats: [], preset: SCREEN })).size, 0);
  const drawing = () => drawPictures(wrong, { formats: ["svg"], preset: SCREEN });
  await assertRejectsCode(drawing, "chart-invalid");
});
