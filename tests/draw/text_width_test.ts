import { assertAlmostEquals } from "@std/assert";
import { pictureFont } from "../../lib/draw/layout.ts";

Deno.test("textWidth() sums the advance widths of DejaVu Sans", async () => {
  // In units of 1/2048 em, measured with FreeType at size 2048.
  const widths = [
    { text: "negator", regular: 8011, bold: 9091 },
    { text: "−0.25", regular: 6276, bold: 6769 },
    { text: "é", regular: 1260, bold: 1389 },
    { text: "", regular: 0, bold: 0 },
  ];
  const { textWidth } = await pictureFont();
  for (const { text, regular, bold } of widths) {
    assertAlmostEquals(textWidth(text, { size: 2048, bold: false }), regular, 1e-9, text);
    assertAlmostEquals(textWidth(text, { size: 2048, bold: true }), bold, 1e-9, text);
  }
  assertAlmostEquals(textWidth("negator", { size: 11, bold: false }), 8011 / 2048 * 11, 1e-9);
});
