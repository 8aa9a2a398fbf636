import { assert, assertEquals } from "@std/assert";
import { copyPairs, sweepGroups } from "./time_sweep.ts";
import { leastOperations } from "./operations.ts";
import { engineNames, FAST_SCHEDULE } from "../../lib/engine/changes/run_changes.ts";
import type { AlignedPair } from "../../lib/study/rows/prepare.ts";
import { randomTokens, tokenPair } from "../token_pairs.ts";
import { TINY, withClip } from "../studies.ts";

Deno.test("copyPairs() keeps lengths and shared rows within a copy, and shares no embedding between copies", () =>
  withClip(TINY, async ({ text }) => {
    const stem = randomTokens(3, 1);
    const pairs = [[...stem, 20, 21], [...stem, 22], randomTokens(7, 2)]
      .map((body) => tokenPair(text, [5, 6, 7, ...body].slice(1)));
    const copied = copyPairs(pairs, 4);
    assertEquals(
      copied.slice(0, 3).map(({ affirmative }) => affirmative.ids),
      pairs.map(({ affirmative }) => affirmative.ids),
    );
    assertEquals(copied.length, 12);
    const names = await engineNames(text, sweepGroups(text, copied));
    assert(names.every((name) => name === FAST_SCHEDULE));
    assertEquals(
      copied.map(({ negated }) => negated.ids.length),
      Array.from({ length: 4 }, () => pairs.map(({ negated }) => negated.ids.length)).flat(),
    );
    const least = (some: readonly AlignedPair[]) =>
      leastOperations(text.tower, sweepGroups(text, some));
    assertEquals(least(copied).embed, 4 * least(pairs).embed);
    for (let copy = 1; copy < 4; copy++) {
      const own = copied.slice(3 * copy, 3 * copy + 3);
      assertEquals(least(own).complete, least(pairs).complete, `copy ${copy}`);
    }
  }));
