import { assertEquals } from "@std/assert";
import { ablationFindings } from "../../lib/experiments/ablate/findings.ts";
import { auditFindings, correlationFindings } from "../../lib/experiments/correlate/findings.ts";
import { headFindings } from "../../lib/experiments/attend/findings.ts";
import { knockoutFindings } from "../../lib/experiments/knockout/findings.ts";
import { scoreFindings } from "../../lib/experiments/evaluate/findings.ts";
import { traceFindings } from "../../lib/experiments/trace/findings.ts";

Deno.test("scoreFindings() shows accuracy with its interval and the segments of each side", () => {
  const side = { correct: 2, ambiguous: 1, incorrect: 0, mean_d: 1.25 };
  const text = scoreFindings([
    { negation: "caption", n: 3, accuracy: 2 / 3, accuracy_low: 0.25, accuracy_high: 1, ...side },
    {
      ...{ negation: "foil", n: 1, accuracy: 0, accuracy_low: undefined, accuracy_high: undefined },
      ...{ ...side, correct: 0, mean_d: -0.5 },
    },
  ]);
  assertEquals(
    text,
    [
      "negated  n  accuracy  95 % interval   correct  ambiguous  incorrect  mean d",
      "caption  3     0.667  0.250 to 1.000        2          1          0   1.250",
      "foil     1     0.000                        0          1          0  -0.500",
      "",
    ].join("\n"),
  );
});

Deno.test("scoreFindings() leaves out a side without rows", () => {
  const empty = {
    ...{ accuracy: undefined, accuracy_low: undefined, accuracy_high: undefined },
    ...{ correct: 0, ambiguous: 0, incorrect: 0, mean_d: undefined },
  };
  const text = scoreFindings([
    { negation: "caption", n: 0, ...empty },
    { negation: "foil", n: 2, ...empty, accuracy: 1, mean_d: 1.5 },
  ]);
  assertEquals(text.split("\n").map((line) => line.split(" ", 1)[0]), ["negated", "foil", ""]);
});

const GROUP = { negation: "foil", segment: "correct", site: "resid", n: 20 };

/** The CTE of some roles. */
type Layer = Readonly<Record<string, number | undefined>>;

/** Rows of trace.csv: for each layer the CTE of some roles, each with an interval of .1 to either side. */
function rows(...layers: readonly Layer[]) {
  return layers.flatMap((layer, i) =>
    Object.entries(layer).map(([role, cte]) => ({
      ...{ ...GROUP, layer: i, role, cte },
      ...(cte === undefined ? {} : { cte_low: cte - 0.1, cte_high: cte + 0.1 }),
    }))
  );
}

const LAYERS = "Largest mean effect by layer (CTE of 0.05 or more whose interval excludes 0)";

Deno.test("traceFindings() names the largest effect of either sign layer by layer, with its interval", () => {
  const text = traceFindings(rows(
    { sot: 0, negator: 1, full_stop: 0, eot: 0 },
    { sot: 0, negator: 0.6, full_stop: 0.4, eot: 0 },
    { sot: 0, negator: 0.8, full_stop: 0.5, eot: 0.2 },
    { sot: 0, negator: 0.3, full_stop: 0.3, eot: 0.1 },
    { sot: 0, negator: 0, full_stop: 0, eot: -0.44 },
    { sot: 0, negator: 0, full_stop: 0, eot: 1 },
  ));
  assertEquals(
    text,
    [
      LAYERS,
      "negated  segment  layer  role         CTE  95 % interval   at  rows",
      "foil     correct  0      negator     1.00  fixed               20",
      "foil     correct  1-2    negator     0.80  0.70 to 0.90     2  20",
      "foil     correct  3      negator     0.30  0.20 to 0.40        20",
      "foil     correct  3      full stop   0.30  0.20 to 0.40        20",
      "foil     correct  4      EOT        -0.44  -0.54 to -0.34      20",
      "foil     correct  5      EOT         1.00  fixed               20",
      "",
    ].join("\n"),
  );
});

Deno.test("traceFindings() says that nothing carries the effect where nothing does for certain", () => {
  const few = { ...GROUP, layer: 3, role: "eot", cte: 0.7 }; // too few sentence pairs for an interval
  const [, , ...lines] = traceFindings([
    ...rows({}, { subject_first: 3e-5, full_stop: -2e-5 }, { negator: 0.09, eot: 0.04 }),
    ...[few, { ...few, layer: 4, role: "sot", cte: 0 }],
  ]).split("\n");
  assertEquals(lines, [
    "foil     correct  1      none above 0.05",
    "foil     correct  2-3    none certain",
    "foil     correct  4      none above 0.05",
    "",
  ]);
});

