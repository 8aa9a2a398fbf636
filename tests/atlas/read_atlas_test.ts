import { assertAlmostEquals, assertEquals } from "@std/assert";
import { agreementTable } from "../../lib/atlas/read_atlas.ts";
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
  const [row, ...rest] = agreementTable(parts).rows;
  assertEquals(rest, []);
  return row!;
}

Deno.test("agreementTable() has Spearman's rho of the sizes of shares, and the parts that one method alone names", () => {
  const row = rowOf({
    ablate: [0.1, -0.2, 0.3, 0.04, 0, 0.0004], // ranks 4 5 6 3 1.5 1.5
    total: [0.2, 0.04, -0.5, 0.6, 0.0001, 0], // ranks 4 3 5 6 1.5 1.5
  });
  // The ranks less their mean 3.5: the sum of their products is 10, that of the squares 17 in both.
  assertAlmostEquals(row.rho!, 10 / 17, 1e-12);
  const { both, parts, first, second, first_only, second_only } = row;
  assertEquals([first, second, parts], ["ablate", "total", 6]);
  assertEquals([both, first_only, second_only], [2, "1.2", "1.4"]);
});

Deno.test("agreementTable() orders heads by what attention they pay, not by its size, and compares what both measure", () => {
  const same = rowOf({ attend: [-0.9, 0.1, 0.5], knockout: [0, 0.1, 0.5, 9] });
  assertAlmostEquals(same.rho!, 1, 1e-12);
  assertEquals([same.parts, same.second_only], [3, undefined]);
  const opposite = rowOf({ attend: [-0.9, 0.1, 0.5], knockout: [0.9, 0.5, 0.1] });
  assertAlmostEquals(opposite.rho!, -1, 1e-12);
  assertEquals(rowOf({ ablate: [1, 2], total: [1, 2] }).rho, undefined);
});
