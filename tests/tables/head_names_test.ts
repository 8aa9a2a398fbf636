import { assertEquals } from "@std/assert";
import { headName, headNote } from "../../lib/tables/head_names.ts";

Deno.test("headNote() says how a head that is counted from 1 is named where heads count from 0", () => {
  assertEquals(headName({ layer: 4, head: 12 }), "4.12");
  assertEquals(
    headNote({ layer: 4, head: 12 }),
    "Layers and heads count from 1 here: 4.12 is blocks.3, head 11 in hook names and\n  L3H11 in TransformerLens.\n",
  );
});
