import { type KnockoutInput, knockoutTables } from "../finished.ts";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Negation } from "../../../lib/data/pairs.ts";
import type { EvaluateRow } from "../../../lib/study/rows/score_rows.ts";
import type { KnockoutScores } from "../../../lib/experiments/knockout/knockout_rows.ts";
import { finish } from "../../../lib/stats/steps.ts";
import {
  knockoutPoints,
  type KnockoutRow,
  knockoutRow,
  type KnockoutSetInput,
  knockoutSetSteps,
  type KnockoutSummaryRow,
} from "../../../lib/experiments/knockout/tables.ts";
import { segmentOf } from "../../../lib/study/rows/score.ts";

const EFFECT_COLUMNS = [
  "mean_effect,low,high,share,share_low,share_high,simultaneous_low,simultaneous_high",
  "n_twin,twin_effect,twin_low,twin_high,specific_effect,specific_low,specific_high",
  "specific_share,specific_share_low,specific_share_high",
  "specific_simultaneous_low,specific_simultaneous_high",
].join();

const HEADS = [[1, 1], [1, 2], [2, 1], [2, 2]] as const;

/** A row of four heads, whose effects on d are 1, -2, 0 and 10 times `effect`. */
function row(
  id: string,
  sentences: readonly [caption: string, foil: string],
  { d, effect, negation = "foil" }: {
    readonly d: number;
    readonly effect: number;
    readonly negation?: Negation;
  },
): KnockoutInput {
  const [caption, foil] = sentences;
  const segment = segmentOf(d);
  const scores: EvaluateRow = {
    ...{ id, image: `${id}.png`, negation, caption, foil },
    ...{ s_caption: 20 + d, s_foil: 20, d, segment, tokens: 7 },
  };
  const s_negated = negation === "foil" ? 20 : 20 + d;
  const heads = [1, -2, 0, 10].map((factor, i) => ({
    ...{ id, negation, segment, layer: HEADS[i]![0], head: HEADS[i]![1] },
    s_negated,
    s_knocked_out: s_negated + (negation === "foil" ? 1 : -1) * factor * effect,
    ...{ d, d_knocked_out: d - factor * effect, s_affirmative: 20 + d - s_negated + 20 },
    s_twin_knocked_out: undefined,
  }));
  return { scores, heads };
}

/** Two sentence pairs in each segment of the foil-negated side: with three rows and one, then with two and one. */
const ROWS: readonly KnockoutInput[] = [
  row("a1", ["A cat.", "No cat."], { d: 2, effect: 1 }),
  row("c1", ["A dog.", "No animal."], { d: -4, effect: -4 }),
  row("b", ["A cat.", "No pet."], { d: 3, effect: 6 }), // the caption of a, another foil
  row("a2", ["A cat.", "No cat."], { d: 1, effect: 2 }),
  row("e", ["No hat.", "A hat."], { d: 8, effect: 5, negation: "caption" }),
  row("c2", ["A dog.", "No animal."], { d: -2, effect: -2 }),
  row("d", ["A cow.", "No animal."], { d: -2, effect: -9 }), // the foil of c, another caption
  row("a3", ["A cat.", "No cat."], { d: 2, effect: 3 }),
];

const FEW = { low: undefined, high: undefined };

const { knockout, summary } = knockoutTables(ROWS, { seed: 0 });

/** The rows of knockout_summary.csv of one head. */
function ofHead(layer: number, head: number) {
  return summary.rows.filter((row) => row.layer === layer && row.head === head)
    .map(({ negation, segment, n, mean_effect, low, high }) => ({
      group: `${negation} ${segment} ${n}`,
      ...{ mean_effect, low, high },
    }));
}

Deno.test("knockoutTables() averages d - d_knocked_out over each segment and over a whole side, with intervals over sentence pairs", () => {
  // Two pairs are too few for an interval; effectGroups() is tested with more.
  const [correct, incorrect, all, caption, captionAll] = ofHead(1, 1);
  assertEquals(correct, { group: "foil correct 4", mean_effect: 3, ...FEW });
  assertEquals(incorrect, { group: "foil incorrect 3", mean_effect: -5, ...FEW });
  assertEquals(all!.group, "foil all 7");
  assertAlmostEquals(all!.mean_effect!, (1 + 2 + 3 + 6 - 4 - 2 - 9) / 7, 1e-15);
  const alone = { mean_effect: 5, ...FEW };
  assertEquals(caption, { group: "caption correct 1", ...alone });
  assertEquals(captionAll, { group: "caption all 1", ...alone });
});

