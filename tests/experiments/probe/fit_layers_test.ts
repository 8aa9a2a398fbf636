import { assert, assertEquals } from "@std/assert";
import { fitLayers, shareRight, splitPairs } from "../../../lib/experiments/probe/fit.ts";
import { finish } from "../../../lib/stats/steps.ts";

const PAIRS = 12;
const KEYS = Array.from({ length: PAIRS }, (_, i) => `pair ${i}`);

/** Pairs of which so many differ, by 1, and the others by float32 rounding. */
function residuals(differing: number) {
  return KEYS.map((_, i) => {
    const change = i < differing ? 1 : 1e-6;
    const at = (sign: number) => [Float32Array.of(3, i % 3, sign * change)];
    return { negated: at(1), affirmative: at(-1) };
  });
}

function fitted(differing: number, folds?: number) {
  const options = { keys: KEYS, folds, seed: 4, progress: () => {} };
  return finish(fitLayers(residuals(differing), options))[0]!;
}

Deno.test("fitLayers() fits the pairs whose vectors differ, in folds of theirs, and none if they are fewer than four", () => {
  for (const [differing, folds] of [[12, 5], [8, 4], [5, 2], [4, 2]] as const) {
    const fits = fitted(differing);
    assertEquals(fits.map((fit) => fit !== undefined), KEYS.map((_, i) => i < differing));
    const own = fits.slice(0, differing).map((fit) => fit!);
    assertEquals(new Set(own.map(({ fold }) => fold)).size, folds, `${differing}`);
    assert(own.every(({ logits: [negated, affirmative] }) => negated > 0 && affirmative < 0));
    const answers = own.flatMap(({ control }) => control);
    const right = answers.reduce((sum, share) => sum + share, 0) / answers.length;
    if (differing % 2 === 0) assertEquals(Math.round(right * 1e9), 5e8); // no majority of labels is learnt
  }
  for (const differing of [3, 0]) assert(fitted(differing).every((fit) => fit === undefined));
});

Deno.test("fitLayers() deals out all pairs as splitPairs() does, and makes fewer folds than asked for where few pairs differ", () => {
  const splits = splitPairs(KEYS, { folds: 6, seed: 4 });
  assertEquals(fitted(PAIRS, 6).map((fit) => fit!.fold), KEYS.map((key) => splits.get(key)!.fold));
  assertEquals(new Set(fitted(8, 6).flatMap((fit) => fit?.fold ?? [])).size, 4);
});

Deno.test("fitLayers() reads what each noun has of its own if pairs are held out, and no more than chance if nouns are", () => {
  const nouns = 12;
  const keys = Array.from({ length: 4 * nouns }, (_, i) => `pair ${i}`);
  const groups = new Map(keys.map((key, i) => [key, `noun ${i % nouns}`]));
  // Negation is +1 along an axis of the pair's noun alone, so that no other noun tells of it.
  const vectors = keys.map((_, i) => {
    const at = (sign: number) => {
      const vector = new Float32Array(nouns + 1).fill(0);
      vector[i % nouns] = sign;
      vector[nouns] = 1;
      return [vector];
    };
    return { negated: at(1), affirmative: at(-1) };
  });
  const read = (options: { groups?: ReadonlyMap<string, string> }) => {
    const fits = finish(fitLayers(vectors, { keys, seed: 1, progress: () => {}, ...options }))[0]!;
    for (const fold of new Set(fits.map((fit) => fit!.fold))) {
      const ofFold = keys.filter((_, i) => fits[i]!.fold === fold);
      const seen = new Set(
        keys.filter((_, i) => fits[i]!.fold !== fold).map((key) => groups.get(key)!),
      );
      const isSeen = ofFold.some((key) => seen.has(groups.get(key)!));
      assertEquals(isSeen, options.groups === undefined);
    }
    return fits.reduce((sum, fit) => sum + shareRight(fit!.logits), 0) / fits.length;
  };
  assertEquals(read({}), 1);
  assertEquals(read({ groups }), 0.5);
});
