import type { ComparisonSummaryRow } from "../../../lib/compare/published/summary.ts";
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

/** A line of comparison_summary.csv. */
const LINE: ComparisonSummaryRow = {
  table: "causal_trace",
  model_and_data: "unknown",
  ...{ cells: 312, n: 90, rho: 0.4 },
  ...{ mean_absolute_difference: 0.25, largest_absolute_difference: 0.5 },
  at: "foil-negated, correct, layer 6, EOT",
  ...{ n_intervals: 0, n_inside: 0, n_random: 0, rho_random: undefined },
  ...{ rho_random_least: undefined, rho_random_most: undefined },
};

const NONE: ComparisonSummaryRow = {
  ...LINE,
  table: "correlation_with_d",
  ...{ cells: 192, n: 0, rho: undefined, at: undefined },
  ...{ mean_absolute_difference: undefined, largest_absolute_difference: undefined },
};

const linesOf = (...rows: Parameters<typeof comparisonFindings>[0]) =>
  comparisonFindings(rows).split("\n").slice(1);

Deno.test("comparisonFindings() has one line per table, with the place of the largest difference", () => {
  assertEquals(linesOf(LINE, NONE), [
    "table               cells        rho  mean |difference|  largest  at",
    "causal_trace        90 of 312  0.400              0.250    0.500  foil-negated, correct, layer 6, EOT",
    "correlation_with_d  0 of 192",
    "",
  ]);
});

Deno.test("comparisonFindings() counts the published cells inside an interval, and puts the rho of random weights beside every rho", () => {
  const random = { rho_random: 0.5, rho_random_least: 0.25, rho_random_most: 0.625 };
  assertEquals(linesOf({ ...LINE, ...random, n_random: 3, n_intervals: 80, n_inside: 20 }, NONE), [
    "table               cells        rho  random                  inside    mean |difference|  largest  at",
    "causal_trace        90 of 312  0.400  0.500 (0.250 to 0.625)  20 of 80              0.250    0.500  foil-negated, correct, layer 6, EOT",
    "correlation_with_d  0 of 192",
    "random: rho of the same model with random weights, which has learnt nothing",
    "  (median of 3 runs, least to most); only what rho has above it is agreement",
    "",
  ]);
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
