import { assertEquals } from "@std/assert";
import { canonicalArrays } from "../../../lib/architecture/names/canonical_arrays.ts";
import { inFile } from "../../../lib/architecture/names/require_array.ts";
import { arraysOf, arraysOfFile, renamed, SHAPES } from "./checkpoints.ts";

Deno.test("inFile() knows the name of every array, there or not, by either convention", () => {
  const files = [
    arraysOfFile("hugging_face.safetensors"),
    arraysOfFile("openai.safetensors"),
    arraysOf(SHAPES.custom),
    arraysOf(SHAPES.siglip),
  ];
  for (const arrays of [...files, ...files.map((each) => renamed(each, (name) => `a.b.${name}`))]) {
    const named = canonicalArrays(arrays, "model.pt");
    assertEquals(
      new Set([...named.origins.values()].map(({ stored }) => stored)).size,
      arrays.size,
    );
    for (const [canonical, { shape }] of named.arrays) {
      const there = inFile(named, canonical);
      assertEquals(there.shapeOf(shape), arrays.get(there.name)!.shape, canonical);
      const missing = inFile({ ...named, origins: new Map() }, canonical);
      assertEquals([missing.name, missing.shapeOf(shape)], [there.name, there.shapeOf(shape)]);
    }
  }
});
