import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { ablationFindings } from "../../lib/experiments/ablate/findings.ts";
import {
  auditFindings,
  correlationFindings,
  sizeFindings,
} from "../../lib/experiments/correlate/findings.ts";
import { headFindings } from "../../lib/experiments/attend/findings.ts";
import { knockoutFindings } from "../../lib/experiments/knockout/findings.ts";
import { scoreFindings } from "../../lib/experiments/evaluate/findings.ts";
import { traceFindings } from "../../lib/experiments/trace/findings.ts";

Deno.test("scoreFindings() shows accuracy with its interval and the segments of each side", () => {
  const side = {
    correct: 2,
    ambiguous: 1,
    incorrect: 0,
    mean_d: 1.25,
    mean_d_low: -0.5,
    mean_d_high: 3,
  };
  const text = scoreFindings([
    { negation: "caption", n: 3, accuracy: 2 / 3, accuracy_low: 0.25, accuracy_high: 1, ...side },
    {
      ...{ negation: "foil", n: 1, accuracy: 0, accuracy_low: undefined, accuracy_high: undefined },
      ...{ ...side, correct: 0, mean_d: -0.5, mean_d_low: undefined, mean_d_high: undefined },
    },
  ]);
  assertEquals(
    text,
    [
      "negated  n  accuracy  95 % interval   mean d  its interval",
      "caption  3     0.667  0.250 to 1.000   1.250  -0.500 to 3.000",
      "foil     1     0.000                  -0.500",
      "",
      "negated  correct  ambiguous  incorrect",
      "caption        2          1          0",
      "foil           0          1          0",
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
  assertEquals(text.split("\n").map((line) => line.split(" ", 1)[0]), [
    "negated",
    "foil",
    "",
    "negated",
    "foil",
    "",
  ]);
});

const GROUP = { negation: "foil", segment: "correct", site: "resid", n: 20 };

/** The CTE of some roles. */
type Layer = Readonly<Record<string, number | undefined>>;

/** Rows of trace.csv: for each layer the CTE of some roles, each with an interval of .1 to either side. */
function rows(...layers: readonly Layer[]) {
  return layers.flatMap((layer, i) =>
    Object.entries(layer).map(([role, cte]) => ({
      ...{ ...GROUP, layer: i, role, cte },
      ...(cte === undefined ? {} : { simultaneous_low: cte - 0.1, simultaneous_high: cte + 0.1 }),
    }))
  );
}

const LAYERS = "Largest mean effect by layer (0.05 or more; simultaneous interval without 0)";

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
      "negated  segment  layer  role         CTE  simultaneous    at  rows",
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
    const bounds = cte === undefined
      ? {}
      : { simultaneous_low: cte - 0.1, simultaneous_high: cte + 0.1 };
    return { ...GROUP, layer, role, n, cte, ...bounds };
  };
  const text = traceFindings([
    ...[ofRole("sot", 124, 0), ofRole("negator", 40, 1.01), ofRole("inserted", 84, undefined)],
    ...[ofRole("after", 124, 0.2), ofRole("negator", 40, 0.5, 1), ofRole("eot", 124, 0, 1)],
  ]);
  assertEquals(text.split("\n").slice(2), [
    "foil     correct  0-1    negator  1.01  0.91 to 1.11   0  40/124",
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
  const text = traceFindings([{ ...cell, simultaneous_low: -12, simultaneous_high: -0.0021 }]);
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
    ...{ simultaneous_low: cte - 0.1, simultaneous_high: cte + 0.1 },
  });
  const text = traceFindings([
    ...[cell(1, 1, 0.2), cell(1, 2, -0.4), cell(2, 1, 0.09), cell(4, 2, 0.6), cell(4, 3, 0.3)],
    ...[cell(5, 1, 0.11), cell(5, 2, 0.12), cell(1, 1, 0.04, "incorrect")],
  ]);
  assertEquals(text.split("\n"), [
    "Largest mean effects of heads (0.05 or more; simultaneous interval without 0)",
    "negated  segment    head  role               CTE  simultaneous    rows",
    "foil     correct    4.2   full stop         0.60  0.50 to 0.70    20",
    "foil     correct    1.2   full stop        -0.40  -0.50 to -0.30  20",
    "foil     correct    4.3   full stop         0.30  0.20 to 0.40    20",
    "foil     correct    1.1   full stop         0.20  0.10 to 0.30    20",
    "foil     correct    5.2   full stop         0.12  0.02 to 0.22    20",
    "foil     incorrect        none above 0.05",
    "Listed are 5 of 6 of foil-negated, correct",
    "Layers and heads count from 1 here: 4.2 is blocks.3, head 1 in hook names and",
    "  L3H1 in TransformerLens.",
    "",
  ]);
});

