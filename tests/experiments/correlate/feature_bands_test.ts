import { featureBands } from "../finished.ts";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { FeaturedRows, FeatureRow } from "../../../lib/experiments/correlate/features.ts";

/** Rows in which only the tokens vary, with d and the sentence pair. */
function rowsOf(
  rows: readonly (readonly [tokens: number, d: number, cluster: string])[],
  { negation = "foil" }: { readonly negation?: "foil" | "caption" } = {},
): FeaturedRows {
  return {
    features: {
      name: "features",
      columns: [],
      rows: rows.map(([tokens, d], i): FeatureRow => (
        { id: `${i}`, negation, d, text_similarity: 0.5, tokens, subject_size: undefined }
      )),
    },
    clusters: rows.map(([, , cluster]) => cluster),
    negated: rows.map(([, , cluster]) => cluster),
  };
}

const SEED = { seed: 0 };

Deno.test("featureBands() evaluates the least-squares line at 25 points from the smallest to the largest value", () => {
  const rows = rowsOf([[9, 2, "c"], [7, -2, "a"], [10, 5, "d"], [8, 1, "b"]]);
  const band = featureBands(rows, SEED).rows;
  assertEquals(new Set(band.map(({ negation, feature }) => `${negation} ${feature}`)).size, 1);
  assertEquals([band[0]!.negation, band[0]!.feature], ["foil", "tokens"]); // the others do not vary, or are unknown
  band.forEach(({ x, y, low, high }, i) => {
    assertAlmostEquals(x, 7 + 3 * i / 24, 1e-12);
    assertAlmostEquals(y, 1.5 + 2.2 * (x - 8.5), 1e-12); // d = -2, 1, 2, 5 at 7, 8, 9, 10
    assertEquals([low, high], [undefined, undefined]); // four clusters are too few
  });
  assertEquals(band.length, 25);
});

Deno.test("featureBands() draws sentence pairs for a band, not rows", () => {
  // Each pair alone has its own line, 0 or 8 at both points; with all twelve the line is 4. If rows were drawn, the bounds would
  // be within 4 +- 2 x 4 / 8.
  const pairs = [0, 8, 0, 8, 0, 8, 0, 8, 0, 8, 0, 8].flatMap((d, i) =>
    [5, 9].flatMap((tokens) => [0, 1, 2].map(() => [tokens, d, `${i}`] as const))
  );
  for (const { y, low, high } of featureBands(rowsOf(pairs, { negation: "caption" }), SEED).rows) {
    assertAlmostEquals(y, 4, 1e-12);
    // The .011 quantile of 8 times a binomial share of 12: at most 1/12 has 13/4096, at most 2/12 has 79/4096.
    assertAlmostEquals(low!, 8 * 2 / 12, 1e-9);
    assertAlmostEquals(high!, 8 * 10 / 12, 1e-9);
  }
});

Deno.test("featureBands() has no line for two rows or none", () => {
  assertEquals(featureBands(rowsOf([[7, 1, "a"], [8, 2, "b"]]), SEED).rows, []);
  assertEquals(featureBands(rowsOf([]), SEED).rows, []);
});

Deno.test("featureBands() fits more rows than a call can have arguments", () => {
  const rows = Array.from(
    { length: 130_000 },
    (_, i) => [i % 50, i % 7, `pair ${i % 20}`] as const,
  );
  const band = featureBands(rowsOf(rows), SEED).rows;
  assertEquals([band[0]!.x, band[24]!.x], [0, 49]);
});
