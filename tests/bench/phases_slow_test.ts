import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { sweepEngine } from "../../lib/experiments/sweep/sweep.ts";
import { NegscopeError } from "../../lib/errors.ts";
import { sweepPhases } from "../../lib/bench/phases.ts";
import { generalCost, leastCost } from "../../lib/experiments/sweep/fast/cost.ts";
import { randomTokens, tokenPair } from "../experiments/sweep/random_pairs.ts";
import { TINY, withClip } from "../studies.ts";

const TIMES = { project: 500, attend: 250, complete: 1000 };

Deno.test("sweepPhases() gives each part its time and operations, and the minimum at the machine's rate", () =>
  withClip(TINY, async ({ text, config: { text: shape } }) => {
    const pairs = [1, 2].map((seed) => tokenPair(text, randomTokens(6, seed)));
    const engine = await sweepEngine(text);
    const { phases, fast, least } = sweepPhases({
      ...{ pairs, engine, shape, seconds: 2, times: TIMES, machine: 1e6 },
    });
    assertEquals(fast, 2);
    assertEquals(least, leastCost(pairs, shape));
    const [trace, project, attend, complete, bound] = phases;
    assertEquals(phases.map(({ phase }) => phase), [
      ...["trace", "q, k, v", "attention", "output, MLP", "least arithmetic"],
    ]);
    assertEquals(
      [trace, project, attend, complete].map((phase) => phase!.seconds),
      [2, 0.5, 0.25, 1],
    );
    const parts = [project, attend, complete].map((phase) => phase!.operations!);
    assert(parts.every((operations) => operations > 0));
    assertAlmostEquals(parts.reduce((sum, x) => sum + x), trace!.operations!, 1);
    assertEquals(bound, { phase: "least arithmetic", seconds: least! / 1e6, operations: least! });
  }));

Deno.test("sweepPhases() has no parts and no minimum if the general engine ran a pair", () =>
  withClip(TINY, async ({ text, config: { text: shape } }) => {
    const own = tokenPair(text, randomTokens(6, 1));
    const late = { ...own, pair: { ...own.pair, negator: 4 } };
    const timed = { shape, seconds: 2, times: TIMES, machine: 1e6 };
    const mixed = sweepPhases({ ...timed, pairs: [own, late], engine: await sweepEngine(text) });
    assertEquals([mixed.fast, mixed.least, mixed.phases.length], [1, undefined, 1]);
    const operations = leastCost([own], shape) + generalCost([late], shape);
    assertAlmostEquals(mixed.phases[0]!.operations!, operations, 1);
    const refusal = new NegscopeError("rows-inseparable", { problem: "Cannot sweep" });
    const refused = sweepPhases({ ...timed, pairs: [own], engine: { refusal } });
    assertEquals(refused.phases, [
      { phase: "trace", seconds: 2, operations: generalCost([own], shape) },
    ]);
  }));
