/** The text at the end of `deno task paper`. */

import { assert, assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import type { ComparisonSummaryRow } from "../../lib/compare/published/summary.ts";
import { besidePublished, type PaperRow } from "../../lib/paper/beside.ts";
import { paperText } from "../../lib/paper/findings.ts";
import { PARTS } from "../../lib/paper/parts.ts";
import { QUANTITIES } from "../../lib/paper/quantities.ts";
import { summaryParts } from "../../lib/tables/words.ts";

const { rows: UNMEASURED } = await besidePublished([]);

function textOf(
  rows: readonly PaperRow[],
  further: Partial<Parameters<typeof paperText>[0]> = {},
): string {
  return paperText({
    ...{ model: "m", verdict: "as published", rows, compared: [], isSamePlace: true, leftOut: [] },
    ...further,
  });
}

const inOneLine = (text: string) => text.replaceAll(/\s+/g, " ");

Deno.test("paperText() names the source of every single figure, and says which is not the paper's", () => {
  const text = textOf(UNMEASURED);
  const lines = text.split("\n");
  const all = lines.filter((line) => /^accuracy .* all +all /.test(line));
  assertEquals(all.length, 1);
  assert(/^accuracy +arXiv 2501\.10913 +all +all +533 +0\.711/.test(all[0]!), all[0]);
  assertEquals(lines.filter((line) => /^accuracy +paper /.test(line)).length, 4);
  assertStringIncludes(inOneLine(text), " arXiv 2501.10913 not the paper, but a later one");
  const own = textOf(UNMEASURED.filter(({ source }) => source === "paper"));
  assertFalse(own.includes("2501.10913"), "no word about a source without figures");
});

Deno.test("paperText() explains every quantity that it shows, and no other", () => {
  const text = inOneLine(textOf(UNMEASURED));
  for (const { name, means } of QUANTITIES) assertStringIncludes(text, ` ${name} ${means} `);
  const some = inOneLine(textOf(UNMEASURED.filter(({ quantity }) => quantity === "incorrect")));
  assertStringIncludes(some, " incorrect rows with d < -1");
  assertFalse(some.includes(" r Pearson"), some);
});

Deno.test("paperText() shows the comparison of whole tables only where equal numbers mean equal places", () => {
  const row: ComparisonSummaryRow = {
    table: "causal_trace",
    model_and_data: "as published",
    ...{ cells: 312, n: 165, rho: 0.5 },
    ...{ mean_absolute_difference: 0.1, largest_absolute_difference: 0.25, at: "foil-negated" },
    ...{ n_intervals: 160, n_inside: 120 },
    ...{ n_random: 0, rho_random: undefined },
    ...{ rho_random_least: undefined, rho_random_most: undefined },
  };
  const here = textOf(UNMEASURED, { compared: [row] });
  assert(/\ncausal_trace +165 of 312 +0.500 +120 of 160 +0.100 +0.250 +foil/.test(here), here);
  assertFalse(here.includes("not compared"));
  const there = textOf(UNMEASURED, { compared: [row], isSamePlace: false });
  assertFalse(there.includes("causal_trace"), there);
  assertStringIncludes(
    inOneLine(there),
    "The published maps are not compared cell by cell: the text encoder does not have as many blocks and heads as the published one (12 blocks of 8 heads)",
  );
});

Deno.test("paperText() begins with what the parts found, and says of other models and data once that nothing is compared", () => {
  const rows = UNMEASURED.map((row) =>
    row.quantity === "accuracy"
      ? {
        ...row,
        measured: 0.9,
        low: 0.7,
        high: 1,
        inside: row.published < 0.7 ? "no" : "yes",
      } as const
      : row
  );
  const found = [["Tracing", "A is 1. B is 2."]] as const;
  const published = textOf(rows, { found });
  const inside = rows.filter((row) => row.inside === "yes").length;
  assertEquals(inside, 2); // .704 and .711
  assertEquals(summaryParts(published).sentences.split("\n"), [
    "Tracing: A is 1. B is 2.",
    "Of the 5 published figures of accuracies and correlations with a measured 95 %",
    "  interval, 2 lie inside it.",
  ]);
  assert(/^figure .* inside$/m.test(published), published);
  const leftOut = [{ title: "Sizes", reason: "there are none", fix: "measure them" }];
  const other = textOf(rows, { found, leftOut, verdict: "not published" });
  assertEquals(summaryParts(other).sentences, "Tracing: A is 1. B is 2.");
  assertFalse(/\b(inside|yes|no)$/m.test(summaryParts(other).tables), other);
  assertEquals(other.split("not the published model/data").length, 2);
  assertStringIncludes(
    inOneLine(summaryParts(other).method),
    "Model and data: not the published model/data: differences are expected and no agreement is claimed Not run: Sizes, since there are none; measure them",
  );
});

Deno.test("each part has a question that can be read alone", () => {
  for (const { question } of PARTS) {
    assert(/^(How|Which|What|At which|Do|Does) .*\?$/.test(question), question);
    assertFalse(/\b(does|do|is|are) (it|they|this)\b/.test(question), question);
  }
});
