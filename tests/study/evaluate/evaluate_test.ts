import { summarize } from "../../experiments/finished.ts";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { existsSync } from "node:fs";
import type { Pair } from "../../../lib/data/pairs.ts";
import { evaluate } from "../../../lib/study/evaluate/index.ts";
import type { FindingTable } from "../../../lib/study/experiment/finding.ts";
import { type EvaluateRow, segmentOf } from "../../../lib/study/rows/score_rows.ts";
import type { SummaryRow } from "../../../lib/study/evaluate/summary.ts";
import {
  goldenTable,
  pathOf,
  runsOf,
  scoreStudy,
  SMALL,
  STANDARD_PAIRS,
  studyPairs,
  testForms,
  TINY,
  withClip,
  withScored,
} from "../../studies.ts";

/** 100 x a cosine of float32 embeddings against one in float64 throughout. */
const TOLERANCE = 2e-4;

testForms(
  "evaluatePairs() gives the reference scores",
  (study, suffix) =>
    withScored(study, async ({ evaluate }) => {
      compareScores(evaluate, goldenTable(study, "evaluate"));
      const listed: { readonly tokens?: number }[] = JSON.parse(
        await Deno.readTextFile(study.pairs),
      );
      evaluate.forEach(({ tokens }, row) => assertEquals(tokens, listed[row]!.tokens ?? tokens));
    }, { suffix }),
);

Deno.test("evaluatePairs() gives the reference scores of the standard protocol", () =>
  withScored(TINY, ({ evaluate }) => {
    compareScores(evaluate, goldenTable(TINY, "evaluate_standard"));
  }, { file: STANDARD_PAIRS, protocol: "standard" }));

function compareScores(rows: readonly EvaluateRow[], golden: Record<string, string>[]): void {
  assertEquals(rows.map(({ id }) => id), golden.map((row) => row["id"]));
  rows.forEach((row, i) => {
    for (const column of ["s_caption", "s_foil", "d"] as const) {
      assertAlmostEquals(row[column], Number(golden[i]![column]), TOLERANCE, `${row.id} ${column}`);
    }
    assertEquals(row.d, row.s_caption - row.s_foil);
    assertEquals(row.segment, segmentOf(Number(golden[i]!["d"])));
  });
}

function textsOf({ id, image, negation, caption, foil }: Pair) {
  return { id, image, negation, caption, foil };
}

Deno.test("evaluatePairs() gives a row the same bits with any other rows in the run", () =>
  withClip(TINY, async (clip) => {
    const pairs = await studyPairs(TINY);
    const all = (await scoreStudy(clip, TINY, { pairs })).evaluate;
    for (const run of runsOf(pairs)) {
      const { evaluate } = await scoreStudy(clip, TINY, { pairs: run });
      assertEquals(evaluate, run.map((pair) => all[pairs.indexOf(pair)]!));
    }
  }));

/** A row with the difference of scores d; its sentence pair is named by its cluster. */
function rowOf(
  id: string,
  negation: "caption" | "foil",
  d: number,
  { cluster = id, foilScore = 20 } = {},
): { pair: Pair; row: EvaluateRow } {
  const pair: Pair = { id, image: "a.jpg", negation, caption: cluster, foil: `no ${cluster}` };
  const scores = { s_caption: foilScore + d, s_foil: foilScore, d, segment: segmentOf(d) };
  return { pair, row: { ...textsOf(pair), ...scores, tokens: 7 } };
}

function unzipped(rows: readonly { pair: Pair; row: EvaluateRow }[]): [Pair[], EvaluateRow[]] {
  return [rows.map(({ pair }) => pair), rows.map(({ row }) => row)];
}

function summaryOf(rows: readonly { pair: Pair; row: EvaluateRow }[]): SummaryRow[] {
  return [...summarize(...unzipped(rows), { seed: 0 }).rows];
}

Deno.test("summarize() counts and averages each side and all rows", () => {
  const [foil, caption, all, both, ...more] = summaryOf([
    ...[rowOf("a", "caption", 2, { foilScore: 10 }), rowOf("b", "caption", -4, { foilScore: 20 })],
    ...[rowOf("c", "foil", 0.5), rowOf("d", "foil", 0), rowOf("e", "foil", 1)],
  ]);
  assertEquals(more, []);
  const known = (row: SummaryRow) =>
    Object.fromEntries(Object.entries(row).filter(([, cell]) => cell !== undefined)); // two clusters are too few for bounds
  assertEquals(known(caption!), {
    ...{ negation: "caption", n: 2, accuracy: 0.5, ties: 0 },
    ...{ correct: 1, ambiguous: 0, incorrect: 1, mean_d: -1, mean_abs_d: 3 },
  });
  const { gamma, ...rest } = known(both!);
  assertAlmostEquals(Number(gamma), (0.5 - 1) / 4, 1e-12);
  assertEquals(rest, { negation: "both", n: 5, alpha: (0.5 + 1) / 4, rows_matched: 0 });
  assertEquals([foil!.accuracy, foil!.ties], [2.5 / 3, 1]); // d = 0 counts one half
  assertEquals([foil!.correct, foil!.ambiguous, foil!.incorrect], [1, 2, 0]);
  assertEquals(foil!.mean_d, 0.5);
  assertEquals([all!.negation, all!.n, all!.accuracy, all!.mean_d], ["all", 5, 0.7, -0.1]);
  assertEquals([all!.correct, all!.ambiguous, all!.incorrect], [2, 2, 1]);
});

