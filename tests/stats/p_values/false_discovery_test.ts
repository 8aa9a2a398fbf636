import { assertAlmostEquals, assertEquals } from "@std/assert";
import { falseDiscoveryRate } from "../../../lib/stats/many.ts";
import fixtures from "../../fixtures/statistics/false_discovery.json" with { type: "json" };
import { assertThrowsCode } from "../../error_codes.ts";

Deno.test("falseDiscoveryRate() equals the worked example of Benjamini and Hochberg (1995, section 3)", () => {
  // Fifteen ordered p-values of the paper; exactly the four smallest survive at 0.05.
  const p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344];
  p.push(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1);
  const q = falseDiscoveryRate(p);
  assertEquals(q.filter((value) => value <= 0.05).length, 4);
  assertAlmostEquals(q[3]!, 0.0095 * 15 / 4, 1e-12);
});

Deno.test("falseDiscoveryRate() equals statsmodels' multipletests", () => {
  for (const { p, q } of fixtures) {
    falseDiscoveryRate(p).forEach((value, i) => assertAlmostEquals(value, q[i]!, 1e-15));
  }
});

Deno.test("falseDiscoveryRate() keeps the order of its input and never falls below a p-value", () => {
  const p = [0.4, 0.01, 0.02, 0.4, 0.9];
  const q = falseDiscoveryRate(p);
  assertEquals(q.length, p.length);
  q.forEach((value, i) => assertEquals(value >= p[i]!, true));
  assertEquals(q[0], q[3]);
});

Deno.test("falseDiscoveryRate() leaves tests that could not be made out of the count", () => {
  const [first, ...rest] = falseDiscoveryRate([0.25, 0.5, 0.125]);
  assertEquals(
    falseDiscoveryRate([undefined, 0.25, undefined, 0.5, 0.125]),
    [undefined, first, undefined, ...rest],
  );
  assertEquals(falseDiscoveryRate([undefined]), [undefined]);
  assertEquals(falseDiscoveryRate([]), []);
});

Deno.test("falseDiscoveryRate() names the value that is not a probability", () => {
  assertThrowsCode(
    () => falseDiscoveryRate([0.1, NaN]),
    "value-wrong",
    "Cannot adjust p-values as each must be in [0, 1]: value 1 is NaN; leave a missing one undefined",
  );
  assertThrowsCode(() => falseDiscoveryRate([-0.1]), "value-wrong", "[0, 1]");
});
