import { assertEquals } from "@std/assert";
import { layersText } from "../../lib/tables/layer_ranges.ts";

Deno.test("layersText() writes neighbouring layers as a range", () => {
  assertEquals(
    [[1], [1, 2], [1, 3], [2, 3, 4, 7, 9, 10], []].map(layersText),
    ["1", "1-2", "1, 3", "2-4, 7, 9-10", ""],
  );
});