Deno.test("evaluate lists accuracy and mean d of all rows, and of the sides that have one", () => {
  const summary = summarize(...unzipped([rowOf("c", "foil", 0.5)]), { seed: 0 });
  const [{ lines }] = evaluate.findings({ summary } as never).tables as [FindingTable];
  assertEquals(lines.map((line) => [line["negated"], line["n"], line["accuracy"]]), [
    ...[["foil", 1, 1], ["all", 1, 1]],
  ]);
  assertEquals(lines.map((line) => line["mean d"]), [0.5, 0.5]);
});

Deno.test("summarize() counts the rows of a sentence pair, or of a subject noun, as dependent", () => {
  const rows = Array.from({ length: 48 }, (_, i) => rowOf(`${i}`, "foil", i % 2 === 0 ? 3 : -3));
  const width = ({ accuracy_low, accuracy_high }: SummaryRow) => accuracy_high! - accuracy_low!;
  const inClusters = (clusters: number) =>
    rows.map(({ row }, i) => rowOf(row.id, "foil", row.d, { cluster: `cat ${i % clusters}` }));
  // Wilson: 2 x 1.96 sqrt(.25 / n) / sqrt(1 + 1.96^2 / n) for n = 48, and for n = 12 as all rows of a pair are alike.
  assertAlmostEquals(width(summaryOf(rows)[0]!), 0.2722, 1e-4);
  assertAlmostEquals(width(summaryOf(inClusters(12))[0]!), 0.4924, 1e-4);
  assertEquals(summaryOf(inClusters(4))[0]!.accuracy_low, undefined);
  const nouns = inClusters(24).map(({ pair, row }, i) => ({
    row,
    pair: { ...pair, foil: `no ${"bcdefghjklmn"[i % 12]} in picture ${i}` },
  }));
  const byNoun = summarize(...unzipped(nouns), { seed: 0, cluster: "noun" });
  assertAlmostEquals(width(byNoun.rows[0]!), 0.4924, 1e-4);
});

Deno.test("summarize() gives the mean of d its interval over sentence pairs", () => {
  const ds = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const [foil] = summaryOf(ds.map((d, i) => rowOf(`${i}`, "foil", d)));
  const copies = ds.flatMap((d, i) =>
    [1, 2, 3].map((copy) => rowOf(`${i} ${copy}`, "foil", d, { cluster: `${i}` }))
  );
  const bounds = (
    { mean_d_low, mean_d, mean_d_high }: SummaryRow,
  ) => [mean_d_low, mean_d, mean_d_high];
  assertEquals(bounds(summaryOf(copies)[0]!), bounds(foil!)); // more rows of the same pairs say no more
  // Student's t with 11 degrees of freedom: 4.5 -+ 2.201 x 3.606 / sqrt(12), where drawing clusters has a standard error of
  // sqrt(11.92 / 12) = 1.00 and goes 2.30 of these to each side. The standard error of a sample quantile at .0108 of 2,000 is
  // sqrt(.0108 / 2000) / .0284 = .08 of these, and means of 12 values in steps of 1 / 12 are only about normal.
  assertEquals(foil!.mean_d, 4.5);
  assertAlmostEquals(foil!.mean_d_low!, 4.5 - 2.291, 0.16);
  assertAlmostEquals(foil!.mean_d_high!, 4.5 + 2.291, 0.16);
  assertEquals(
    summaryOf(ds.slice(0, 8).map((d, i) => rowOf(`${i}`, "foil", d)))[0]!.mean_d_low,
    undefined,
  );
});

const PUBLISHED = pathOf("../../shared/data/published");

for (
  const { protocol, accuracy, segments } of [
    { protocol: "rephrased", accuracy: [0.704, 0.668, 0.686], segments: [153, 295, 42] },
    { protocol: "standard", accuracy: [undefined, undefined, 0.691], segments: [159, 318, 28] },
  ] as const
) {
  Deno.test({
    name: `summarize() counts the published segments and accuracy, ${protocol} (needs ../shared)`,
    ignore: !existsSync(PUBLISHED),
    fn: async () => {
      const file = pathOf("../../shared/data/valse/existence.json");
      const pairs = await studyPairs(SMALL, { file, protocol });
      const text = await Deno.readTextFile(`${PUBLISHED}/instances_${protocol}.csv`);
      const published = new Map(parse(text, { skipFirstRow: true }).map((row) => [row["id"], row]));
      assertEquals(published.size, pairs.length);
      const rows = pairs.map((pair): EvaluateRow => {
        const { logit_caption, logit_foil, d, segment, negation } = published.get(pair.id)!;
        assertEquals(pair.negation, negation);
        assertEquals(segmentOf(Number(d)), segment);
        const scores = {
          s_caption: Number(logit_caption),
          s_foil: Number(logit_foil),
          d: Number(d),
        };
        return { ...textsOf(pair), ...scores, segment: segmentOf(scores.d), tokens: 0 };
      });
      const summary = summarize(pairs, rows, { seed: 0 }).rows;
      assertEquals(summary.map(({ negation }) => negation), ["foil", "caption", "all", "both"]);
      summary.slice(0, 3).forEach((row, i) => {
        const expected = accuracy[i];
        if (expected !== undefined) assertEquals(Number(row.accuracy!.toFixed(3)), expected);
        assertEquals(row.accuracy_low! < row.accuracy! && row.accuracy! < row.accuracy_high!, true);
      });
      const { correct, ambiguous, incorrect } = summary[2]!;
      assertEquals([correct, ambiguous, incorrect], [...segments]);
      if (protocol === "standard") return;
      // The groups of the published maps.
      assertEquals([summary[0]!.correct, summary[1]!.correct, summary[0]!.incorrect], [81, 72, 14]);
    },
  });
}