Deno.test("knockoutTables() gives each head its own effect", () => {
  const correct = { group: "foil correct 4" };
  assertEquals(ofHead(1, 2)[0], { ...correct, mean_effect: -6, ...FEW });
  assertEquals(ofHead(2, 1)[0], { ...correct, mean_effect: 0, ...FEW });
  assertEquals(ofHead(2, 2)[0], { ...correct, mean_effect: 30, ...FEW });
});

Deno.test("knockoutTables() lists groups, then layers and heads", () => {
  const order = summary.rows.map(({ negation, segment, layer, head }) =>
    `${negation} ${segment} ${layer}.${head}`
  );
  const groups = ["foil correct", "foil incorrect", "foil all", "caption correct", "caption all"];
  assertEquals(
    order,
    groups.flatMap((group) => HEADS.map(([layer, head]) => `${group} ${layer}.${head}`)),
  );
  assertEquals(summary.name, "knockout_summary");
  assertEquals(summary.columns.join(), `negation,segment,layer,head,n,${EFFECT_COLUMNS}`);
});

Deno.test("knockoutTables() keeps each row's lines as they are, in the order of the rows", () => {
  assertEquals(knockout.name, "knockout");
  assertEquals(
    knockout.columns.join(),
    "id,negation,segment,layer,head,s_negated,s_knocked_out,d,d_knocked_out,s_affirmative,s_twin_knocked_out",
  );
  assertEquals(knockout.rows, ROWS.flatMap(({ heads }) => heads));
});

/** A row whose sentences lose some S without attention to the two words. */
function controlled(
  id: string,
  negation: Negation,
  { negated, affirmative }: { readonly negated: number; readonly affirmative?: number },
): KnockoutInput & KnockoutSetInput {
  const isCaption = negation === "caption";
  const [caption, foil] = isCaption ? [`No ${id}.`, `A ${id}.`] : [`A ${id}.`, `No ${id}.`];
  const scores: EvaluateRow = {
    ...{ id, image: `${id}.png`, negation, caption, foil },
    ...{ s_caption: 24, s_foil: 20, d: 4, segment: "correct", tokens: 7 },
  };
  const [own, other] = isCaption ? [24, 20] : [20, 24];
  const knockedOut: KnockoutScores = {
    negator: { single: [0, 0, own - negated], together: own - negated },
    ...(affirmative !== undefined && {
      twin: { single: [0, 0, other - affirmative], together: other - affirmative },
    }),
  };
  return { scores, heads: [knockoutRow(scores, knockedOut, { place: 2, heads: 2 })], knockedOut };
}

/** Heads that add S to the negated sentence: to it alone, to both alike, and where the negator has no twin. */
const CONTROLLED = (["caption", "foil"] as const).flatMap((negation) => [
  controlled("cat", negation, { negated: 3, affirmative: 0 }),
  controlled("dog", negation, { negated: 5, affirmative: 5 }),
  controlled("hat", negation, { negated: 7 }),
]);

Deno.test("knockoutRow() puts each sentence's S in its place", () => {
  const columns = ["layer", "head", "d", "d_knocked_out", "s_affirmative", "s_twin_knocked_out"];
  assertEquals(
    CONTROLLED.map(({ heads: [row] }) => columns.map((name) => row![name as keyof KnockoutRow])),
    [
      ...[[2, 1, 4, 1, 20, 20], [2, 1, 4, -1, 20, 15], [2, 1, 4, -3, 20, undefined]],
      ...[[2, 1, 4, 7, 24, 24], [2, 1, 4, 9, 24, 19], [2, 1, 4, 11, 24, undefined]],
    ],
  );
});

Deno.test("knockoutTables() compares each effect with the twin's, over the rows whose negator has one", () => {
  const names = ["n", "mean_effect", "n_twin", "twin_effect", "specific_effect"] as const;
  const all = knockoutTables(CONTROLLED, { seed: 0 }).summary.rows
    .filter(({ segment }) => segment === "all");
  assertEquals(
    all.map((row) => [row.negation, ...names.map((name) => row[name])]),
    [["foil", 3, -5, 2, -2.5, -1.5], ["caption", 3, 5, 2, 2.5, 1.5]],
  );
  const none = knockoutTables(CONTROLLED.slice(2, 3), { seed: 0 }).summary.rows[0]!;
  assertEquals([none.n_twin, none.twin_effect, none.specific_effect], [0, undefined, undefined]);
});

