import { assertEquals } from "@std/assert";
import { headName, headNote } from "../../lib/tables/head_names.ts";

Deno.test("headNote() says how a head that is counted from 1 is named where heads count from 0", () => {
  assertEquals(headName({ layer: 4, head: 12 }), "4.12");
  assertEquals(
    headNote({ layer: 4, head: 12 }),
    "Heads count from 1: 4.12 is L3H11 in TransformerLens, blocks.3 head 11",
  );
});
