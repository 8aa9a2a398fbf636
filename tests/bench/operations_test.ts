import { assertEquals } from "@std/assert";
import { leastOperations, sweepGroups } from "./operations.ts";
import { randomTokens, tokenPair } from "../token_pairs.ts";
import { TINY, withClip } from "../studies.ts";
import { runReference } from "./reference.ts";
import { assertEachRejects } from "../error_codes.ts";

Deno.test("leastOperations() equals the definition's minimum, counted vector by vector", () =>
  withClip(TINY, ({ text }) => {
    const pair = tokenPair(text, randomTokens(6, 1)); // 8 tokens, the negator at 3
    const { shape } = text.tower;
    const { layers, width, mlpWidth, projection } = shape;
    assertEquals([layers, width], [3, 16]);
    const one = 2 * width ** 2;
    const rest = one + 4 * width * mlpWidth;
    const sum = (from: number, to: number) => (from + to) * (to - from + 1) / 2;
    const unpatched = 8 + 5; // the negated run from position 3 on
    const unpatchedKeys = sum(1, 8) + sum(4, 8);
    const embedded = 8 + 1; // before the first block, only the negator's vectors differ
    // Patched at position 3: 4 rows; at 4, 5, 6 and 7: 4, 3, 2 and 1.
    const patched = 4 + 4 + 3 + 2 + 1;
    const patchedKeys = sum(5, 8) + sum(5, 8) + sum(6, 8) + sum(7, 8) + 8;
    const vectors = 3 * embedded + 3 * unpatched + // blocks 1 and 2; of rows patched before block 2, all are known
      2 * (unpatched + patched) + // keys and values of block 3
      5 + 2; // its queries: the end tokens patched at layer 1, and both sentences', since layer 2 patches block 3's input
    assertEquals(leastOperations(text.tower, sweepGroups(text, [pair])), {
      project: vectors * one,
      attend: (2 * unpatchedKeys + patchedKeys + 10 * 8) * 4 * width,
      complete: (2 * unpatched + patched + 10) * rest, // 10: the end tokens of layers 1 and 2
      embed: 10 * 2 * width * projection,
    });
  }));

Deno.test("leastOperations() counts a repeated pair once, and what pairs share once", () =>
  withClip(TINY, ({ text }) => {
    const body = randomTokens(6, 1);
    const least = (...bodies: readonly (readonly number[])[]) =>
      leastOperations(
        text.tower,
        sweepGroups(text, bodies.map((body) => tokenPair(text, body))),
      );
    assertEquals(least(body, body), least(body));
    const other = [...body.slice(0, -1), 500];
    const { width, mlpWidth } = text.tower.shape;
    const rest = 2 * width ** 2 + 4 * width * mlpWidth;
    // Rows at the last two positions are not shared: unpatched ones in blocks 1 and 2, patched ones in block 2, ends in block 3.
    const own = 2 * 4 + (4 * 2 + 1) + 10;
    const shared = least(body).complete - own * rest;
    assertEquals(least(body, other).complete, shared + 2 * own * rest);
  }));

const WORK = { folder: "model", some: [], threads: 1 };

Deno.test("runReference() says why the reference did not run", async () => {
  const deno = Deno.execPath();
  await assertEachRejects("usage-program-missing", [
    [() => runReference("/nowhere/python", "a.py", WORK), 'compare with "/nowhere/python": '],
    [() => runReference(deno, "/none.py", WORK), `Cannot compare with "${deno}" and "/none.py": `],
  ]);
});
