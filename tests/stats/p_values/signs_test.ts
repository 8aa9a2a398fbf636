import { assert, assertEquals } from "@std/assert";
import { seededRandom } from "../../../lib/stats/random.ts";
import { allSigns, drawnSigns } from "../../../lib/stats/wild_bootstrap.ts";

Deno.test("allSigns() goes through every vector that begins with +1 once, the unchanged one first", () => {
  const all = (length: number) => allSigns(length).map(String).toArray();
  assertEquals(all(1), ["1"]);
  assertEquals(all(3), ["1,1,1", "1,-1,1", "1,1,-1", "1,-1,-1"]);
  assertEquals(new Set(all(7)).size, 64);
});

Deno.test("drawnSigns() draws each sign of each cluster equally often, independently of the others", () => {
  const [length, draws] = [65, 4000];
  const sums = new Float64Array(length);
  const products = new Float64Array(length - 1);
  for (const signs of drawnSigns(length, draws, seededRandom(1))) {
    assert(signs.every((sign) => sign === 1 || sign === -1));
    signs.forEach((sign, i) => sums[i]! += sign);
    products.forEach((_, i) => products[i]! += signs[i]! * signs[i + 1]!);
  }
  // Four and a half standard deviations of a sum of independent signs.
  for (const sum of [...sums, ...products]) {
    assert(Math.abs(sum) < 4.5 * Math.sqrt(draws), `${sum}`);
  }
});
