import { assertAlmostEquals, assertEquals } from "@std/assert";
import { methodAgreement } from "../../lib/atlas/read_atlas.ts";
import type { MethodName } from "../../lib/atlas/methods.ts";
import { part, value } from "./parts_by_hand.ts";

/** The row of two methods with these values of heads. */
function rowOf(methods: Partial<Record<MethodName, readonly number[]>>) {
  const parts = Array.from({ length: 6 }, (_, i) =>
    part(
      `1.${i + 1}`,
      Object.fromEntries(
        Object.entries(methods).flatMap(([name, values]) =>
          values[i] === undefined ? [] : [[name, value(values[i])]]
        ),
      ),
    ));
  const [row, ...rest] = methodAgreement(parts);
  assertEquals(rest, []);
  return row!;
}

Deno.test("methodAgreement() has Spearman's rho of the sizes of shares", () => {
  const row = rowOf({
    ablate: [0.1, -0.2, 0.3, 0.04, 0, 0.0004], // ranks 4 5 6 3 1.5 1.5
    total: [0.2, 0.04, -0.5, 0.6, 0.0001, 0], // ranks 4 3 5 6 1.5 1.5
  });
  // The ranks less their mean 3.5: the sum of their products is 10, that of the squares 17 in both.
  assertAlmostEquals(row.rho!, 10 / 17, 1e-12);
  assertEquals([row.first, row.second, row.n], ["ablate", "total", 6]);
});

Deno.test("methodAgreement() orders heads by what attention they pay, not by its size, and compares what both measure", () => {
  const same = rowOf({ attend: [-0.9, 0.1, 0.5], knockout: [0, 0.1, 0.5, 9] });
  assertAlmostEquals(same.rho!, 1, 1e-12);
  assertEquals(same.n, 3);
  const opposite = rowOf({ attend: [-0.9, 0.1, 0.5], knockout: [0.9, 0.5, 0.1] });
  assertAlmostEquals(opposite.rho!, -1, 1e-12);
  assertEquals(rowOf({ ablate: [1, 2], total: [1, 2] }).rho, undefined);
});
