import { assertAlmostEquals, assertEquals } from "@std/assert";
import { spreadOverRoles } from "../../../lib/experiments/trace/chart.ts";

const cells = (ctes: Readonly<Record<string, number | undefined>>, layer = 0) =>
  Object.entries(ctes).map(([role, cte]) => ({ layer, role, cte }));

Deno.test("spreadOverRoles() is the population standard deviation over the roles from the negator to the end token", () => {
  const frame = { negator: 1, subject_first: 0, subject_further: 0, full_stop: 0, eot: 0 };
  const [spread] = spreadOverRoles(cells({ sot: 9, there: 9, is_are: 9, ...frame }));
  assertEquals([spread!.layer, spread!.head, spread!.roles], [0, undefined, 5]);
  assertAlmostEquals(spread!.sd, 0.4, 1e-12); // 1/5 - 1/25 = .16
});

Deno.test("spreadOverRoles() counts the roles of other frames too, and none without an effect", () => {
  const own = { sot: 9, before: 9, negator: undefined, inserted: 0.5, after: 0, eot: 1 };
  const [spread] = spreadOverRoles(cells(own));
  assertEquals(spread!.roles, 3);
  assertAlmostEquals(spread!.sd, Math.sqrt(1 / 6), 1e-12); // of 0, .5, 1
  assertEquals(spreadOverRoles(cells({ sot: 9, negator: undefined, eot: 1 })), []); // one role has no spread
});
