import { assertEquals } from "@std/assert";
import {
  claimLines,
  claimSentences,
  type JudgedClaim,
  judgedClaims,
} from "../../../../lib/composites/compare/published/claims.ts";
import { compareRuns } from "../../../../lib/composites/compare/published/compare.ts";
import { readPublished } from "../../../../lib/composites/compare/published/figures.ts";
import { HEADS } from "../../../../lib/experiments/attend/tables.ts";
import { CORRELATIONS } from "../../../../lib/experiments/correlate/index.ts";
import { TRACE } from "../../../../lib/experiments/trace/tables.ts";
import { EVALUATE } from "../../../../lib/study/rows/score_rows.ts";
import { SUMMARY } from "../../../../lib/study/evaluate/summary.ts";
import { measuredRun, tableWith } from "../../../runs/measured_runs.ts";
import { assertPlainSentences } from "../../../study/plain_sentences.ts";

const published = await readPublished();

/** Rows of as many sentence pairs, of which the first are ambiguous. */
const scoredRows = (n: number, ambiguous: number) =>
  tableWith(
    EVALUATE,
    Array.from({ length: n }, (_, i) => (
      { caption: `${i}`, foil: `no ${i}`, segment: i < ambiguous ? "ambiguous" : "correct" }
    )),
  );

/** The published figures as if they were measured, each with an interval of so much to either side; `sign` turns correlations, `p` is their p-value. */
function measured(width: number, sign = 1, p = 0.01) {
  const figures = (name: string) =>
    published.get(name)!.filter(({ protocol }) => protocol === "rephrased");
  const around = (column: string, value: number) => (
    { [column]: value, [`${column}_low`]: value - width, [`${column}_high`]: value + width }
  );
  const counts = ["correct", "ambiguous", "incorrect"].map((
    name,
  ) => [name, figures(name)[0]!.published]);
  const scores = figures("accuracy").map(({ negation, published }) => (
    { negation, n: 490, ...around("accuracy", published), ...Object.fromEntries(counts) }
  ));
  const features = figures("r").map(({ of: feature, negation, published }) => (
    { feature, negation, n: 240, p_value: p, ...around("r", sign * published) }
  ));
  const traced = figures("causal_trace").map(({ published, of: _, head: __, ...place }) => (
    { ...place, site: "resid", direction: "denoise", ...around("cte", published) }
  ));
  const heads = figures("negator_attention").map(({ negation, layer, head, published }) => (
    { negation, layer, head, ...around("selectivity", published) }
  ));
  return [measuredRun([
    tableWith(SUMMARY, scores as never),
    scoredRows(490, 295),
    tableWith(CORRELATIONS, features as never),
    tableWith(TRACE, traced as never),
    tableWith(HEADS, heads as never),
  ])];
}

function judged(...how: Parameters<typeof measured>): JudgedClaim[] {
  const runs = measured(...how);
  const claims = judgedClaims(compareRuns(published, runs).comparison.rows, runs);
  assertPlainSentences(claimSentences(claims));
  return claims;
}

Deno.test("judgedClaims() finds that each finding of the paper holds of its own figures, that three do not with other signs, and none for certain with wide intervals", () => {
  const own = judged(0.01);
  assertEquals(own.map(({ holds }) => holds), Array(8).fill(true));
  for (const { published, measured } of own) assertEquals(measured, published);
  // in data/published: 0.0978 and 0.0413 of the negator at layer 6, at most 0.364 and 0.460 of the full stop
  assertEquals(own.slice(5).map(({ published }) => published), ["CTE 0.10", "CTE 0.36", "4.2"]);
  assertEquals(claimSentences(own), ["The paper's findings hold here: 8 of 8"]);
  const turned = judged(0.01, -1);
  assertEquals(turned.map(({ holds }) => holds), [
    ...[true, true, false, false, false, true, true, true],
  ]);
  assertEquals(claimSentences(turned), [
    "5 of the 8 findings of the paper that were tested certainly hold here",
    "Not so here: that the more alike they are, the less the true one leads; and 2 more in the table",
  ]);
  const unsure = judged(1);
  assertEquals(unsure.map(({ holds }) => holds), [
    ...[undefined, true], // the share of ambiguous rows has its interval from the rows
    ...Array(6).fill(undefined),
  ]);
  const untested = judged(0.01, 1, 0.05).slice(2, 5);
  assertEquals(untested.map(({ holds }) => holds), Array(3).fill(undefined));
});

Deno.test("judgedClaims() judges what was measured alone, and nothing for certain without intervals", () => {
  const heads = (["foil", "caption"] as const).flatMap((negation) =>
    [0.5, 0.1].map((selectivity, i) => ({ negation, layer: 2, head: i + 1, selectivity }))
  );
  const runs = [measuredRun([tableWith(HEADS, heads)])];
  const claims = judgedClaims(compareRuns(published, runs).comparison.rows, runs);
  const finding = 'one head looks most at "no" on both sides';
  assertEquals(claimLines(claims), [
    { finding, paper: "4.2", here: "2.1", holds: "not certain" },
  ]);
  assertEquals(claimLines([{ ...claims[0]!, measured: undefined }])[0]!["holds"], "not measured");
});

Deno.test("judgedClaims() reads a map at the middle layer of the run's own model, of the rows it has right", () => {
  const lines = ["foil", "caption"].flatMap((negation, side) =>
    ["correct", "incorrect"].flatMap((segment, i) =>
      [1, 2, 3].map((layer) => {
        const cte = layer === 2 && i === 0 ? 0.3 + side / 5 : 0.9;
        const interval = { cte_low: cte - 0.1, cte_high: cte };
        return { negation, segment, layer, role: "negator", cte, ...interval };
      })
    )
  ).map((line) => ({ ...line, site: "resid", direction: "denoise", n: 9 }));
  const text = { layers: 4, heads: 2, width: 16, projection: 8 };
  const runs = [measuredRun([tableWith(TRACE, lines as never)], { text })];
  const claims = judgedClaims(compareRuns(published, runs).comparison.rows, runs);
  assertEquals(claims.map(({ measured, holds }) => [measured, holds]), [
    ...[["CTE 0.50", true], [undefined, undefined]],
  ]);
});

Deno.test("judgedClaims() tells whether most rows are certainly ambiguous, and takes the accuracy over all of them", () => {
  // Wilson's intervals of 30, 24 and 10 of 40: .60 to .86, .45 to .74, .14 to .40
  const cases = [[30, "0.75", true], [24, "0.60", undefined], [10, "0.25", false]] as const;
  for (const [ambiguous, ...told] of cases) {
    const counts = { n: 40, correct: 40 - ambiguous, ambiguous, incorrect: 0 };
    const sides = [["all", 0.75], ["foil", 0.25], ["caption", undefined]].map((own) => (
      { ...counts, negation: own[0], accuracy: own[1], accuracy_low: 0.6, accuracy_high: 0.9 }
    ));
    const tables = [tableWith(SUMMARY, sides as never), scoredRows(40, ambiguous)];
    const runs = [measuredRun(tables)];
    const claims = judgedClaims(compareRuns(published, runs).comparison.rows, runs);
    assertEquals(claims.map(({ measured, holds }) => [measured, holds]), [["0.75", true], told]);
  }
});