Deno.test("knockoutTables() gives each of the three effects its own interval", () => {
  const pairs = Array.from(
    "abcdefghijkl",
    (id) => controlled(id, "caption", { negated: 7, affirmative: 3 }),
  );
  const [group] = knockoutTables(pairs, { seed: 0 }).summary.rows;
  const { low, high, twin_low, twin_high, specific_low, specific_high } = group!;
  // Where all sentence pairs are alike, so are all samples: effect 7, the twin's 3, and 4 specific to negation, of a d of 4.
  assertEquals([low, high, twin_low, twin_high, specific_low, specific_high], [7, 7, 3, 3, 4, 4]);
  const { share, share_high, specific_share, specific_share_low } = group!;
  assertEquals([share, share_high, specific_share, specific_share_low], [1.75, 1.75, 1, 1]);
  const few = knockoutTables(pairs.slice(0, 8), { seed: 0 }).summary.rows[0]!;
  assertEquals([few.twin_low, few.specific_high], [undefined, undefined]);
});

Deno.test("knockoutSetSteps() averages the heads of a set as knockoutTables() does single heads", () => {
  const { set, setSummary } = finish(
    knockoutSetSteps(CONTROLLED, { heads: "1.2,2.1", seed: 0 }),
  );
  const single = knockoutTables(CONTROLLED, { seed: 0 });
  const withoutHead = (rows: readonly (KnockoutRow | KnockoutSummaryRow)[]) =>
    rows.map(({ layer: _, head: __, ...row }) => ({ ...row, heads: "1.2,2.1" }));
  assertEquals<unknown>([...set.rows], withoutHead([...single.knockout.rows]));
  assertEquals<unknown>(setSummary.rows, withoutHead(single.summary.rows));
  assertEquals(
    set.columns.join().split(",d,")[0],
    "id,negation,segment,heads,s_negated,s_knocked_out",
  );
  assertEquals(setSummary.columns.join(), `negation,segment,heads,n,${EFFECT_COLUMNS}`);
});

Deno.test("knockoutTables() makes two empty tables from no rows", () => {
  const empty = knockoutTables([], { seed: 0 });
  assertEquals([empty.knockout.rows, empty.summary.rows], [[], []]);
});

/** What is read of a row of heads.csv. */
function headRow(negation: Negation, layer: number, head: number, selectivity: number) {
  return { negation, layer, head, selectivity };
}

Deno.test("knockoutPoints() joins a head's selectivity with its effect over all rows of its side", () => {
  const twin = {
    ...{ n_twin: 4, twin_effect: 1, twin_low: 0, twin_high: 2 },
    ...{ specific_effect: 8, specific_low: 7, specific_high: 9 },
  };
  const shares = knockoutTables(CONTROLLED, { seed: 0 }).summary.rows[0]!;
  const group = { ...shares, layer: 1, head: 1, n: 4, mean_effect: 9, ...FEW, ...twin };
  const points = knockoutPoints([
    { ...group, negation: "foil", segment: "correct" },
    { ...group, negation: "foil", segment: "all", n: 7, mean_effect: 0.5, low: 0.25, high: 1 },
    { ...group, negation: "foil", segment: "all", head: 2, mean_effect: -1 },
    { ...group, negation: "foil", segment: "all", layer: 2, mean_effect: 2 },
    { ...group, negation: "foil", segment: "all", layer: 11, mean_effect: 3 },
    { ...group, negation: "caption", segment: "all", n: 5, mean_effect: 4 },
  ], [
    headRow("caption", 1, 1, 0.625),
    headRow("foil", 2, 1, 0.5),
    headRow("foil", 1, 11, 0.75), // not 11.1
    headRow("foil", 1, 2, 0.375),
    headRow("foil", 1, 1, 0.25),
  ]).rows;
  const { segment: _, ...columns } = group;
  assertEquals(points[0], {
    ...columns,
    ...{ negation: "foil", layer: 1, head: 1, n: 7, selectivity: 0.25 },
    ...{ mean_effect: 0.5, low: 0.25, high: 1, ...twin },
  });
  assertEquals(
    points.map(({ negation, layer, head, n, selectivity, mean_effect }) =>
      `${negation} ${layer}.${head} ${n} ${selectivity} ${mean_effect}`
    ),
    [
      ...["foil 1.1 7 0.25 0.5", "foil 1.2 4 0.375 -1", "foil 2.1 4 0.5 2"],
      ...["foil 11.1 4 undefined 3", "caption 1.1 5 0.625 4"],
    ],
  );
});
