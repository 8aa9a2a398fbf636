import { assertEquals } from "@std/assert";
import { findingsIn } from "../../lib/runs/write_results.ts";
import { findingText, joinedFinding } from "../../lib/study/experiment/finding.ts";
import { methodBlock } from "../../lib/tables/words.ts";

const SCORES = {
  sentences: ["The true sentence scores higher"],
  tables: [{ title: "Accuracy", lines: [{ n: 1, d: 2 }] }, {
    title: "Rows",
    lines: [{ n: 3, d: 4 }],
  }],
};

const TRACED = {
  sentences: ["A carries d"],
  tables: [{ title: "Effects", lines: [{ n: 1, d: 2 }] }],
  notes: ["A note"],
};

const summaryOf = (text: string) => `run: m\n\n${text}\n${methodBlock(["Sizes"])}`;

Deno.test("findingsIn() leaves the scores out wherever they stand, and all else as it is", () => {
  const scores = findingsIn(summaryOf(findingText(SCORES)));
  assertEquals(scores, findingText(SCORES).trimEnd());
  const summary = summaryOf(findingText(joinedFinding([TRACED, SCORES])));
  assertEquals(findingsIn(summary, scores), findingText(TRACED).trimEnd());
  assertEquals(findingsIn(summary).split("\n").slice(0, 2), [
    "A carries d.",
    "The true sentence scores higher.",
  ]);
  const { notes: _, ...bare } = TRACED;
  const without = summaryOf(findingText(joinedFinding([bare, SCORES])));
  assertEquals(findingsIn(without, scores), findingText(bare).trimEnd());
});
