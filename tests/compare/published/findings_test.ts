import type {
  PublishedMatch,
  PublishedVerdict,
} from "../../../lib/compare/published/published_model.ts";
import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  baselineFindings,
  comparisonFindings,
  matchFindings,
  missingFindings,
} from "../../../lib/compare/published/findings.ts";

const SAME = { subject: "rows", published: "490", found: "490" };

function match(
  folder: string,
  verdict: PublishedVerdict,
  found: string | undefined,
): PublishedMatch {
  const checks = [SAME, { subject: "protocol", published: "rephrased", found }];
  return { folder, tables: ["causal_trace"], verdict, checks };
}

Deno.test("matchFindings() says plainly that a run is not of the published model, and why", () => {
  assertEquals(
    matchFindings([match("a", "not published", "standard")]),
    "a (causal_trace): not the published model/data: differences are expected and no agreement is claimed\n" +
      "  protocol: standard; published: rephrased\n",
  );
});

Deno.test("matchFindings() claims no agreement if something is unknown", () => {
  assertEquals(
    matchFindings([match("a", "unknown", undefined)]),
    "a (causal_trace): whether this is the published model/data cannot be told: differences may be expected and no agreement is claimed\n" +
      "  protocol: unknown; published: rephrased\n",
  );
});

Deno.test("matchFindings() leaves the judgement to the table if everything is as published", () => {
  assertEquals(
    matchFindings([match("a", "as published", "rephrased")]),
    "a (causal_trace): sizes and row counts are those of the published model and data; how near its figures come, the table says\n",
  );
});

Deno.test("matchFindings() names runs with the same verdict together", () => {
  const matches = [
    match("a", "not published", "standard"),
    match("b", "unknown", undefined),
    match("c", "not published", "standard"),
  ];
  const lines = matchFindings(matches).split("\n").filter((line) => !line.startsWith(" "));
  assertEquals(lines.map((line) => line.split(": ", 1)[0]), [
    "a (causal_trace) and c (causal_trace)",
    "b (causal_trace)",
    "",
  ]);
});

Deno.test("missingFindings() names the tables that are missing by the task that writes them", () => {
  const all = [
    { name: "x", task: "trace" },
    { name: "y", task: "attend" },
    { name: "z", task: "attend" },
  ];
  assertEquals(
    missingFindings(all, ["x"]),
    "Not in these runs: y, z; name a run of deno task attend too\n",
  );
  assertEquals(missingFindings(all, ["x", "y", "z"]), "");
});

/** A line of comparison_summary.csv without a value. */
const EMPTY = {
  model_and_data: "unknown",
  negation: undefined,
  segment: undefined,
  layer: undefined,
  head: undefined,
  role: undefined,
  r: undefined,
  mean_absolute_difference: undefined,
  largest_absolute_difference: undefined,
  n_free: 0,
  r_free: undefined,
  mean_absolute_difference_free: undefined,
  n_random: 0,
  r_random: undefined,
  r_random_least: undefined,
  r_random_most: undefined,
  r_random_free: undefined,
  r_random_free_least: undefined,
  r_random_free_most: undefined,
} as const;

Deno.test("comparisonFindings() puts the r of random weights beside every r", () => {
  const line = {
    ...EMPTY,
    ...{ table: "causal_trace" as const, cells: 312, n: 168, r: 0.69, n_free: 90, r_free: 0.4 },
    ...{ mean_absolute_difference: 0.25, largest_absolute_difference: 0.5 },
  };
  const random = { n_random: 3, r_random: 0.5, r_random_least: 0.25, r_random_most: 0.625 };
  const free = { r_random_free: -0.25, r_random_free_least: -0.25, r_random_free_most: -0.25 };
  assertEquals(
    comparisonFindings([
      { ...line, ...random, ...free },
      { ...line, table: "negator_attention", n_random: 0 },
    ]).split("\n").slice(1),
    [
      "table              cells           r  random                  free cells  their r  random, free  mean |difference|  largest  at",
      "causal_trace       168 of 312  0.690  0.500 (0.250 to 0.625)          90    0.400  -0.250                    0.250    0.500",
      "negator_attention  168 of 312  0.690                                  90    0.400                            0.250    0.500",
      "random: r of the same model with random weights, which has learnt nothing",
      "  (median of 3 runs, least to most); only what r has above it is agreement",
      "",
    ],
  );
});

Deno.test("baselineFindings() says what makes a baseline, or nothing if there is one", () => {
  assertEquals(baselineFindings([]), "");
  const command = "deno task trace --random-weights 1 --out x-random-1";
  assertEquals(baselineFindings([command, undefined]).split("\n").slice(-2), [`  ${command}`, ""]);
  assertStringIncludes(
    baselineFindings([undefined]),
    "with --random-weights N, and name that run too",
  );
});

Deno.test("comparisonFindings() has one line per table, with the place of the largest difference", () => {
  const text = comparisonFindings([
    {
      ...EMPTY,
      ...{
        table: "causal_trace",
        cells: 312,
        n: 168,
        r: 0.69,
        n_free: 90,
        r_free: -0.4,
        n_random: 0,
      },
      ...{ mean_absolute_difference: 0.25, largest_absolute_difference: 0.5 },
      ...{ negation: "foil", segment: "correct", layer: 6, role: "eot" },
    },
    {
      ...EMPTY,
      ...{
        table: "negator_attention",
        cells: 192,
        n: 48,
        r: 0.1,
        n_free: 48,
        r_free: 0.1,
        n_random: 0,
      },
      ...{ mean_absolute_difference: 0.125, largest_absolute_difference: 0.75 },
      ...{ negation: "caption", layer: 1, head: 4 },
    },
    {
      ...EMPTY,
      ...{ table: "correlation_with_d", cells: 192, n: 0 },
    },
  ]);
  assertEquals(
    text,
    `Published and measured, cell by cell (free: without the cells that the method fixes for every model)
table               cells           r  free cells  their r  mean |difference|  largest  at
causal_trace        168 of 312  0.690          90   -0.400              0.250    0.500  foil-negated, correct, layer 6, EOT
negator_attention   48 of 192   0.100          48    0.100              0.125    0.750  caption-negated, head 1.4
correlation_with_d  0 of 192                    0
`,
  );
});
