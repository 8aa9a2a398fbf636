import { assertEquals } from "@std/assert";
import { rowEngine } from "../../lib/engine/changes/row_engine.ts";
import { leastOperations } from "./operations.ts";
import { sweepGroups, timeSweep } from "./time_sweep.ts";
import { randomTokens, tokenPair } from "../token_pairs.ts";
import { TINY, withClip } from "../studies.ts";

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
