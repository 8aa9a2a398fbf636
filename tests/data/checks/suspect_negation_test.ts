import { onDisk } from "../../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import {
  idsText,
  negationWarnings,
  warningText,
} from "../../../lib/data/checks/suspect_negation.ts";
import type { Negation, Pair } from "../../../lib/data/pairs.ts";
import { readPairs } from "../../../lib/data/read.ts";
import { SHAPES } from "../../../lib/opening/kit_models.ts";
import { STANDARD_PAIRS, TINY } from "../../studies.ts";

function pair(id: string, negation: Negation, caption: string, foil: string): Pair {
  return { id, image: "a.png", negation, caption, foil };
}

Deno.test("negationWarnings() counts nonsense pairs and exchanged sides with their ids", () => {
  const heart = pair("heart", "foil", "There is a heart.", "There is a star.");
  const warnings = negationWarnings([
    heart,
    pair("fine", "foil", "There is a dog.", "There is no dog."),
    pair("exchanged", "caption", "There is a dog.", "There is no dog."),
    pair("more", "caption", "Nobody is there.", "Nobody is never there."),
    pair("star", "caption", "There is a star.", "There is a heart."),
    { ...heart, id: "named", negator: 3 }, // the data say which token negates
    pair("twice", "caption", "There is no dog without a hat.", "There is a dog without a hat."),
  ]);
  assertEquals(warnings.map(({ n, ids }) => [n, ids]), [[2, ["heart", "star"]], [2, [
    "exchanged",
    "more",
  ]]]);
  assertEquals(warnings.map(warningText), [
    "Warning: 2 rows have no known negating word in the sentence given as negated: heart, star",
    "Warning: 2 rows have more negating words in the other sentence than in the one given as negated, so that the sides may be exchanged: exchanged, more",
  ]);
  assertEquals(
    warningText({ ...warnings[0]!, n: 1 }).startsWith("Warning: 1 row has no known"),
    true,
  );
});

Deno.test("negationWarnings() has nothing to say about the data of the kit", async () => {
  for (const file of [SHAPES.data, TINY.pairs, STANDARD_PAIRS]) {
    assertEquals(
      negationWarnings((await readPairs(onDisk(file), { protocol: "standard" })).pairs),
      [],
    );
  }
});

Deno.test("idsText() names the first twenty", () => {
  const ids = Array.from({ length: 22 }, (_, i) => `${i}`);
  assertEquals(idsText(ids), `${ids.slice(0, 20).join(", ")} and 2 more`);
  assertEquals(idsText(["a", "b\nWarning: none"]), "a, b\\nWarning: none");
});
