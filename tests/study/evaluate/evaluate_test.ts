import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { existsSync } from "node:fs";
import { summarize } from "../../experiments/finished.ts";
import { NEGATIONS, type Pair } from "../../../lib/data/pairs.ts";
import { ClusterBootstrap } from "../../../lib/stats/bootstrap.ts";
import { evaluate } from "../../../lib/study/evaluate/index.ts";
import type { FindingTable } from "../../../lib/study/experiment/finding.ts";
import { type EvaluateRow, segmentOf } from "../../../lib/study/rows/score_rows.ts";
import {
  blocksSentences,
  type SummaryRow,
  verdictOf,
} from "../../../lib/study/evaluate/summary.ts";
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
import { scoredRow } from "../scored_row.ts";
import { assertPlainSentences } from "../plain_sentences.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { rightness } from "../../../lib/study/effects/noise.ts";
import { blockTables } from "../../../lib/study/evaluate/blocks.ts";
import { someRows } from "../../experiments/some_rows.ts";

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

type Rows = readonly ReturnType<typeof scoredRow>[];

function unzipped(rows: Rows): [Pair[], EvaluateRow[]] {
  return [rows.map(({ pair }) => pair), rows.map(({ scores }) => scores)];
}

function summaryOf(rows: Rows): SummaryRow[] {
  return [...summarize(...unzipped(rows), { seed: 0 }).rows];
}

