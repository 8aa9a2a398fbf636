import { type AblationInput, ablationTables } from "../finished.ts";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { Negation } from "../../../lib/data/pairs.ts";
import type { Part } from "../../../lib/experiments/ablate/ablate.ts";
import { segmentOf } from "../../../lib/study/rows/score_rows.ts";

const PARTS: readonly (readonly [number, Part])[] = [
  [1, "attn_out"],
  [1, "mlp_out"],
  [2, "attn_out"],
  [2, "mlp_out"],
];

const WHOLE = { tower: "image", method: "flat", role: "all" } as const;

/** A row of four parts, whose effects on d are 1, -2, 0 and 10 times `effect`. */
function row(
  id: string,
  sentences: readonly [caption: string, foil: string],
  { d, effect, negation = "foil" }: {
    readonly d: number;
    readonly effect: number;
    readonly negation?: Negation;
  },
): AblationInput {
  const [caption, foil] = sentences;
  const segment = segmentOf(d);
  const parts = [1, -2, 0, 10].map((factor, i) => ({
    ...{ id, negation, segment, node: `part ${i}`, ...WHOLE },
    ...{ layer: PARTS[i]![0], head: undefined, part: PARTS[i]![1] },
    ...{ d, d_ablated: d - factor * effect, effect: factor * effect },
  }));
  return {
    scores: {
      ...{ id, image: `${id}.png`, negation, caption, foil },
      ...{ s_caption: 20 + d, s_foil: 20, d, segment, tokens: 7 },
    },
    parts,
  };
}

/** Two sentence pairs in each segment of the caption-negated side: with one and three rows, then with one and two. */
const ROWS: readonly AblationInput[] = [
  row("a1", ["No cat.", "A cat."], { d: 2, effect: 1, negation: "caption" }),
  row("c1", ["No dog.", "An animal."], { d: 0, effect: -4, negation: "caption" }),
  row("b", ["No cat.", "A pet."], { d: 3, effect: 6, negation: "caption" }), // a's caption, another foil
  row("a2", ["No cat.", "A cat."], { d: 1, effect: 2, negation: "caption" }),
  row("e", ["A hat.", "No hat."], { d: -8, effect: 5 }),
  row("c2", ["No dog.", "An animal."], { d: -1, effect: -2, negation: "caption" }),
  row("d", ["No cow.", "An animal."], { d: 0.5, effect: -9, negation: "caption" }), // c's foil, another caption
  row("a3", ["No cat.", "A cat."], { d: 2, effect: 3, negation: "caption" }),
];

const FEW = { low: undefined, high: undefined };

const { summary } = ablationTables(ROWS, { seed: 0 });

/** The rows of ablation_summary.csv of one part. */
function ofPart(layer: number, part: Part) {
  return summary.rows.filter((row) => row.layer === layer && row.part === part)
    .map(({ negation, segment, n, mean_effect, low, high }) => ({
      group: `${negation} ${segment} ${n}`,
      ...{ mean_effect, low, high },
    }));
}

Deno.test("ablationTables() averages effects over each segment and over a whole side, with intervals over sentence pairs", () => {
  // Two pairs are too few for an interval; effectGroups() is tested with more.
  const [foil, foilAll, correct, ambiguous, all] = ofPart(1, "attn_out");
  assertEquals(correct, { group: "caption correct 4", mean_effect: 3, ...FEW });
  assertEquals(ambiguous, { group: "caption ambiguous 3", mean_effect: -5, ...FEW });
  assertEquals(all!.group, "caption all 7");
  assertAlmostEquals(all!.mean_effect!, (1 + 2 + 3 + 6 - 4 - 2 - 9) / 7, 1e-15);
  const alone = { mean_effect: 5, ...FEW };
  assertEquals(foil, { group: "foil incorrect 1", ...alone });
  assertEquals(foilAll, { group: "foil all 1", ...alone });
});

Deno.test("ablationTables() lists groups, then layers and parts", () => {
  const order = summary.rows.map(({ negation, segment, layer, part }) =>
    `${negation} ${segment} ${layer} ${part}`
  );
  const groups = [
    ...["foil incorrect", "foil all"],
    ...["caption correct", "caption ambiguous", "caption all"],
  ];
  assertEquals(
    order,
    groups.flatMap((group) => PARTS.map(([layer, part]) => `${group} ${layer} ${part}`)),
  );
  assertEquals(summary.name, "ablation_summary");
  assertEquals(
    summary.columns.join(),
    "negation,segment,tower,node,method,role,layer,head,part,n,n_without,mean_effect,low,high,share,share_low,share_high,simultaneous_low,simultaneous_high",
  );
});

Deno.test("ablationTables() averages over the rows that have an effect, and counts the others", () => {
  const [first, second, third] = ["a", "b", "c"].map((id, i) =>
    row(id, [`no ${id}`, id], { d: 3, effect: i + 1, negation: "caption" })
  );
  const none = second!.parts.map((part) => ({ ...part, d_ablated: undefined, effect: undefined }));
  const rows = [first!, { ...second!, parts: none }, third!];
  const { summary } = ablationTables(rows, { seed: 0 });
  assertEquals(
    summary.rows.filter(({ segment }) => segment === "all")
      .map(({ node, n, n_without, mean_effect }) => [node, n, n_without, mean_effect]),
    [1, -2, 0, 10].map((factor, i) => [`part ${i}`, 2, 1, factor * 2]),
  );
});
