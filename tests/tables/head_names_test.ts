import { headName, headNote, layersText, readHead } from "../../lib/tables/head_names.ts";
import { assertEquals } from "@std/assert";

Deno.test("headNote() says how a head that is counted from 1 is named where heads count from 0", () => {
  assertEquals(headName({ layer: 4, head: 12 }), "4.12");
  assertEquals(
    headNote({ layer: 4, head: 12 }),
    "Heads count from 1: 4.12 is L3H11 in TransformerLens, blocks.3 head 11",
  );
});

Deno.test("readHead() reads every notation of a head, from 1 or from 0", () => {
  const notations = ["4.2", "head 4.2", "L3H1", "l3h1", "(3,1)", "(3, 1)", "blocks.3 head 1"];
  for (const text of [...notations, "blocks.3, head 1", "blocks.3.attn.hook_pattern, head 1"]) {
    assertEquals(readHead(text), { layer: 4, head: 2 }, text);
  }
  for (
    const text of ["", "4", "0.1", "1.0", "01.2", "L3", "H1", "(3)", "(-1, 0)", "blocks.3", "3,1"]
  ) {
    assertEquals(readHead(text), undefined, text);
  }
});

Deno.test("layersText() writes neighbouring layers as a range", () => {
  assertEquals(
    [[1], [1, 2], [1, 3], [2, 3, 4, 7, 9, 10], []].map(layersText),
    ["1", "1-2", "1, 3", "2-4, 7, 9-10", ""],
  );
});