Deno.test("traceFindings() takes 1 for fixed only where the method fixes it", () => {
  const fixed = (...layers: readonly Layer[]) =>
    traceFindings(rows(...layers)).split("\n").slice(2, -1).map((line) => line.includes("fixed"));
  assertEquals(fixed({ negator: 1 }, { eot: 1 }, { eot: 1 }), [true, false, true]);
  assertEquals(fixed({}, { eot: 1 }, { eot: 1.01 }), [false]);
  const written = traceFindings(rows({}, { eot: 1 }).map((row) => ({ ...row, site: "attn_out" })));
  assertEquals(written.includes("fixed"), false);
});

Deno.test("traceFindings() says over which rows the roles are compared in the standard protocol", () => {
  const ofRole = (role: string, n: number, cte: number | undefined, layer = 0) => {
    const bounds = cte === undefined ? {} : { cte_low: cte - 0.1, cte_high: cte + 0.1 };
    return { ...GROUP, layer, role, n, cte, ...bounds };
  };
  const text = traceFindings([
    ...[ofRole("sot", 124, 0), ofRole("negator", 40, 1.01), ofRole("inserted", 84, undefined)],
    ...[ofRole("after", 124, 0.2), ofRole("negator", 40, 0.5, 1), ofRole("eot", 124, 0, 1)],
  ]);
  assertEquals(text.split("\n").slice(2), [
    "foil     correct  0-1    negator  1.01  0.91 to 1.11    0  40/124",
    "",
    "Roles are compared over different rows; those that not all rows have:",
    "  foil-negated, correct (n = 124): negator 40 (84 more inserted)",
    "Not in the map: an inserted negator. The affirmative sentence has no token for",
    '  it ("no people", "people"), so that there is no place to put its values.',
    "Layer 0 is no finding: it holds token and position embeddings, and where an",
    "  inserted word shifts the tokens, their effects there come from the other",
    "  position.",
    "",
  ]);
});

Deno.test("traceFindings() warns of shares of a d near 0, and shows a bound that is nearly 0 as it is", () => {
  const cell = { ...GROUP, segment: "ambiguous", layer: 1, role: "eot", cte: -4.5 };
  const text = traceFindings([{ ...cell, cte_low: -12, cte_high: -0.0021 }]);
  assertEquals(text.split("\n").slice(2), [
    "foil     ambiguous  1      EOT   -4.50  -12.00 to -2.1e-3      20",
    "",
    "Ambiguous rows have a d near 0, so that shares of it are large and unsteady;",
    "  trace.csv has the ratio of means beside them.",
    "",
  ]);
});

Deno.test("traceFindings() names the five heads with the largest effects of each group at site z", () => {
  const cell = (layer: number, head: number, cte: number, segment = "correct") => ({
    ...{ ...GROUP, segment, site: "z", layer, head, role: "full_stop", cte },
    ...{ cte_low: cte - 0.1, cte_high: cte + 0.1 },
  });
  const text = traceFindings([
    ...[cell(1, 1, 0.2), cell(1, 2, -0.4), cell(2, 1, 0.09), cell(4, 2, 0.6), cell(4, 3, 0.3)],
    ...[cell(5, 1, 0.11), cell(5, 2, 0.12), cell(1, 1, 0.04, "incorrect")],
  ]);
  assertEquals(text.split("\n"), [
    "Largest mean effects of heads (CTE of 0.05 or more whose interval excludes 0)",
    "negated  segment    head  role               CTE  95 % interval   rows",
    "foil     correct    4.2   full stop         0.60  0.50 to 0.70    20",
    "foil     correct    1.2   full stop        -0.40  -0.50 to -0.30  20",
    "foil     correct    4.3   full stop         0.30  0.20 to 0.40    20",
    "foil     correct    1.1   full stop         0.20  0.10 to 0.30    20",
    "foil     correct    5.2   full stop         0.12  0.02 to 0.22    20",
    "foil     incorrect        none above 0.05",
    "Layers and heads count from 1 here: 4.2 is blocks.3, head 1 in hook names and",
    "  L3H1 in TransformerLens.",
    "",
  ]);
});

/** Seven heads of a side, 1.1 to 1.7, by selectivity. */
function headsOf(negation: string, selectivities: readonly (number | undefined)[]) {
  return selectivities.map((selectivity, i) => ({
    ...{ negation, layer: 1, head: i + 1, selectivity },
    ...{ selectivity_low: -0.25, selectivity_high: 0.75 },
    ...{ correlation_with_d: undefined, q_value: undefined },
  }));
}

Deno.test("headFindings() names the five most selective heads of each side", () => {
  const text = headFindings([
    ...headsOf("foil", [0.25, 0.5, undefined, -0.75, 0.375, 0.125, -0.5]),
    { ...headsOf("caption", [0.125])[0]!, correlation_with_d: 0.5, q_value: 0.125 },
  ]);
  assertEquals(
    text,
    [
      "Most selective heads",
      "negated  layer.head  selectivity     low   high  r with d      q",
      "foil     1.2               0.500  -0.250  0.750",
      "foil     1.5               0.375  -0.250  0.750",
      "foil     1.1               0.250  -0.250  0.750",
      "foil     1.6               0.125  -0.250  0.750",
      "foil     1.3                      -0.250  0.750", // unknown counts as 0, above what is below it
      "caption  1.1               0.125  -0.250  0.750     0.500  0.125",
      "",
    ].join("\n"),
  );
});

