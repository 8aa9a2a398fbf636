import { assertAlmostEquals, assertEquals } from "@std/assert";
import { ClusterBootstrap } from "../../../lib/stats/intervals/bootstrap.ts";
import { lineBand } from "../../../lib/stats/intervals/line_band.ts";
import { fitLine } from "../../../lib/stats/intervals/linear_fit.ts";
import { seededRandom } from "../../../lib/stats/random.ts";
import fixture from "../../fixtures/statistics/intervals.json" with { type: "json" };

Deno.test("lineBand() equals the quantiles of clusters drawn and fitted with NumPy", () => {
  const bootstrap = new ClusterBootstrap(fixture.cluster, { seed: 1 });
  const { estimate, low, high } = lineBand(bootstrap, { ...fixture, at: [1.5] })[0]!;
  const expected = fixture["line_at_1.5"];
  // Bounds of 2000 samples against those of 20 000: four standard errors of the difference.
  const tolerance = 4 * expected.se_of_1000_samples * Math.sqrt(1 / 2 + 1 / 20);
  assertAlmostEquals(estimate!, expected.estimate, 1e-13);
  assertAlmostEquals(low!, expected.low, tolerance);
  assertAlmostEquals(high!, expected.high, tolerance);
});

Deno.test("lineBand() equals the closed form for independent rows, and is wider if rows share clusters", () => {
  const random = seededRandom(2);
  const draw = (n: number) => Array.from({ length: n }, () => random.below(1000) / 1000);
  const [own, shared] = [draw(100), draw(100)];
  const x = Array.from({ length: 400 }, (_, row) => own[row >> 2]!);
  const y = draw(400).map((error, row) => x[row]! + shared[row >> 2]! + error);
  const at = [0.1, 0.5, 0.9];
  const apart = new ClusterBootstrap(x.map((_, row) => `${row}`), { seed: 3 });
  const together = new ClusterBootstrap(x.map((_, row) => `${row >> 2}`), { seed: 3 });
  const closed = at.map((place) => fitLine(x, y)!.at(place));
  const wide = lineBand(together, { x, y, at });
  lineBand(apart, { x, y, at }).forEach(({ estimate, low, high }, i) => {
    const line = closed[i]!;
    assertAlmostEquals(estimate!, line.y, 1e-13);
    // The bounds of 2000 samples vary by 2 % of the width, the size of 400 errors with x by 4 %.
    assertAlmostEquals((high! - low!) / (line.high - line.low), 1, 0.1);
    // 4 rows per cluster share half of the errors' variance: sqrt(5 / 2) as wide, within 10 % over 100 clusters.
    assertAlmostEquals((wide[i]!.high! - wide[i]!.low!) / (line.high - line.low), 1.58, 0.25);
  });
});

Deno.test("lineBand() gives nothing below three rows or for one x", () => {
  const nothing = [{ estimate: undefined, low: undefined, high: undefined }];
  const of = (x: number[], y: number[]) =>
    lineBand(new ClusterBootstrap(x.map((_, row) => `${row}`), { seed: 0 }), { x, y, at: [1] });
  assertEquals(of([], []), nothing);
  assertEquals(of([1, 2], [1, 2]), nothing);
  assertEquals(of([0.1, 0.1, 0.1], [1, 2, 3]), nothing);
});

Deno.test("lineBand() gives no bounds if too few clusters carry the variance of x", () => {
  const x = Array.from({ length: 40 }, (_, row) => row < 4 ? 100 : row % 2);
  const y = x.map((_, row) => Math.sin(row));
  const bootstrap = new ClusterBootstrap(x.map((_, row) => `${row}`), { seed: 7 });
  const [point] = lineBand(bootstrap, { x, y, at: [1] });
  assertAlmostEquals(point!.estimate!, fitLine(x, y)!.at(1).y, 1e-13);
  assertEquals([point!.low, point!.high], [undefined, undefined]);
});