Deno.test("summarize() counts and averages each side and all rows", () => {
  const [foil, caption, all, both, ...more] = summaryOf([
    ...[scoredRow("a", "caption", 2, { s_foil: 10 }), scoredRow("b", "caption", -4)],
    ...[scoredRow("c", "foil", 0.5), scoredRow("d", "foil", 0), scoredRow("e", "foil", 1)],
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
  const summary = summarize(...unzipped([scoredRow("c", "foil", 0.5)]), { seed: 0 });
  const [{ lines }] = evaluate.findings({ summary } as never).tables as [FindingTable];
  assertEquals(lines.map((line) => [line["negated"], line["n"], line["accuracy"]]), [
    ...[["foil", 1, 1], ["all", 1, 1]],
  ]);
  assertEquals(lines.map((line) => line["mean d"]), [0.5, 0.5]);
});

Deno.test("summarize() counts the rows of a sentence pair, or of a subject noun, as dependent", () => {
  const rowsOf = (thingOf: (i: number) => string) =>
    Array.from({ length: 48 }, (_, i) => scoredRow(thingOf(i), "foil", i % 2 === 0 ? 3 : -3));
  const width = ({ accuracy_low, accuracy_high }: SummaryRow) => accuracy_high! - accuracy_low!;
  const inClusters = (clusters: number) => rowsOf((i) => `cat ${i % clusters}`);
  // Wilson: 2 x 1.96 sqrt(.25 / n) / sqrt(1 + 1.96^2 / n) for n = 48, and for n = 12 as all rows of a pair are alike.
  assertAlmostEquals(width(summaryOf(rowsOf((i) => `${i}`))[0]!), 0.2722, 1e-4);
  assertAlmostEquals(width(summaryOf(inClusters(12))[0]!), 0.4924, 1e-4);
  assertEquals(summaryOf(inClusters(4))[0]!.accuracy_low, undefined);
  const nouns = rowsOf((i) => `${"bcdefghjklmn"[i % 12]} in picture ${i}`);
  const byNoun = summarize(...unzipped(nouns), { seed: 0, cluster: "noun" });
  assertAlmostEquals(width(byNoun.rows[0]!), 0.4924, 1e-4);
});

Deno.test("summarize() gives the mean of d its interval over sentence pairs", () => {
  const ds = [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
  const [foil] = summaryOf(ds.map((d, i) => scoredRow(`${i}`, "foil", d)));
  const copies = ds.flatMap((d, i) =>
    [1, 2, 3].map((copy) => scoredRow(`${i}`, "foil", d, { id: `${i} ${copy}` }))
  );
  const bounds = ({ mean_d_low: low, mean_d_high: high }: SummaryRow) => [low, high];
  assertEquals(bounds(summaryOf(copies)[0]!), bounds(foil!)); // more rows of the same pairs say no more
  using bootstrap = new ClusterBootstrap(ds.map((_, i) => `${i}`), { seed: 0 });
  const { estimate, low, high } = bootstrap.mean(ds);
  assertEquals([foil!.mean_d, ...bounds(foil!)], [estimate, low, high]);
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

/** The verdict of a model that gives each of some pairs a d on either side. */
function verdictFor(dOf: (side: Pair["negation"], k: number) => number, pairs = 20) {
  const made = [...Array(pairs).keys()].flatMap((k) =>
    NEGATIONS.map((side) => scoredRow(`thing${k}`, side, dOf(side, k)))
  );
  const [given, rows] = [made.map(({ pair }) => pair), made.map(({ scores }) => scores)];
  const { blocks, blockMeans } = finish(blockTables(given, rows, { seed: 0 }));
  const summary = [...summarize(given, rows, { seed: 0 }).rows];
  const { tells, sentences } = verdictOf(summary, { name: "m" })!;
  const ofBlocks = blocksSentences(blockMeans?.rows ?? [], blocks?.rows.length ?? 0);
  assertPlainSentences([...sentences, ...ofBlocks]);
  return { tells, sentences, ofBlocks };
}

/** A number between -1 and 1 that varies over pairs. */
const some = (k: number) => Math.sin(3 * k);

Deno.test("rightness() counts a d within the noise of S as one half", () => {
  assertEquals([2e-4, 1e-4, 0, -1e-4, -2e-4].map((d) => rightness(d)), [1, 0.5, 0.5, 0.5, 0]);
  assertEquals([1e-4, 0, -1e-4].map((d) => rightness(d, 0)), [1, 0.5, 0]);
});

Deno.test("verdictOf() says that a model tells negation where gamma and accuracy certainly do, and how many blocks are right", () => {
  const { tells, sentences, ofBlocks } = verdictFor((_, k) => 3 + some(k));
  assertEquals(tells, "yes");
  assertEquals(
    sentences[0],
    "m tells negation: the true sentence scores higher in 1.00 of 40 rows (95 % interval 0.84 to 1.00)",
  );
  assert(
    /^Understanding \(gamma\) is 1\.\d\d \(.*\) logits on 40 matched rows$/.test(sentences[1]!),
  );
  assertEquals(sentences.length, 2);
  assertStringIncludes(verdictFor(() => 3, 1).ofBlocks[0]!, "Of 1 blocks of two pictures");
  assertEquals(ofBlocks, [
    "Of 20 blocks of two pictures and two sentences, 1.00 (0.84 to 1.00) have the right sentence in both pictures, and 1.00 (0.84 to 1.00) the right picture for both sentences",
  ]);
});

Deno.test("verdictOf() does not read a model that prefers one sentence whatever the picture as telling, and says what it leans to", () => {
  // With a small part of the picture gamma is certainly above 0, but the accuracy is a half.
  const { tells, sentences } = verdictFor((side, k) =>
    (side === "foil" ? 2 : -2) + 0.1 + 0.1 * some(k)
  );
  assertEquals(tells, "unknown");
  assert(sentences[0]!.startsWith("Whether m tells negation is not certain: the true sentence"));
  assertStringIncludes(
    sentences[1]!,
    "matched rows; the model leans to the affirmative sentence by 2.00 logits (2 alpha), whatever the picture",
  );
  assertEquals(sentences.slice(2), [EITHER]);
  const negated = verdictFor((side, k) => (side === "foil" ? -2 : 2) + 0.1 * some(k));
  assert(negated.sentences[0]!.startsWith("m does not tell negation here: the true sentence"));
  assertEquals(negated.sentences[1], "Mean |d| is 2.00 logits, and 0.00 of the rows are ambiguous");
  assertEquals(negated.sentences.slice(3), [NO_FINDING]);
  assertStringIncludes(negated.sentences[2]!, "leans to the negated sentence by 2.00");
  const both = verdictFor((side, k) => (side === "foil" ? -0.5 : 4) + 0.1 * some(k) + k / 20);
  assertEquals(both.tells, "yes"); // leaning alone says little of it
});

Deno.test("verdictOf() tells the bias of a model that is right on both sides", () => {
  const { sentences } = verdictFor((side, k) => (side === "foil" ? 4 : 1) + 0.1 * some(k));
  assertStringIncludes(sentences[1]!, "the model leans to the affirmative sentence by 1.50");
});

const EITHER = 'What follows is what the word "no" moves in this model, be it understanding or not';
const NO_FINDING = 'What follows is what the word "no" moves in this model, not understanding';

Deno.test("verdictOf() asks for gamma of matched rows beside the accuracy, above that of random towers", () => {
  const accuracy = { accuracy: 0.6, accuracy_low: 0.55, accuracy_high: 0.65 };
  const side = { n: 40, ...accuracy, ties: 0, mean_abs_d: 2, ambiguous: 1 };
  const read = (bounds: object, chance?: number) => {
    const both = { negation: "both", gamma: 0.2, alpha: 0, rows_matched: 30, ...bounds };
    return verdictOf(someRows([{ negation: "all", ...side }, both]), { chance })!;
  };
  const between = (gamma_low: number, gamma_high: number) => (
    { gamma_low, gamma_high, alpha_low: -1, alpha_high: 1 }
  );
  const bounds = [[0.1, 0.3], [-0.1, 0.3], [1e-8, 3e-8]] as const; // the last are rounding errors
  assertEquals(bounds.map(([low, high]) => read(between(low, high)).tells), ["yes", "no", "no"]);
  const sure = between(0.1, 0.3);
  assertEquals([0.19, 0.2].map((chance) => read(sure, chance).tells), ["yes", "no"]);
  const atHalf = (accuracy: object, gamma: object) => {
    const both = { negation: "both", gamma: 0, alpha: 0, ...gamma };
    return verdictOf(someRows([{ negation: "all", ...side, ...accuracy }, both]))!.tells;
  };
  assertEquals(atHalf({ accuracy_low: 0.5 }, sure), "unknown");
  assertEquals(atHalf({ accuracy_low: 0.4, accuracy_high: 0.49 }, sure), "no");
  assertEquals(atHalf({ accuracy_low: 0.4, accuracy_high: 0.5 }, between(-0.3, -0.1)), "no");
  const byChance = "A tower with random weights reaches a gamma of 0.20 by chance";
  assert(read(sure, 0.2).sentences.includes(byChance));
  const oneSided = someRows([{ negation: "all", ...side }, { negation: "caption", n: 0 }]);
  assertEquals(
    verdictOf(oneSided)!.sentences[0],
    "Whether the model tells negation cannot be told: no row has a negated caption",
  );
  const { tells, sentences } = read({});
  assertEquals([tells, ...sentences], [
    "unknown",
    "Whether the model tells negation cannot be told: too few rows have the same two sentences, or the same frame, on both sides",
    "The true sentence scores higher in 0.60 of 40 rows (95 % interval 0.55 to 0.65)",
    "Over all rows gamma is 0.20 and alpha 0.00 logits; where the sides have other sentences, gamma takes up some of the bias",
    EITHER,
  ]);
});

Deno.test("verdictOf() tells a lean of one side alone, whose sentence is certainly taken wrongly, where alpha is not certain", () => {
  const leaning = (alpha: number, wrong: readonly string[], sure = false) => {
    const sides = ["foil", "caption"].map((negation) => (
      { negation, n: 40, mean_d_high: wrong.includes(negation) ? -0.1 : 0.1 }
    ));
    const all = { negation: "all", n: 80, accuracy: 0.5, accuracy_low: 0.4, accuracy_high: 0.6 };
    const bounds = sure
      ? { alpha_low: alpha, alpha_high: alpha }
      : { alpha_low: -2, alpha_high: 2 };
    const both = { negation: "both", gamma: 0, gamma_low: -1, gamma_high: 1, alpha, ...bounds };
    const { sentences } = verdictOf(someRows([...sides, all, both]))!;
    return /leans to the (\w+) sentence by ([\d.]+)/.exec(sentences.join())?.slice(1) ?? [];
  };
  assertEquals(leaning(0.25, ["caption"]), ["affirmative", "0.50"]);
  assertEquals(leaning(-0.25, ["foil"]), ["negated", "0.50"]);
  const none = [[0.25, ["foil"]], [-0.25, ["caption"]], [0.25, ["foil", "caption"]], [0.25, []]];
  for (const [alpha, wrong] of none) {
    assertEquals(leaning(alpha as number, wrong as string[]), [], `${alpha} ${wrong}`);
  }
  assertEquals([leaning(0.02, [], true), leaning(1e-4, [], true)], [["affirmative", "0.04"], []]);
});

Deno.test("verdictOf() of one pair says which sentence is preferred, or that none is", () => {
  const told = (d: number) => {
    const segment = segmentOf(d);
    return verdictOf(someRows([{ negation: "all", n: 1, mean_d: d, [segment]: 1 }]))!.sentences;
  };
  assertEquals([2, -2, 0.5].map(told), [
    ["the model prefers the true sentence: d = 2.00 logits"],
    ["the model prefers the false sentence: d = -2.00 logits"],
    ["the model hardly tells the two sentences apart: d = 0.50 logits, of which shares say little"],
  ]);
  assertStringIncludes(verdictFor(() => 2, 1).sentences[0]!, "cannot be told with so few rows");
});

Deno.test("verdictOf() says that wrong sentences are preferred only if that is certain", () => {
  const { tells, sentences } = verdictFor((_, k) => -3 + some(k));
  assertEquals(tells, "reversed");
  assert(sentences[0]!.startsWith("m takes negation the wrong way round: "));
  assert(!sentences.some((text) => text.includes("leans")));
  const ties = verdictFor(() => 0);
  assertEquals([ties.tells, ...ties.sentences], [
    "unknown",
    "Whether m tells negation cannot be told: all rows are ties",
    NO_FINDING,
  ]);
  assertEquals(verdictFor((_, k) => k < 10 ? 0 : -3).tells, "reversed"); // accuracy .25
  assertEquals(verdictFor((_, k) => k < 18 ? 0 : -3).tells, "no"); // .45: ties are no losses
});

Deno.test("verdictOf() tells small differences, and few rows, beside the accuracy", () => {
  const small = verdictFor((_, k) => 0.03 + 0.01 * some(k));
  assertEquals([small.tells, small.sentences[1]], [
    "yes",
    "The differences are small: mean |d| is 0.03 logits, and 1.00 of the rows are ambiguous",
  ]);
  assertEquals(verdictFor((_, k) => k % 2 === 0 ? 1.5 : 0.5).sentences.length, 2); // a mean |d| of 1 is not small
  assertEquals(verdictFor(() => 2, 3).sentences, [
    "Whether m tells negation cannot be told with so few rows: the true sentence scores higher in 1.00 of 6 rows",
  ]);
  assertEquals(verdictOf(someRows([{ negation: "all", n: 0 }])), undefined);
});
