import { assertEquals } from "@std/assert";
import type { Negation } from "../../../lib/data/pairs.ts";
import { knockout } from "../../../lib/experiments/knockout/index.ts";
import { finish, type Steps } from "../../../lib/stats/steps.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import type { ExperimentTables } from "../../../lib/study/experiment/experiment.ts";
import type { EvaluateRow } from "../../../lib/study/rows/score_rows.ts";

type KnockoutTables = ExperimentTables<typeof knockout>;

/** A row whose sentences lose some S without attention to the two words, by one head alone and by all together. */
function measuredRow(
  id: string,
  negation: Negation,
  { negated, affirmative }: { readonly negated: number; readonly affirmative?: number },
) {
  const isCaption = negation === "caption";
  const [caption, foil] = isCaption ? [`No ${id}.`, `A ${id}.`] : [`A ${id}.`, `No ${id}.`];
  const pair = { id, image: `${id}.png`, negation, caption, foil };
  const scores: EvaluateRow = {
    ...{ ...pair, s_caption: 24, s_foil: 20, d: 4, segment: "correct", tokens: 7 },
  };
  const [own, other] = isCaption ? [24, 20] : [20, 24];
  const word = (s: number) => [s, s];
  const twin = affirmative === undefined ? {} : { twin: word(other - affirmative) };
  return {
    ...{ pair: pair as never, scores },
    measured: { heads: 1, knockedOut: { negator: word(own - negated), ...twin } },
  };
}

/** Heads that add S to the negated sentence: to it alone, to both alike, and where the negator has no twin. */
const ROWS = (["caption", "foil"] as const).flatMap((negation) => [
  measuredRow(`cat ${negation}`, negation, { negated: 3, affirmative: 0 }),
  measuredRow(`dog ${negation}`, negation, { negated: 5, affirmative: 5 }),
  measuredRow(`hat ${negation}`, negation, { negated: 7 }),
]);

function tablesOf(rows: typeof ROWS) {
  const context = { seed: 0, heads: "all", renormalize: false, control: [] } as const;
  return finish(knockout.tables(rows, context) as Steps<KnockoutTables>);
}

Deno.test("knockout takes the twin's effect off, over the rows whose negator has one", () => {
  const { knockout: lines, summary } = tablesOf(ROWS);
  const heads = [...lines.rows].filter(({ part }) => part === "head");
  assertEquals(heads.map(({ id, negation, effect }) => [id, negation, effect]), [
    ...[["cat caption", "caption", 3], ["dog caption", "caption", 0]], // by hand: 3 - 0 and 5 - 5
    ...[["cat foil", "foil", -3], ["dog foil", "foil", 0]],
  ] as unknown[]);
  const all = summary.rows.filter(({ segment, part }) => segment === "all" && part === "head");
  assertEquals(all.map(({ n, mean_effect }) => [n, mean_effect]), [[2, -1.5], [2, 1.5], [4, 0]]);
});

Deno.test("knockout counts the effect alone on a side where no negator has a twin", () => {
  const { summary } = tablesOf(ROWS.slice(2, 3));
  assertEquals(summary.rows.map(({ part, mean_effect }) => [part, mean_effect] as unknown), [
    ...[["head", 7], ["head", 7], ["heads all", 7], ["heads all", 7]],
  ]);
});

Deno.test("knockout says what the heads do together", () => {
  const rows = Array.from(
    "abcdefghijkl",
    (id) => measuredRow(id, "caption", { negated: 7, affirmative: 3 }),
  );
  const text = findingText(knockout.findings(tablesOf(rows))).replaceAll("\n  ", " ");
  assertEquals(
    text.includes("caption-negated, heads all together: share 1.000 (1.000 to 1.000)"),
    true,
    text,
  );
});
