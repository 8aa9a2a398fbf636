import { assertEquals } from "@std/assert";
import { clusterOf } from "../../lib/study/clusters.ts";

Deno.test("clusterOf() keeps the rows of a sentence pair together, or those whose negated sentence has the same noun", () => {
  const of = (caption: string, foil: string, negation: "caption" | "foil") => (
    { id: "1", image: "a.jpg", negation, caption, foil }
  );
  const a = of("There are some dogs.", "There are no dogs.", "foil");
  const b = of("There is no dog here.", "There is a dog here.", "caption");
  const c = of("There are no dogs.", "There are some dogs.", "caption");
  assertEquals([a, b, c].map((pair) => clusterOf(pair, "noun")), ["dog", "dog", "dog"]);
  assertEquals(clusterOf(a), clusterOf(c)); // whichever sentence is true
  assertEquals(clusterOf(a) === clusterOf(b), false);
  assertEquals(clusterOf(a, "pair"), clusterOf(a));
});