/** Heads of a side, 1.1, 1.2 and so on, by how far their selectivity of .5 is above its baseline. */
function headsOf(negation: string, differences: readonly (number | undefined)[]) {
  return differences.map((difference, i) => ({
    ...{ negation, layer: 1, head: i + 1, n: 9, n_baseline: 9, selectivity: 0.5 },
    baseline: difference === undefined ? undefined : 0.5 - difference,
    above_baseline: difference,
    above_baseline_low: difference === undefined ? undefined : difference - 0.1,
    above_baseline_high: difference === undefined ? undefined : difference + 0.1,
    ...{ correlation_with_d: undefined, q_value: undefined },
  }));
}

Deno.test("headFindings() names at most five heads of each side, all above the exchanged sentences", () => {
  const text = headFindings([
    ...headsOf("foil", [0.25, 0.5, 0.05, undefined, 0.375, 0.125, 0.2, 0.15]), // 1.3: interval from -.05
    { ...headsOf("caption", [0.125])[0]!, n: 12, correlation_with_d: 0.5, q_value: 0.125 },
  ]);
  assertEquals(
    text,
    [
      "Heads that attend to the negator more than to its twin",
      "negated  head  selectivity  exchanged  above  95 % interval       r      q",
      "foil     1.2         0.500      0.000  0.500  0.400 to 0.600",
      "foil     1.5         0.500      0.125  0.375  0.275 to 0.475",
      "foil     1.1         0.500      0.250  0.250  0.150 to 0.350",
      "foil     1.7         0.500      0.300  0.200  0.100 to 0.300",
      "foil     1.8         0.500      0.350  0.150  0.050 to 0.250",
      "caption  1.1         0.500      0.375  0.125  0.025 to 0.225  0.500  0.125",
      "foil-negated: 6 of 7 heads, of which 5 are listed; about 0.2 would be if none",
      "  preferred either word",
      "caption-negated: 1 of 1 heads; about 0.0 would be if none preferred either word;",
      "  3 of 12 rows have no twin and are not compared",
      "Layers and heads count from 1 here: 1.2 is blocks.0, head 1 in hook names and",
      "  L0H1 in TransformerLens.",
      "",
    ].join("\n"),
  );
});

Deno.test("headFindings() says that no head is above the exchanged sentences", () => {
  const idle = headsOf("foil", [0.05, -0.25, undefined]);
  const noise = { above_baseline: 5e-7, above_baseline_low: 4e-7 }; // rounding in float32
  assertEquals(
    headFindings([...idle, { ...idle[0]!, head: 4, ...noise }]).split("\n").slice(0, 2),
    [
      "Heads that attend to the negator more than to its twin: none",
      "foil-negated: 0 of 3 heads; about 0.1 would be if none preferred either word",
    ],
  );
});

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

