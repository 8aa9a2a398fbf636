import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fastCost, generalCost, leastCost } from "../../../../lib/experiments/sweep/fast/cost.ts";
import { randomTokens, tokenPair } from "../random_pairs.ts";
import { TINY, withClip } from "../../../studies.ts";

Deno.test("leastCost() equals the definition's minimum, counted vector by vector", () =>
  withClip(TINY, ({ text, config: { text: shape } }) => {
    const pair = tokenPair(text, randomTokens(6, 1)); // 8 tokens, the negator at 3
    const { layers, width, mlpWidth, projection } = shape;
    assertEquals([layers, width], [3, 16]);
    const [qkv, one] = [6 * width ** 2, 2 * width ** 2];
    const rest = 2 * width ** 2 + 4 * width * mlpWidth;
    const key = 4 * width;
    const sum = (from: number, to: number) => (from + to) * (to - from + 1) / 2;
    const unpatched = 8 + 5; // the negated run from position 3 on
    const unpatchedKeys = sum(1, 8) + sum(4, 8);
    // Patched at position 3: 4 rows; at 4, 5, 6 and 7: 4, 3, 2 and 1.
    const patched = 4 + 4 + 3 + 2 + 1;
    const patchedKeys = sum(5, 8) + sum(5, 8) + sum(6, 8) + sum(7, 8) + 8;
    const expected = 2 * (unpatched * (qkv + rest) + key * unpatchedKeys) + // blocks 1 and 2
      patched * rest + key * patchedKeys + // block 2, patched at layer 1: q, k and v are known
      (unpatched + patched) * 2 * one + // keys and values of block 3, layer 1
      5 * one + // its queries: the five end tokens of layer 1
      10 * (rest + 8 * key + 2 * width * projection); // the end tokens of layers 1 and 2
    assertEquals(leastCost([pair], shape), expected);
    return Promise.resolve();
  }));

Deno.test("fastCost() equals leastCost() if all pairs share a group, and is a fraction of generalCost()", () =>
  withClip(TINY, ({ text, config: { text: shape } }) => {
    const pairs = [1, 2, 3].map((seed) => tokenPair(text, randomTokens(6, seed)));
    const { project, attend, complete } = fastCost(pairs, shape, 1);
    const least = leastCost(pairs, shape);
    assertAlmostEquals(project + attend + complete, least, 1);
    assert(least < 3 * leastCost(pairs.slice(0, 1), shape)); // the beginning is shared
    assert(least < 0.6 * generalCost(pairs, shape));
    return Promise.resolve();
  }));

Deno.test("generalCost() counts both sentences and each patched run from its layer on", () =>
  withClip(TINY, ({ text, config: { text: shape } }) => {
    const { width, mlpWidth } = shape;
    const pair = tokenPair(text, randomTokens(6, 1));
    const token = 8 * width ** 2 + 4 * width * mlpWidth + 4 * 8 * width;
    assertEquals(generalCost([pair], shape), token * 8 * (3 + 3 + 5 * 2 + 5 * 1));
    return Promise.resolve();
  }));
