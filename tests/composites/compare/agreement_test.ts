import { assertAlmostEquals, assertEquals } from "@std/assert";
import { agreementOf, cellText } from "../../../lib/composites/compare/agreement.ts";

const NAMED = { of: "share", first: "a", second: "b" };

Deno.test("agreementOf() correlates the ranks of cells with both values, those within .001 tied, from three cells on", () => {
  const cells = [[0.1, 0.4], [0.2, 0.3], [undefined, 1], [0.3, 0.1], [1, undefined]] as const;
  const { n, rho, mean_absolute_difference } = agreementOf(NAMED, cells);
  assertEquals(n, 3);
  assertAlmostEquals(rho!, -1, 1e-12);
  assertAlmostEquals(mean_absolute_difference!, (0.3 + 0.1 + 0.2) / 3, 1e-12);
  assertEquals(agreementOf(NAMED, cells.slice(0, 3)).rho, undefined);
  // ranks 1, 2.5, 2.5 and 4 against 1, 2, 3 and 4: 1 - 0.5 / 10 of the product, by the root of 4.5 x 5
  const tied = [[-1, -2], [0.1, 0], [0.1004, 1], [2, 3]] as const;
  assertAlmostEquals(agreementOf(NAMED, tied).rho!, 4.5 / Math.sqrt(4.5 * 5), 1e-9);
  assertEquals(agreementOf(NAMED, [[-2e-4, 1], [2e-4, 2], [0, 3]]).rho, undefined); // all tied
});

Deno.test("cellText() names the side, the group, the place and what else a cell is of", () => {
  const none = { segment: undefined, layer: undefined, head: undefined, role: undefined };
  assertEquals([
    cellText({ negation: "foil", segment: "correct", layer: 4, head: 2, role: "eot" }),
    cellText({ ...none, negation: "caption", layer: 0, other: "mlp" }),
    ...["all", "both", undefined].map((negation) => cellText({ ...none, negation, other: "x" })),
  ], [
    ...["foil-negated, correct, head 4.2, EOT", "caption-negated, layer 0, mlp"],
    ...["all rows, x", "matched rows, x", "x"],
  ]);
});
