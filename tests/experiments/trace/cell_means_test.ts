import { assert, assertEquals } from "@std/assert";
import { cellMeans } from "../../../lib/experiments/trace/trace_summary.ts";
import { ClusterBootstrap } from "../../../lib/stats/intervals/bootstrap.ts";
import { SCORE_NOISE } from "../../../lib/study/effects/noise.ts";

const ROWS = 12;

/** The means where each row has three tokens, each with an effect of so many times the noise of S. */
function meansOf(effect: number) {
  using bootstrap = new ClusterBootstrap(Array.from({ length: ROWS }, (_, row) => `${row}`), {
    seed: 0,
  });
  const sums = {
    effect: new Float64Array(ROWS).fill(3 * effect * SCORE_NOISE),
    weight: new Float64Array(ROWS).fill(3),
  };
  const keep = new Float64Array(bootstrap.samples);
  return cellMeans(bootstrap, sums, { d: new Float64Array(ROWS).fill(2), keep });
}

Deno.test("cellMeans() counts a sum over tokens as 0 where each token's effect is within the noise of S", () => {
  const { cte, effect } = meansOf(0.9); // the sum is 2.7 times the noise
  assertEquals([cte, effect], Array(2).fill({ estimate: 0, low: 0, high: 0 }));
});

Deno.test("cellMeans() keeps a sum over tokens where each token's effect is above the noise of S", () => {
  for (const times of [1.1, 2.9]) {
    const { cte, effect } = meansOf(times);
    assert(cte.low! > 0 && effect.low! > 0, `${times}`);
  }
});
