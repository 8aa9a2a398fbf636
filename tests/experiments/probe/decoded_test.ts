import { assertAlmostEquals, assertEquals } from "@std/assert";
import { aboveControl } from "../../../lib/experiments/probe/tables.ts";
import { studentIntervals } from "../../../lib/stats/estimate.ts";

const CONTROLS = [0.4, 0.5, 0.6];

Deno.test("aboveControl() takes the wider of the controls' spread and of both sampling errors, to each side", () => {
  const { ofMean, ofNext } = studentIntervals(CONTROLS);
  const { control, above } = aboveControl({ estimate: 0.8, low: 0.1, high: 0.9 }, CONTROLS);
  assertAlmostEquals(control.estimate!, 0.5, 1e-12);
  assertAlmostEquals(control.low!, 0.5 - ofMean, 1e-12);
  assertAlmostEquals(above.estimate!, 0.3, 1e-12);
  assertAlmostEquals(above.low!, 0.3 - Math.hypot(0.7, ofMean), 1e-12);
  assertAlmostEquals(above.high!, 0.3 + ofNext, 1e-12);
});

Deno.test("aboveControl() has no bounds where the accuracy has none", () => {
  const accuracy = { estimate: 0.75, low: undefined, high: undefined };
  const { control, above } = aboveControl(accuracy, [0.5, 0.5]);
  const bounds = { low: undefined, high: undefined };
  assertEquals({ control, above }, {
    control: { estimate: 0.5, ...bounds },
    above: { estimate: 0.25, ...bounds },
  });
});
