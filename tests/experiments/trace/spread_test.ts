import { assertAlmostEquals, assertEquals } from "@std/assert";
import { spreadOverRoles, traceSpread } from "../../../lib/experiments/trace/spread.ts";
import type { TraceRow } from "../../../lib/experiments/trace/trace_summary.ts";

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

Deno.test("traceSpread() has a row for each group, direction, layer and head", () => {
  const row = (part: Partial<TraceRow>): TraceRow => ({
    ...{ negation: "foil", segment: "correct", site: "z", direction: "denoise", layer: 1, head: 1 },
    ...{ role: "eot", n: 4, weight: 4, cte: 0, cte_low: undefined, cte_high: undefined },
    ...{ simultaneous_low: undefined, simultaneous_high: undefined },
    ...{ ratio_of_means: undefined, ratio_low: undefined, ratio_high: undefined },
    ...{ mean_effect: 0, effect_low: undefined, effect_high: undefined },
    ...part,
  });
  const { rows } = traceSpread([
    ...[row({ role: "negator", cte: 1 }), row({})],
    ...[row({ head: 2, role: "negator", cte: 0.5 }), row({ head: 2 })],
    ...[row({ direction: "noise", role: "negator", cte: 3 }), row({ direction: "noise" })],
    ...[row({ negation: "caption", role: "negator", cte: 2 }), row({ negation: "caption" })],
  ]);
  assertEquals(
    rows.map(({ negation, direction, head, roles, sd }) => [negation, direction, head, roles, sd]),
    [
      ["foil", "denoise", 1, 2, 0.5],
      ["foil", "denoise", 2, 2, 0.25],
      ["foil", "noise", 1, 2, 1.5],
      ["caption", "denoise", 1, 2, 1],
    ],
  );
});
