import { assertEquals } from "@std/assert";
import { modelNames } from "../../lib/compare/model_names.ts";

Deno.test("modelNames() names data and seeds only where models differ in them", () => {
  const places = ["a", "b"].flatMap((model) => [0, 1].map((seed) => ({ model, seed, data: "d" })));
  assertEquals(places.map(modelNames(places)), [
    "a, seed 0",
    "a, seed 1",
    "b, seed 0",
    "b, seed 1",
  ]);
  const [first] = places;
  const other = { ...first!, data: "e" };
  assertEquals([first!, other].map(modelNames([first!, other])), ["a, d", "a, e"]);
  const alone = { model: "c", seed: 0 }; // a run, which has no name of data
  assertEquals([first!, alone].map(modelNames([first!, alone])), ["a", "c"]);
});
