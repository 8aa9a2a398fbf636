/** Causal tracing: where in the text tower negation lives (Quantmeyer et al. 2024, section 4). */

import { engineNames } from "../../engine/changes/run_changes.ts";
import { clusterOf } from "../../study/clusters.ts";
import { type ScoredRow, SEGMENTS } from "../../study/rows/score_rows.ts";
import { controlOption } from "../../study/controls/control.ts";
import { chartOptions, experiment } from "../../study/experiment/experiment.ts";
import { choice, list } from "../../options/option.ts";
import { words } from "../words.ts";
import { DIRECTIONS, jobsOf, measureEffects, type Site, siteHook, SITES } from "./trace.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import type { Study } from "../../study/study.ts";
import { traceMap } from "./chart.ts";
import { rowTraces, traceFindings } from "./findings.ts";
import { tracedEffects, type TracedRow, type TracedScores, traceSummarySteps } from "./tables.ts";
import { rowsOf } from "../../tables/table.ts";

export const trace = experiment({
  name: "trace",
  summary:
    "causal tracing at every layer and position; `--site` patches parts of a block or single heads",
  does:
    "patches single activations of the negated sentence into the affirmative one and maps how much of d each restores.",
  reads: "text and images",
  runs: "text",
  options: {
    segments: list(SEGMENTS, {
      standard: ["correct", "incorrect"],
      help: "of correct,incorrect,ambiguous: the rows to trace",
    }),
    site: choice(SITES, { standard: "resid", help: "where in a block to patch" }),
    direction: choice([...DIRECTIONS, "both"], {
      standard: "denoise",
      help:
        "which run to patch: denoise, the affirmative one; noise, the negated one; both, one after the other",
    }),
    control: controlOption(),
  },
  hooks: ({ site }, layers) => [siteHook(site, layers)],
  prepare: async (study, { site, segments }) => {
    const pairs = (await tracedRows(study, segments)).map(({ aligned }) => aligned);
    await enginesOf(study, [...new Set(pairs)], site);
  },
  measure: async (study, { site, segments, direction: chosen }, { kept, keptOf, progress }) => {
    const { images } = await study.scoredRows();
    const rows = await tracedRows(study, segments);
    const directions = chosen === "both" ? DIRECTIONS : [chosen];
    const pairs = [...new Set(rows.map(({ aligned }) => aligned))];
    const runs = directions.map((direction) => {
      const jobOf = jobsOf(study.text, { site, direction });
      return pairs.reduce((sum, pair) => sum + jobOf(pair).group.runs.length, 0);
    });
    const ofRow = new Map<string, TracedRow>();
    for (const [i, direction] of directions.entries()) {
      const traced = await measureEffects(study.text, rows, {
        ...{ site, direction, images, kept: direction === "denoise" ? kept : keptOf(direction) },
        progress: (done) => progress((i && runs[0]!) + done, runs[0]! + (runs[1] ?? 0)),
      });
      for (const [row, { pair: { id } }] of rows.entries()) {
        const { effects, ...own } = traced[row]!;
        ofRow.set(id, { ...own, effects: { ...ofRow.get(id)?.effects, ...effects } });
      }
    }
    return study.pairs.map(({ id }): TracedRow | null => ofRow.get(id) ?? null);
  },
  engines: async (study, { site, segments }) => {
    const { rows } = await study.scoredRows();
    const names = await enginesOf(study, rows.map(({ aligned }) => aligned), site);
    return rows.map(({ scores }, row) =>
      segments.includes(scores.segment) ? names[row] : undefined
    );
  },
  tables: function* (rows, { seed, cluster, site, segments }) {
    const traced = rows.flatMap(({ pair, scores, measured }): TracedScores[] =>
      measured === null
        ? []
        : [{ scores: scores!, traced: measured, cluster: clusterOf(pair, cluster) }]
    );
    return {
      effects: tracedEffects(traced, site),
      trace: yield* traceSummarySteps(traced, { site, seed, cluster, segments }),
    };
  },
  charts: (tables, context) => ({
    trace_map: traceMap(tables.trace.rows, chartOptions(context)),
  }),
  findings: (tables, ofOneRow) => traceFindings(tables.trace.rows, ofOneRow),
  rowEffects: ({ effects }) => rowTraces(rowsOf(effects)),
  words: words(
    "CTE",
    "denoise (trace)",
    "specific",
    "noise (trace)",
    "reading",
    "backed up",
    "not alone",
    "opposite",
    "site",
    "simultaneous",
    "EOT",
    "pooled",
    "fast engine",
  ),
});

async function tracedRows(
  study: Study,
  segments: readonly string[],
): Promise<readonly ScoredRow[]> {
  const { rows } = await study.scoredRows();
  return rows.filter(({ scores }) => segments.includes(scores.segment));
}

/** The engine of each pair, which is loaded if it has not been; it is the same in both directions. */
function enginesOf({ text }: Study, pairs: readonly AlignedPair[], site: Site): Promise<string[]> {
  const jobOf = jobsOf(text, { site, direction: "denoise" });
  return engineNames(text, pairs.map((pair) => jobOf(pair).group));
}
