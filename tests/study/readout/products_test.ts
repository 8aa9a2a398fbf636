import { assertAlmostEquals, assertEquals } from "@std/assert";
import { dot, timesEach } from "../../../lib/study/readout.ts";

const MATRIX = Float32Array.from([1, 2, 3, 4, 5, 6, -1, 0, 2]); // [3, 3]

Deno.test("dot() multiplies a stretch of stored numbers with one of a vector", () => {
  assertEquals(dot(MATRIX, Float64Array.of(1, 10, 100)), 321);
  const vector = Float64Array.of(7, 1, 10, 8);
  assertEquals(dot(MATRIX, vector, { from: 4, first: 1, count: 2 }), 65);
});

Deno.test("timesEach() multiplies any number of vectors, each as if alone", () => {
  for (let count = 0; count <= 9; count++) {
    const vectors = Array.from({ length: count }, (_, i) => Float64Array.of(1 / (i + 3), i, -1));
    const found = timesEach(MATRIX, vectors);
    assertEquals(found.length, count);
    for (const [i, [x, y, z]] of vectors.entries()) {
      [x! + 2 * y! + 3 * z!, 4 * x! + 5 * y! + 6 * z!, 2 * z! - x!].forEach((expected, row) =>
        assertAlmostEquals(found[i]![row]!, expected, 1e-14)
      );
      assertEquals(found[i], timesEach(MATRIX, [vectors[i]!])[0]); // not a bit depends on the others
    }
  }
});
