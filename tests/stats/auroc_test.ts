import { assertAlmostEquals, assertEquals } from "@std/assert";
import { aurocOf } from "../../lib/stats/correlation.ts";
import { seededRandom } from "../../lib/stats/random.ts";
import { assertThrowsCode } from "../error_codes.ts";

const scored = (values: readonly number[]) =>
  new Map(values.map((value, i) => [`${i}`, value] as const));

Deno.test("aurocOf() is 1 for a perfect order, 0 for its reverse, and .5 if all scores are the same", () => {
  assertEquals(aurocOf(scored([3, 2, 1, 0]), ["0", "1"]), 1);
  assertEquals(aurocOf(scored([0, 1, 2, 3]), ["0", "1"]), 0);
  assertEquals(aurocOf(scored([7, 7, 7, 7, 7]), ["0", "3"]), 0.5);
});

Deno.test("aurocOf() counts ties half: one of m members found, the others tied with all non-members", () => {
  for (const [members, others] of [[2, 18], [3, 17], [5, 4]] as const) {
    const values = Array.from({ length: members + others }, (_, i) => i === 0 ? 1 : 0);
    const truth = Array.from({ length: members }, (_, i) => `${i}`);
    assertAlmostEquals(aurocOf(scored(values), truth)!, (1 + (members - 1) / 2) / members, 1e-15);
  }
});

// Made with numpy: np.mean([(p > q) + .5 * (p == q) for p in s[y] for q in s[~y]]); sklearn's roc_auc_score defines the same.
Deno.test("aurocOf() gives numpy's values", () => {
  const values = [0.1, 0.4, 0.35, 0.8, 0.4, 0.4, -2, 1e300, 0.35, 0];
  assertAlmostEquals(aurocOf(scored(values), ["2", "3", "4"])!, 14.5 / 21, 1e-15);
  assertAlmostEquals(aurocOf(scored(values), ["0", "5", "7", "9"])!, 12 / 24, 1e-15);
});

Deno.test("aurocOf() is the share of pairs of a member and another in which the member has more", () => {
  const random = seededRandom(5);
  for (let set = 0; set < 20; set++) {
    const values = Array.from({ length: 30 }, () => random.below(8)); // many ties
    const members = values.flatMap((_, i) => i % 4 === set % 4 ? [i] : []);
    const others = values.flatMap((_, i) => i % 4 === set % 4 ? [] : [i]);
    const won = members.flatMap((member) =>
      others.map((other) => (1 + Math.sign(values[member]! - values[other]!)) / 2)
    );
    const share = won.reduce((sum, value) => sum + value, 0) / won.length;
    assertAlmostEquals(aurocOf(scored(values), members.map(String))!, share, 1e-12);
  }
});

Deno.test("aurocOf() has no value if all names are in the set, or none", () => {
  assertEquals(aurocOf(scored([1, 2]), []), undefined);
  assertEquals(aurocOf(scored([1, 2]), ["0", "1", "0"]), undefined);
});

Deno.test("aurocOf() refuses a set with a name that has no score, and scores that are not finite", () => {
  assertThrowsCode(
    () => aurocOf(scored([1, 2]), ["0", "mlp 9"]),
    "sizes-differ",
    'Cannot compare scores with a set that has "mlp 9": it has no score; expected a score for every',
  );
  assertThrowsCode(() => aurocOf(scored([1, NaN]), ["0"]), "value-not-finite");
});
