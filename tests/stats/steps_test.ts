import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ClusterBootstrap } from "../../lib/stats/bootstrap.ts";
import { clusterFeatureSteps, testClusterFeatures } from "../../lib/stats/permutation.ts";
import { finish, inTurns, type Steps } from "../../lib/stats/steps.ts";
import { turnsDuring } from "./turns.ts";

function* counting(to: number): Steps<number> {
  for (let i = 0; i < to; i++) yield;
  return to;
}

Deno.test("finish() and inTurns() return what the last step returns, and throw what a step throws", async () => {
  assertEquals(finish(counting(3)), 3);
  assertEquals(await inTurns(counting(3)), 3);
  function* failing(): Steps<never> {
    yield;
    throw new RangeError("a step failed");
  }
  assertThrows(() => finish(failing()), RangeError, "a step failed");
  await assertRejects(() => inTurns(failing()), RangeError, "a step failed");
});

Deno.test("inTurns() lets the program's other work go on between the steps of a long computation", async () => {
  function* long(): Steps<void> {
    const end = performance.now() + 300;
    while (performance.now() < end) yield;
  }
  const { turns } = await turnsDuring(() => inTurns(long()));
  assert(turns >= 3, `${turns}`);
  assertEquals((await turnsDuring(() => Promise.resolve(finish(long())))).turns, 0);
});

const CLUSTERS = Array.from({ length: 3000 }, (_, i) => `pair ${i}`);
const VALUES = CLUSTERS.map((_, i) => Math.sin(i));

Deno.test("ClusterBootstrap.draw() lets other work go on, and makes the draws of the first statistic", async () => {
  const bootstrap = new ClusterBootstrap(CLUSTERS, { seed: 1 });
  const { turns } = await turnsDuring(() => inTurns(bootstrap.draw()));
  assert(turns >= 1, `${turns}`);
  const mean = new ClusterBootstrap(CLUSTERS, { seed: 1 }).mean(VALUES);
  assertEquals(bootstrap.mean(VALUES), mean);
  bootstrap[Symbol.dispose]();
  assertEquals(bootstrap.mean(VALUES), mean); // drawn again
});

Deno.test("clusterFeatureSteps() lets other work go on between permutations, and gives the p-values of testClusterFeatures()", async () => {
  const y = VALUES.map((value, i) => value + Math.cos(7 * i));
  const options = { clusters: CLUSTERS, seed: 2, permutations: 3000 };
  const { turns, value } = await turnsDuring(() =>
    inTurns(clusterFeatureSteps([VALUES], y, options))
  );
  assert(turns >= 1, `${turns}`);
  assertEquals(value, testClusterFeatures([VALUES], y, options));
});
