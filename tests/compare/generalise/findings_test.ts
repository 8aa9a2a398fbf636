import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  generaliseChart as typedGeneraliseChart,
  generaliseFindings,
  headsInBoth,
} from "../../../lib/compare/generalise/findings.ts";
import type {
  GeneraliseRow,
  GeneraliseSummaryRow,
} from "../../../lib/compare/generalise/tables.ts";
import { ofSomeColumns } from "../../charts/fixtures.ts";

const generaliseChart = ofSomeColumns(typedGeneraliseChart);

/** A head of layer 1 with its selectivity in both sets, and the lower bounds of what is above the baseline. */
function row(
  head: number,
  here: number,
  there: number,
  low: readonly [here: number | undefined, there: number] = [0.01, 0.01],
): GeneraliseRow {
  return {
    ...{ layer: 1, head, selectivity: here, selectivity_low: here - 0.01 },
    ...{ selectivity_high: here + 0.02, baseline: 0.05, above_baseline: here - 0.05 },
    ...{ above_baseline_low: low[0], above_baseline_high: low[0] && here },
    ...{ selectivity_elsewhere: there, selectivity_elsewhere_low: there - 0.03 },
    ...{ selectivity_elsewhere_high: there + 0.04, baseline_elsewhere: 0.06 },
    ...{ above_baseline_elsewhere: there - 0.06, above_baseline_elsewhere_low: low[1] },
    above_baseline_elsewhere_high: there,
  };
}

/** Eight heads; 1.1 and 1.3 are the most selective in both, but 1.3 is not above its baseline elsewhere. */
const ROWS = [
  ...[row(1, 0.9, 0.5), row(2, 0.8, 0.1), row(3, 0.7, 0.4, [0.01, -0.01]), row(4, 0.6, 0.1)],
  ...[row(5, 0.5, 0.1), row(6, 0.1, 0.9), row(7, 0.1, 0.8), row(8, 0.1, 0.7)],
];

const SUMMARY: GeneraliseSummaryRow[] = [
  {
    quantity: "selectivity",
    heads: 8,
    n: 30,
    n_elsewhere: 20,
    rho: 0.25,
    samples_low: -0.1,
    samples_high: 0.5,
    random_least: undefined,
    random_most: undefined,
  },
  {
    quantity: "baseline",
    heads: 8,
    n: 30,
    n_elsewhere: 20,
    rho: undefined,
    samples_low: undefined,
    samples_high: undefined,
    random_least: undefined,
    random_most: undefined,
  },
];

Deno.test("headsInBoth() takes heads among the five most selective of both, above their baseline in both", () => {
  assertEquals(headsInBoth(ROWS).map(({ head }) => head), [1]);
  const reversed = ROWS.toReversed().map((row) => ({ ...row, above_baseline_low: -0.01 }));
  assertEquals(headsInBoth(reversed), []);
  assertEquals(headsInBoth([row(1, 0.9, 0.5, [undefined, 0.01])]), []);
});

Deno.test("generaliseFindings() says which heads are strongest in both, or that none is, or that it is not known", () => {
  const told = generaliseFindings(ROWS, SUMMARY);
  assertStringIncludes(
    told,
    [
      "Heads in 30 rows of the data and 20 rows elsewhere",
      "of a head    heads    rho  in 95 % of samples",
      "selectivity      8  0.250  -0.100 to 0.500",
      "exchanged        8         \n",
    ].join("\n").trimEnd(),
  );
  assertStringIncludes(
    told,
    "Heads among the 5 with the largest selectivity in both, above the exchanged\n  sentences in both\n" +
      "head  selectivity  above  selectivity elsewhere  above elsewhere\n" +
      "1.1         0.900  0.850                  0.500            0.440\n" +
      "By chance about 3.1 of 8 heads would be among the 5 in both\n",
  );
  assertStringIncludes(told, "\n  rho             Spearman's rank correlation over heads");
  const beyond = [[-0.1, 0.2, "above"], [-0.1, 0.3, "among"], [0.3, 0.4, "below"]] as const;
  for (const [random_least, random_most, where] of beyond) {
    const summary = [{
      ...SUMMARY[0]!,
      quantity: "above_baseline" as const,
      random_least,
      random_most,
    }];
    const text = generaliseFindings(ROWS, summary).replace(/\s+/g, " ");
    const range = `${random_least.toFixed(3)} to ${random_most.toFixed(3)}`;
    assertStringIncludes(text, `rho of above is ${range}; this model's is ${where} these`);
  }
  const verdict = { tells: "no", sentences: ["m does not tell negation here", "more"] } as const;
  assert(
    generaliseFindings(ROWS, SUMMARY, { verdict }).startsWith(
      "m does not tell negation here.\n\nHeads in 30 rows",
    ),
  );
  const below = ROWS.map((row) => ({ ...row, above_baseline_low: -0.01 }));
  const none = generaliseFindings(below, SUMMARY);
  assertStringIncludes(none, "above the exchanged\n  sentences in both: none\n");
  const untested = generaliseFindings([row(1, 0.9, 0.5, [undefined, 0.01])], SUMMARY);
  assertStringIncludes(
    untested,
    "in both: not tested, since 9 effective clusters of rows are needed\n  in both\n",
  );
});

Deno.test("generaliseChart() has a point for each head, and labels the most selective heads of either set", () => {
  const sources = { model: [], data: [] };
  const chart = generaliseChart(ROWS, { sources, summary: SUMMARY }) as unknown as {
    readonly description: string;
    readonly concat: readonly {
      readonly title: { readonly text: readonly string[] };
      readonly data: { readonly values: readonly Record<string, unknown>[] };
    }[];
  };
  assertEquals(
    chart.description,
    "Scatter plots, in the data across, elsewhere upwards. Heads in the data and in sentences elsewhere. " +
      "selectivity, rho = .25, samples −.10 to .50: farthest apart at 1.6 (in the data .10, elsewhere .90). " +
      "exchanged sentences, no rho: farthest apart at 1.1 (in the data .05, elsewhere .06).",
  );
  const [selectivity, exchanged] = chart.concat;
  assertEquals(selectivity!.title.text, ["selectivity", "rho = .25, samples −.10 to .50"]);
  assertEquals(selectivity!.data.values[0], {
    ...{ label: "1.1", here: 0.9, there: 0.5, x_low: 0.89, x_high: 0.92, low: 0.47, high: 0.54 },
    // without a side: its label would cover the interval of 1.3 in a column of a venue
    tip: "1.1: in the data 0.9 [0.89, 0.92], elsewhere 0.5 [0.47, 0.54]",
  });
  const labelled = selectivity!.data.values.filter(({ side }) => side !== undefined);
  assertEquals(labelled.map(({ label, side }) => `${label} ${side}`), [
    "1.2 above",
    "1.3 right",
    "1.5 left",
    "1.6 right",
    "1.8 right",
  ]);
  assertEquals(
    exchanged!.data.values.map(({ here, there, side }) => [here, there, side]),
    ROWS.map(() => [0.05, 0.06, undefined]),
  );
  const empty = generaliseChart([], { sources, summary: [] });
  assertStringIncludes(empty.description, "no rows to draw");
});
