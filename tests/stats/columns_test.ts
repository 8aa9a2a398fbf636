import { assertEquals } from "@std/assert";
import { centre, isConstant, isConstantWithin, norm } from "../../lib/stats/columns.ts";

Deno.test("isConstant() decides exactly whether all rows have one value", () => {
  assertEquals([[], [3], [3, 3, 3]].map(isConstant), [true, true, true]);
  assertEquals([[1, 1, 1 + Number.EPSILON], [2, 1, 1]].map(isConstant), [false, false]);
});

Deno.test("centre() subtracts the mean and does not change the column", () => {
  const column = [1, 2, 6];
  assertEquals([...centre(column)], [-2, -1, 3]);
  assertEquals(column, [1, 2, 6]);
});

Deno.test("norm() is the square root of the sum of squares", () => {
  assertEquals(norm(Float64Array.of(2, -3, 6)), 7);
  assertEquals(norm(new Float64Array()), 0);
});

Deno.test("isConstantWithin() compares the spread of the values with their noise", () => {
  const spread = [[], [3], [1, 1.5, 1.25], [1, 1.5625, 1.25], [-1.5, -1]];
  assertEquals(
    spread.map((values) => isConstantWithin(values, 0.5)),
    [true, true, true, false, true],
  );
  assertEquals([[2, 2], [2, 2 + 2 ** -51]].map((x) => isConstantWithin(x, 0)), [true, false]);
});
