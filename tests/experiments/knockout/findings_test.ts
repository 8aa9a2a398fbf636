import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { knockoutFindings } from "../../../lib/experiments/knockout/findings.ts";

/** A head of a side, with an interval of .5 to both sides of its effect. */
function knockedOut(negation: string, [layer, selectivity, effect]: readonly number[]) {
  return {
    ...{ negation, layer: layer!, head: 2, n: 9, n_twin: 9, selectivity: selectivity! },
    ...{ mean_effect: effect!, low: effect! - 0.5, high: effect! + 0.5 },
    ...{ twin_effect: 0.25, specific_effect: effect! - 0.25 },
    ...{ specific_low: effect! - 1, specific_high: effect! + 0.5 },
  };
}

const SET = { negation: "foil", segment: "all", heads: "1.2,3.2", mean_effect: 2, low: 1, high: 3 };

Deno.test("knockoutFindings() lists the largest effects of either sign whose intervals exclude 0, with their controls", () => {
  const foil = [[1, -0.5, 5], [2, 0.25, -0.25], [3, 0.5, -1.5], [4, 0.125, 0.75], [
    5,
    0.375,
    0.625,
  ]];
  const text = knockoutFindings(
    [
      ...foil.map((head) => knockedOut("foil", head)),
      ...[[6, 0, 1], [7, 0, -1.25]].map((head) => knockedOut("foil", head)),
      { ...knockedOut("caption", [1, 0.5, 2]), low: undefined, high: undefined },
      { ...knockedOut("caption", [2, 0.5, 3]), n_twin: 2 },
    ].map((row) => row.negation === "caption" ? { ...row, n_twin: 2 } : row),
    [
      { ...SET, twin_effect: 0.5, specific_effect: 1.5, specific_low: 1, specific_high: 2 },
      { ...SET, segment: "correct" },
      { ...SET, negation: "caption", heads: "all", low: undefined, high: undefined },
    ],
  );
  // Selectivity ranks 1, 5, 7, 4, 6, 2.5, 2.5 beside effect ranks 7, 3, 1, 5, 4, 6, 2
  const lines = text.split("\n");
  assertEquals(lines.slice(0, 15), [
    "Largest effects on d of a head's attention to the negator",
    "negated  head  effect  95 % interval     twin's  specific  its interval",
    "foil     1.2    5.000  4.500 to 5.500     0.250     4.750  4.000 to 5.500",
    "foil     3.2   -1.500  -2.000 to -1.000   0.250    -1.750  -2.500 to -1.000",
    "foil     7.2   -1.250  -1.750 to -0.750   0.250    -1.500  -2.250 to -0.750",
    "caption  2.2    3.000  2.500 to 3.500     0.250     2.750  2.000 to 3.500",
    "foil-negated: 3 of 7 heads; at most about 0.4 would be if none had an effect",
    "caption-negated: 1 of 1 heads; at most about 0.1 would be if none had an effect",
    "foil-negated, not listed since the twin's effect is alike: 6.2 (1.000, specific",
    "  0.750 (0.000 to 1.500)), 4.2 (0.750, specific 0.500 (-0.250 to 1.250)), 5.2",
    "  (0.625, specific 0.375 (-0.375 to 1.125))",
    "foil-negated, heads 1.2,3.2 together: effect 2.000 (1.000 to 3.000),",
    "  twin's 0.500, specific 1.500 (1.000 to 2.000)",
    "caption-negated, all heads together: effect 2.000,",
    "  twin's unknown, specific unknown",
  ]);
  assertMatch(
    lines[15]!,
    /^foil-negated: Spearman's rho of selectivity and effect -0\.\d{3}$/,
  );
  assertEquals(
    lines[16],
    "caption-negated: Spearman's rho of selectivity and effect undefined",
  );
  assertEquals(
    lines[17],
    "caption-negated: 7 of 9 rows have no twin and count for the effect alone",
  );
  assertStringIncludes(
    text,
    "1.2 is blocks.0, head 1 in hook names and\n  L0H1 in TransformerLens.\n",
  );
});

Deno.test("knockoutFindings() leaves heads without a selectivity or an effect out of rho", () => {
  const known = [[1, 0.1, -3], [2, 0.2, -2], [3, 0.3, -1]].map((head) => knockedOut("foil", head));
  const unknown = knockedOut("foil", [4, 0.4, -4]);
  const text = knockoutFindings(
    [...known, { ...unknown, selectivity: undefined }, { ...unknown, mean_effect: undefined }],
    [],
  );
  assertStringIncludes(text, "Spearman's rho of selectivity and effect 1.000\n");
});

Deno.test("knockoutFindings() says that no effect is more than chance and rounding", () => {
  const idle = knockedOut("foil", [1, 0, 0.25]);
  const noise = { ...idle, mean_effect: -4e-7, low: -6e-7, high: -2e-7 };
  assertEquals(knockoutFindings([idle, noise], []).split("\n").slice(0, 3), [
    "Largest effects on d of a head's attention to the negator: none of 0.01 or more",
    "  whose 95 % interval excludes 0",
    "foil-negated: 0 of 2 heads; at most about 0.1 would be if none had an effect",
  ]);
});

Deno.test("knockoutFindings() says that nothing is tested where no interval can hold, and that an effect is the twin's as well", () => {
  const unknown = { low: undefined, high: undefined };
  const few = [1, 2].map((layer) => ({ ...knockedOut("foil", [layer, 0, 5]), ...unknown }));
  assertStringIncludes(
    knockoutFindings(few, []).replaceAll("\n  ", " "),
    "negator: not tested\nfoil-negated: no head is tested, since an interval takes at least 9 effective clusters of rows",
  );
  const twins = { ...knockedOut("foil", [1, 0, 5]), specific_low: -1, specific_high: 1 };
  assertEquals(
    knockoutFindings([twins], []).split("\n", 2),
    [
      "Largest effects on d of a head's attention to the negator: none that is specific",
      "  to it",
    ],
  );
});
