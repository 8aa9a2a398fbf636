import type { SweepPair } from "../../lib/experiments/sweep/general_sweep.ts";
import { assert, assertEquals } from "@std/assert";
import { copyPairs } from "../../lib/bench/pair_copies.ts";
import { fitsFastSweep, schedulePair } from "../../lib/experiments/sweep/fast/groups.ts";
import { scheduleSweep } from "../../lib/experiments/sweep/fast/schedule.ts";
import { randomTokens, tokenPair } from "../experiments/sweep/random_pairs.ts";
import { TINY, withClip } from "../studies.ts";

Deno.test("copyPairs() keeps lengths and shared rows within a copy, and shares no rows of a set between copies", () =>
  withClip(TINY, ({ text }) => {
    const stem = randomTokens(3, 1);
    const pairs = [[...stem, 20, 21], [...stem, 22], randomTokens(7, 2)]
      .map((body) => tokenPair(text, [5, 6, 7, ...body].slice(1)));
    const copied = copyPairs(pairs, 4);
    assertEquals(
      copied.slice(0, 3).map(({ pair }) => pair.affirmative.ids),
      pairs.map(({ pair }) => pair.affirmative.ids),
    );
    assertEquals(copied.length, 12);
    assert(copied.every((pair) => fitsFastSweep(pair, { ...text.tower.shape, site: "resid" })));
    assertEquals(
      copied.map(({ pair }) => pair.negated.ids.length),
      Array.from({ length: 4 }, () => pairs.map(({ pair }) => pair.negated.ids.length)).flat(),
    );
    const rows = (some: readonly SweepPair[]) =>
      scheduleSweep(some.map(schedulePair)).starts.length;
    assertEquals(rows(copied), 4 * rows(pairs));
    return Promise.resolve();
  }));
