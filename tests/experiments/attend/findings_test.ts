import { assertEquals, assertStringIncludes } from "@std/assert";
import { headFindings } from "../../../lib/experiments/attend/findings.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { someRows } from "../some_rows.ts";

/** The text for a terminal. */
function headText(rows: readonly object[]): string {
  return findingText(headFindings(someRows(rows)));
}

/** Heads of a side, 1.1, 1.2 and so on, by how far their selectivity of .5 is above its baseline. */
function headsOf(negation: string, differences: readonly (number | undefined)[]) {
  return differences.map((difference, i) => ({
    ...{ negation, layer: 1, head: i + 1, n: 9, n_baseline: 9, selectivity: 0.5 },
    baseline: difference === undefined ? undefined : 0.5 - difference,
    above_baseline: difference,
    above_baseline_low: difference, // shorter: not what decides
    above_baseline_high: difference,
    simultaneous_low: difference === undefined ? undefined : difference - 0.1,
    simultaneous_high: difference === undefined ? undefined : difference + 0.1,
    ...{ correlation_with_d: undefined, q_value: undefined },
  }));
}

Deno.test("headFindings() names at most five heads of each side, all above the exchanged sentences", () => {
  const text = headText([
    ...headsOf("foil", [0.25, 0.5, 0.05, undefined, 0.375, 0.125, 0.2, 0.15]), // 1.3: interval from -.05
    { ...headsOf("caption", [0.125])[0]!, n: 12, correlation_with_d: 0.5, q_value: 0.125 },
  ]);
  assertEquals(
    text,
    [
      "Where the foil is negated, the negator gets more attention than its twin from",
      "  1.2 (0.50, 0.40 to 0.60), 1.5 (0.38, 0.28 to 0.47), 1.1 (0.25, 0.15 to 0.35)",
      "  and 3 more.",
      "Where the caption is negated, the negator gets more attention than its twin from",
      "  1.1 (0.13, 0.02 to 0.23).",
      "",
      "Heads that attend to the negator more than to its twin",
      "negated  head  selectivity  exchanged  above  simultaneous        r      q",
      "foil     1.2         0.500      0.000  0.500  0.400 to 0.600",
      "foil     1.5         0.500      0.125  0.375  0.275 to 0.475",
      "foil     1.1         0.500      0.250  0.250  0.150 to 0.350",
      "foil     1.7         0.500      0.300  0.200  0.100 to 0.300",
      "foil     1.8         0.500      0.350  0.150  0.050 to 0.250",
      "caption  1.1         0.500      0.375  0.125  0.025 to 0.225  0.500  0.125",
      "",
      "foil-negated: 6 of 7 heads, of which 5 are listed",
      "caption-negated: 1 of 1 heads",
      "caption-negated: 3 of 12 rows have no twin and are not compared",
      "Heads count from 1: 1.2 is L0H1 in TransformerLens, blocks.0 head 1",
      "",
    ].join("\n"),
  );
});

Deno.test("headFindings() says that no head is above the exchanged sentences", () => {
  const idle = headsOf("foil", [0.05, -0.25, undefined]);
  const small = { above_baseline: 0.049, simultaneous_low: 0.048 };
  assertEquals(
    headText([...idle, { ...idle[0]!, head: 4, ...small }]).split("\n"),
    [
      "Where the foil is negated, no head is certain to attend to the negator more than",
      "  to its twin by 0.05 or more.",
      "",
      "foil-negated: 0 of 3 heads",
      "",
    ],
  );
});

Deno.test("headFindings() says that nothing is tested where no interval can hold", () => {
  assertStringIncludes(
    headText(headsOf("foil", [undefined])),
    "Where the foil is negated, no head is tested, since an interval takes at least",
  );
});