Deno.test("findings say that nothing is tested where no interval can hold, and that an effect is the twin's as well", () => {
  const unknown = { low: undefined, high: undefined };
  const few = [1, 2].map((layer) => ({ ...knockedOut("foil", [layer, 0, 5]), ...unknown }));
  assertStringIncludes(
    knockoutFindings(few, []).replaceAll("\n  ", " "),
    "negator: not tested\nfoil-negated: no head is tested, since fewer than six effective clusters of rows have no interval",
  );
  assertStringIncludes(
    headFindings(headsOf("foil", [undefined])),
    "twin: not tested\nfoil-negated: no head is tested,",
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

Deno.test("ablationFindings() names the three largest effects of each side over all its rows, and their signs", () => {
  const row = (negation: string, segment: string, layer: number, mean_effect: number) => ({
    ...{ negation, segment, layer, part: layer % 2 === 0 ? "mlp_out" : "attn_out", n: 4 + layer },
    ...{ mean_effect, low: mean_effect - 0.25, high: mean_effect + 0.25 },
  });
  const text = ablationFindings([
    row("foil", "correct", 1, 9),
    ...[0.5, -2, 1, -0.25, 0.375].map((effect, i) => row("foil", "all", i + 1, effect)),
    { ...row("foil", "all", 6, 5), low: undefined, high: undefined },
    row("caption", "incorrect", 1, -9),
    ...[0.125, -0.5].map((effect, i) => row("caption", "all", i + 1, effect)),
  ]);
  assertEquals(
    text,
    [
      "Largest effects on d of the image tower's parts",
      "negated  n  layer  part      effect  95 % interval     the part",
      "foil     6      2  mlp_out   -2.000  -2.250 to -1.750  takes away from d",
      "foil     7      3  attn_out   1.000  0.750 to 1.250    adds to d",
      "foil     5      1  attn_out   0.500  0.250 to 0.750    adds to d",
      "caption  6      2  mlp_out   -0.500  -0.750 to -0.250  takes away from d",
      "foil-negated: 4 of 5 parts, of which 3 are listed",
      "caption-negated: 1 of 2 parts",
      "Layers count from 1 here: layer 1 is vision.blocks.0 in hook names.",
      "",
    ].join("\n"),
  );
});

Deno.test("ablationFindings() says that no effect is more than chance and rounding", () => {
  const idle = { negation: "foil", segment: "all", layer: 1, part: "mlp_out", n: 4 };
  const text = ablationFindings([
    { ...idle, mean_effect: 0.5, low: -0.25, high: 1.25 },
    { ...idle, layer: 2, mean_effect: 4e-5, low: 3e-5, high: 5e-5 },
  ]);
  assertEquals(
    text,
    "Largest effects on d of the image tower's parts: none of 0.01 or more whose 95 %\n" +
      "  interval excludes 0\n" +
      "foil-negated: 0 of 2 parts\n",
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
      "negated  feature  n       r  95 % interval        q",
      "foil     tokens   4  -0.250  -0.500 to 0.125  0.750",
      "",
    ].join("\n"),
  );
});

Deno.test("sizeFindings() shows the accuracy above each size that some subject exceeds", () => {
  assertEquals(
    sizeFindings([
      { threshold: 0, n: 9, accuracy: 1, low: 0.7, high: 1 },
      { threshold: 0.05, n: 2, accuracy: 0.5, low: undefined, high: undefined },
      { threshold: 0.1, n: 0, accuracy: undefined, low: undefined, high: undefined },
    ]),
    [
      "Accuracy on foil-negated rows by the size of the subject",
      "subject_size above  n  accuracy  95 % interval",
      "0                   9     1.000  0.700 to 1.000",
      "0.05                2     0.500",
      "",
    ].join("\n"),
  );
  assertEquals(sizeFindings([]), "");
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
      '  foil-negated: 5 distinct sentence pairs in 9 rows; without the 3 rows "No',
      '    cat." r of tokens -0.250 becomes 0.500, subject_size 0.125 becomes none',
      '  caption-negated: 1 distinct sentence pairs in 2 rows; without the 3 rows "No',
      '    cat." r of tokens none becomes none',
      "",
    ].join("\n"),
  );
});
