import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ClusterBootstrap } from "../../lib/stats/bootstrap.ts";
import { finish, inTurns, type Steps } from "../../lib/stats/steps.ts";
import { stepsOf, turnsDuring } from "./turns.ts";

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
    let last = performance.now();
    for (let left = 200; left > 0;) { // milliseconds of its own: a pause that the system makes counts as one
      yield;
      const now = performance.now();
      left -= Math.min(now - last, 1);
      last = now;
    }
  }
  assert(await turnsDuring(() => inTurns(long())) >= 2);
  assertEquals(await turnsDuring(() => finish(long())), 0);
});

const CLUSTERS = Array.from({ length: 50 }, (_, i) => `pair ${i}`);
const VALUES = CLUSTERS.map((_, i) => Math.sin(i));

Deno.test("ClusterBootstrap.draw() makes the draws of the first statistic in steps, and frees them on request", () => {
  const bootstrap = new ClusterBootstrap(CLUSTERS, { seed: 1 });
  assert(stepsOf(bootstrap.draw()).steps > 30);
  const mean = new ClusterBootstrap(CLUSTERS, { seed: 1 }).mean(VALUES);
  assertEquals(bootstrap.mean(VALUES), mean);
  bootstrap[Symbol.dispose]();
  assertEquals(bootstrap.mean(VALUES), mean); // drawn again
});
