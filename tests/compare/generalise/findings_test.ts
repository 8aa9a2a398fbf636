import { assertEquals, assertStringIncludes } from "@std/assert";
import type { AgreementRow } from "../../../lib/compare/agreement.ts";
import type { GeneraliseRow, SetName } from "../../../lib/compare/generalise/compare_heads.ts";
import {
  generaliseChart as typedGeneraliseChart,
  generaliseFinding,
} from "../../../lib/compare/generalise/findings.ts";
import { assertPlainSentences } from "../../study/plain_sentences.ts";
import { ofSomeColumns } from "../../charts/fixtures.ts";

const generaliseChart = ofSomeColumns(typedGeneraliseChart);

/** A head of layer 1 with its selectivity in both sets, and the lower bounds of what is above the baseline. */
function row(
  head: number,
  here: number,
  there: number,
  low: readonly [here: number | undefined, there: number] = [0.01, 0.01],
): GeneraliseRow[] {
  const rowOf = (
    set: SetName,
    selectivity: number,
    [baseline, below, above, low]: readonly [number, number, number, number | undefined],
  ) => ({
    ...{ layer: 1, head, set, selectivity, baseline, above_baseline: selectivity - baseline },
    ...{ selectivity_low: selectivity - below, selectivity_high: selectivity + above },
    ...{ above_baseline_low: low, above_baseline_high: low && selectivity },
  });
  return [
    rowOf("data", here, [0.05, 0.01, 0.02, low[0]]),
    rowOf("sentences", there, [0.06, 0.03, 0.04, low[1]]),
  ];
}

/** Eight heads; 1.1 and 1.3 are the most selective in both, but 1.3 is not above its baseline elsewhere. */
const ROWS = [
  ...[row(1, 0.9, 0.5), row(2, 0.8, 0.1), row(3, 0.7, 0.4, [0.01, -0.01]), row(4, 0.6, 0.1)],
  ...[row(5, 0.5, 0.1), row(6, 0.1, 0.9), row(7, 0.1, 0.8), row(8, 0.1, 0.7)],
].flat();

function agreed(row: Partial<AgreementRow>): AgreementRow {
  return {
    ...{ of: "selectivity", negation: undefined, first: "data", second: "sentences", n: 8 },
    ...{ rho: undefined, rho_low: undefined, rho_high: undefined },
    mean_absolute_difference: undefined,
    ...row,
  };
}

const AGREEMENT: readonly AgreementRow[] = [
  agreed({ rho: 0.25, rho_low: -0.1, rho_high: 0.5 }),
  agreed({ of: "baseline" }),
];

/** What is found of heads in 30 rows of the data and 20 elsewhere. */
function told(rows: readonly GeneraliseRow[], agreement: readonly AgreementRow[] = AGREEMENT) {
  const finding = generaliseFinding(rows, agreement, [30, 20]);
  assertPlainSentences(finding.sentences!);
  return finding;
}

Deno.test("generaliseFinding() says which heads are strongest in both, or that none is, or that it is not known", () => {
  const { sentences, tables } = told(ROWS);
  assertEquals(sentences, [
    "Ordered by attention to the negator, heads elsewhere follow the data with Spearman's rho 0.25 (-0.10 to 0.50)",
    "1.1 is among the 5 most selective in both; by chance 3.1 of 8 heads would be",
  ]);
  assertStringIncludes(tables![0]!.title, "in 30 rows of the data and 20 rows elsewhere");
  assertEquals(tables![1]!.lines, [{ head: "1.1", selectivity: 0.9, elsewhere: 0.5 }]);
  const beyond = [[-0.1, 0.2, "above"], [-0.1, 0.3, "among"], [0.3, 0.4, "below"]] as const;
  for (const [least, most, where] of beyond) {
    const agreement = [
      agreed({ of: "above_baseline", rho: 0.25 }),
      ...[least, most].map((rho, i) =>
        agreed({ of: "above_baseline", rho, first: `data, random ${i + 1}`, second: "" })
      ),
    ];
    const range = `(${least.toFixed(2)} to ${most.toFixed(2)})`;
    assertStringIncludes(
      told(ROWS, agreement).sentences![0]!,
      `rho is 0.25, ${where} those of towers with random weights ${range}`,
    );
  }
  const below = told(ROWS.map((row) => ({ ...row, above_baseline_low: -0.01 })));
  assertStringIncludes(below.sentences![1]!, "No head is among the 5 most selective in both");
  const untested = told(row(1, 0.9, 0.5, [undefined, 0.01])).sentences!;
  assertStringIncludes(untested[1]!, "is not tested: both sets need 9 effective clusters of rows");
});

Deno.test("generaliseChart() has a point for each head, and labels the most selective heads of either set", () => {
  const sources = { model: [], data: [] };
  const chart = generaliseChart(ROWS, { sources, agreement: AGREEMENT }) as unknown as {
    readonly description: string;
    readonly concat: readonly {
      readonly title: { readonly text: readonly string[] };
      readonly data: { readonly values: readonly Record<string, unknown>[] };
    }[];
  };
  assertStringIncludes(
    chart.description,
    "farthest apart at 1.6 (in the data .10, elsewhere .90). exchanged sentences, no rho: ",
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
    "1.3 right",
    "1.5 left",
    "1.6 right",
    "1.8 right",
  ]);
  assertEquals(
    exchanged!.data.values.map(({ here, there, side }) => [here, there, side]),
    ROWS.filter(({ set }) => set === "data").map(() => [0.05, 0.06, undefined]),
  );
  const empty = generaliseChart([], { sources, agreement: [] });
  assertStringIncludes(empty.description, "no rows to draw");
});
