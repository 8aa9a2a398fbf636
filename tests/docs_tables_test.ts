import { assertEquals } from "@std/assert";
import { ablationTables } from "../lib/experiments/ablate/tables.ts";
import { attentionTables } from "../lib/experiments/attend/tables.ts";
import { compareTables } from "../lib/published/compare.ts";
import { summarizeComparison } from "../lib/published/comparison_summary.ts";
import {
  accuracyBySize,
  auditRepeats,
  correlateFeatures,
} from "../lib/experiments/correlate/correlate.ts";
import { evaluateTable } from "../lib/subject/score_rows.ts";
import { summarize } from "../lib/experiments/evaluate/summary.ts";
import { featureRows } from "../lib/experiments/correlate/features.ts";
import { knockoutTables } from "../lib/experiments/knockout/tables.ts";
import { effectsTable } from "../lib/experiments/trace/trace.ts";
import { findPeaks, summarizeTrace } from "../lib/experiments/trace/trace_summary.ts";

/** The columns of every table of a Markdown document, by the heading above it. */
function documented(text: string): Map<string, string[]> {
  const sections = text.split(/^## /m).slice(1);
  return new Map(sections.map((section) => {
    const columns = [...section.matchAll(/^\| `(\w+)` +\|/gm)].map(([, column]) => column!);
    return [section.split("\n", 1)[0]!.trim(), columns];
  }));
}

Deno.test("docs/tables.md has every table with every column, in their order", async () => {
  const none = new Map<string, Float32Array>();
  const seed = { seed: 0 };
  const featured = featureRows([], [], none);
  const attention = attentionTables([], seed);
  const knockout = knockoutTables([], seed);
  const ablation = ablationTables([], seed);
  const tables = [
    evaluateTable([]),
    summarize([], [], seed),
    effectsTable([]),
    summarizeTrace([], { d: new Map(), clusters: new Map(), ...seed }),
    findPeaks([]),
    attention.attention,
    attention.heads,
    attention.headRoles,
    featured.features,
    correlateFeatures(featured, seed),
    auditRepeats(featured),
    accuracyBySize(featured, seed),
    ablation.ablation,
    ablation.summary,
    knockout.knockout,
    knockout.summary,
    compareTables(new Map(), new Map()),
    summarizeComparison([], new Map()),
  ];
  const text = await Deno.readTextFile(new URL("../docs/tables.md", import.meta.url));
  const expected = tables.map(({ name, columns }) =>
    [`${name}.csv`, [...columns]] as [string, string[]]
  );
  assertEquals(documented(text), new Map(expected));
});