Deno.test("knockoutFindings() shows the effects of the five most selective heads of each side, and rho over all heads", () => {
  const side = (negation: string, selectivities: readonly number[], effects: readonly number[]) =>
    selectivities.map((selectivity, i) => ({
      ...{ negation, layer: i + 1, head: 2, selectivity, mean_effect: effects[i]! },
      ...{ low: -1.25, high: 1.5 },
    }));
  const text = knockoutFindings([
    ...side("foil", [-0.5, 0.25, 0.5, 0.125, 0.375, 0], [5, -0.25, -0.5, 0.5, 0.25, 1]),
    ...side("caption", [0.25, 0.5], [1, 2]),
  ]);
  // Selectivity ranks 1, 4, 6, 3, 5, 2 beside effect ranks 6, 2, 1, 4, 3, 5: 1 - 6 x (25 + 4 + 25 + 1 + 4 + 9) / (6 x 35)
  assertEquals(
    text,
    [
      "What the most selective heads' attention to the negator adds to d (mean, 95 % interval)",
      "negated  layer.head  selectivity  effect on d     low   high",
      "foil     3.2               0.500       -0.500  -1.250  1.500",
      "foil     5.2               0.375        0.250  -1.250  1.500",
      "foil     2.2               0.250       -0.250  -1.250  1.500",
      "foil     4.2               0.125        0.500  -1.250  1.500",
      "foil     6.2               0.000        1.000  -1.250  1.500",
      "caption  2.2               0.500        2.000  -1.250  1.500",
      "caption  1.2               0.250        1.000  -1.250  1.500",
      "Spearman's rho of selectivity and effect over all heads: foil-negated -0.943, caption-negated undefined",
      "",
    ].join("\n"),
  );
});

Deno.test("ablationFindings() names the three largest effects of either sign for each side over all its rows", () => {
  const row = (negation: string, segment: string, layer: number, mean_effect: number) => ({
    ...{ negation, segment, layer, part: layer % 2 === 0 ? "mlp_out" : "attn_out", n: 4 + layer },
    ...{ mean_effect, low: -3.5, high: 3.5 },
  });
  const text = ablationFindings([
    row("foil", "correct", 1, 9),
    ...[0.5, -2, 1, -0.25].map((effect, i) => row("foil", "all", i + 1, effect)),
    row("caption", "incorrect", 1, -9),
    ...[0.125, -0.25].map((effect, i) => row("caption", "all", i + 1, effect)),
  ]);
  assertEquals(
    text,
    [
      "Parts of the image tower that add most to d",
      "negated  n  layer  part      effect on d     low   high",
      "foil     6      2  mlp_out        -2.000  -3.500  3.500",
      "foil     7      3  attn_out        1.000  -3.500  3.500",
      "foil     5      1  attn_out        0.500  -3.500  3.500",
      "caption  6      2  mlp_out        -0.250  -3.500  3.500",
      "caption  5      1  attn_out        0.125  -3.500  3.500",
      "",
    ].join("\n"),
  );
});

Deno.test("correlationFindings() shows r of each side and feature with its interval and q", () => {
  const text = correlationFindings([
    {
      negation: "foil",
      feature: "tokens",
      n: 4,
      r: -0.25,
      r_low: -0.5,
      r_high: 0.125,
      q_value: 0.75,
    },
    {
      ...{ negation: "caption", feature: "subject_size", n: 0, r: undefined },
      ...{ r_low: undefined, r_high: undefined, q_value: undefined },
    },
  ]);
  assertEquals(
    text,
    [
      "Correlation with d",
      "negated  feature       n       r     low   high      q",
      "foil     tokens        4  -0.250  -0.500  0.125  0.750",
      "caption  subject_size  0",
      "",
    ].join("\n"),
  );
});

Deno.test("auditFindings() shows for each side how each r changes without its most repeated sentence pair", () => {
  const audit = (negation: string, feature: string, r: number | undefined, without?: number) => ({
    ...{ negation, feature, n: 9, distinct_pairs: 5, largest_block: "No cat.", block_n: 3 },
    ...{ r, r_without_block: without },
  });
  assertEquals(
    auditFindings([
      audit("foil", "tokens", -0.25, 0.5),
      audit("foil", "subject_size", 0.125),
      { ...audit("caption", "tokens", undefined, undefined), n: 2, distinct_pairs: 1 },
    ]),
    [
      "Repeated sentences",
      '  foil-negated: 5 distinct sentence pairs in 9 rows; without the 3 rows "No cat." r of ' +
      "tokens -0.250 becomes 0.500, subject_size 0.125 becomes none",
      '  caption-negated: 1 distinct sentence pairs in 2 rows; without the 3 rows "No cat." r of ' +
      "tokens none becomes none",
      "",
    ].join("\n"),
  );
});
