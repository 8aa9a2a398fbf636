import { knockoutTables } from "../finished.ts";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Negation } from "../../../lib/data/pairs.ts";
import { type EvaluateRow, segmentOf } from "../../../lib/study/rows/score_rows.ts";
import { finish } from "../../../lib/stats/steps.ts";
import {
  type KnockoutInput,
  type KnockoutRow,
  knockoutRow,
  knockoutSteps,
} from "../../../lib/experiments/knockout/tables.ts";

const EFFECT_COLUMNS = [
  "mean_effect,low,high,share,share_low,share_high,simultaneous_low,simultaneous_high",
  "n_twin,twin_effect,specific_effect,specific_low,specific_high",
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
  const single = [1, -2, 0, 10].map((factor) =>
    s_negated + (negation === "foil" ? 1 : -1) * factor * effect
  );
  return { scores, knockedOut: { negator: { single, together: s_negated } } };
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

const { summary } = knockoutTables(ROWS, { seed: 0 });

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
  assertEquals(summary.columns.join(), `negation,segment,heads,layer,head,n,${EFFECT_COLUMNS}`);
});

/** A row whose sentences lose some S without attention to the two words. */
function controlled(
  id: string,
  negation: Negation,
  { negated, affirmative }: { readonly negated: number; readonly affirmative?: number },
): KnockoutInput {
  const isCaption = negation === "caption";
  const [caption, foil] = isCaption ? [`No ${id}.`, `A ${id}.`] : [`A ${id}.`, `No ${id}.`];
  const scores: EvaluateRow = {
    ...{ id, image: `${id}.png`, negation, caption, foil },
    ...{ s_caption: 24, s_foil: 20, d: 4, segment: "correct", tokens: 7 },
  };
  const [own, other] = isCaption ? [24, 20] : [20, 24];
  const knockedOut = {
    negator: { single: [own - negated], together: own - negated },
    ...(affirmative !== undefined && {
      twin: { single: [other - affirmative], together: other - affirmative },
    }),
  };
  return { scores, knockedOut };
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
    CONTROLLED.map(({ scores, knockedOut }) => {
      const single = [0, 0, ...knockedOut.negator.single];
      const twin = knockedOut.twin &&
        { ...knockedOut.twin, single: [0, 0, ...knockedOut.twin.single] };
      const all = { negator: { ...knockedOut.negator, single }, ...twin && { twin } };
      const row = knockoutRow(scores, all, { place: 2, heads: 2 });
      return columns.map((name) => row[name as keyof KnockoutRow]);
    }),
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

Deno.test("knockoutTables() gives the effect and what is specific of it their own intervals", () => {
  const pairs = Array.from(
    "abcdefghijkl",
    (id) => controlled(id, "caption", { negated: 7, affirmative: 3 }),
  );
  const [group] = knockoutTables(pairs, { seed: 0 }).summary.rows;
  const { low, high, specific_low, specific_high } = group!;
  // Where all sentence pairs are alike, so are all samples: effect 7, of which 4 are specific to negation, of a d of 4.
  assertEquals([low, high, specific_low, specific_high], [7, 7, 4, 4]);
  const { share, share_high, specific_share, specific_share_low } = group!;
  assertEquals([share, share_high, specific_share, specific_share_low], [1.75, 1.75, 1, 1]);
  const few = knockoutTables(pairs.slice(0, 8), { seed: 0 }).summary.rows[0]!;
  assertEquals([few.low, few.specific_high], [undefined, undefined]);
});

Deno.test("knockoutSteps() averages the heads of a set as it does single heads, each after the single heads", () => {
  const { knockout, summary } = finish(
    knockoutSteps(CONTROLLED, { heads: 2, set: "1.2,2.1", seed: 0 }),
  );
  const place = { heads: "1.2,2.1", layer: undefined, head: undefined };
  for (const rows of [[...knockout.rows], summary.rows]) {
    const [single, set] = [0, 1].map((i) =>
      rows.filter((row) => (row.heads === undefined) === (i === 0))
    );
    assertEquals(set as unknown[], single!.map((row) => ({ ...row, ...place })));
  }
  assertEquals([...knockout.rows].map(({ heads }) => heads !== undefined).slice(0, 4), [
    ...[false, true, false, true],
  ]);
});
