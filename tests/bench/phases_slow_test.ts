import { assertAlmostEquals, assertEquals } from "@std/assert";
import { rowEngine } from "../../lib/engine/changes/row_engine.ts";
import { engineNames } from "../../lib/engine/changes/run_changes.ts";
import { generalOperations, leastOperations } from "./operations.ts";
import { sweepPhases } from "./phases.ts";
import { sweepGroups, timeSweep } from "./time_sweep.ts";
import { randomTokens, tokenPair } from "../token_pairs.ts";
import { TINY, withClip } from "../studies.ts";

const COSTS = {
  project: { milliseconds: 500, operations: 3e6 },
  attend: { milliseconds: 250, operations: 1e6 },
  complete: { milliseconds: 1000, operations: 7e6 },
};

Deno.test("sweepPhases() gives each part its time and operations, and the minimum at the machine's rate", () =>
  withClip(TINY, async ({ text, text: { tower } }) => {
    const groups = sweepGroups(text, [1, 2].map((seed) => tokenPair(text, randomTokens(6, seed))));
    const { phases, fast, least } = sweepPhases({
      ...{ groups, engines: await engineNames(text, groups), tower },
      ...{ seconds: 2, costs: COSTS, machine: 1e6 },
    });
    const { embed, project, attend, complete } = leastOperations(tower, groups);
    assertEquals(fast, 2);
    assertEquals(least, project + attend + complete + embed);
    assertEquals(phases, [
      { phase: "trace", seconds: 2, operations: 11e6 + embed },
      { phase: "q, k, v", seconds: 0.5, operations: 3e6 },
      { phase: "attention", seconds: 0.25, operations: 1e6 },
      { phase: "output, MLP", seconds: 1, operations: 7e6 },
      { phase: "least arithmetic", seconds: least! / 1e6, operations: least! },
    ]);
  }));

Deno.test("sweepPhases() has no parts and no minimum if the general engine ran a pair", () =>
  withClip(TINY, async ({ text, text: { tower } }) => {
    const own = tokenPair(text, randomTokens(6, 1));
    const longer = tokenPair(text, randomTokens(7, 1)).affirmative;
    const groups = sweepGroups(text, [own, { ...own, affirmative: longer }]);
    const timed = { ...{ groups, tower, seconds: 2, machine: 1e6 }, costs: COSTS };
    const mixed = sweepPhases({ ...timed, engines: await engineNames(text, groups) });
    assertEquals([mixed.fast, mixed.least, mixed.phases.length], [1, undefined, 1]);
    const { embed } = leastOperations(tower, groups.slice(0, 1));
    const operations = 11e6 + embed + generalOperations(groups.slice(1), tower.shape);
    assertAlmostEquals(mixed.phases[0]!.operations!, operations, 1);
  }));

Deno.test("timeSweep() makes the engine do no arithmetic but the least, and the ends of unchanged runs", () =>
  withClip(TINY, async ({ text, text: { tower, tower: { shape } } }) => {
    const pairs = [1, 2].map((seed) => tokenPair(text, randomTokens(6, seed)));
    const groups = sweepGroups(text, pairs);
    const { streams } = await rowEngine(text);
    const before = streams!.costs;
    const reported: number[] = [];
    await timeSweep(text, groups, {
      report: (done, total) => reported.push(done, total),
      [Symbol.dispose]: () => {},
    });
    const runs = groups.flatMap((group) => group.runs).length;
    assertEquals(reported.slice(-2), [runs, runs]);
    const least = leastOperations(tower, groups);
    const { width, mlpWidth } = shape;
    const ends = 2 * pairs.length;
    const expected = {
      project: least.project,
      attend: least.attend + ends * 8 * 4 * width,
      complete: least.complete + ends * (2 * width ** 2 + 4 * width * mlpWidth),
    };
    for (const part of ["project", "attend", "complete"] as const) {
      const operations = streams!.costs[part].operations - before[part].operations;
      assertEquals(operations, expected[part], part);
    }
  }));
