/** Whether the heads that look at the negator matter: each head's attention to it is removed. */

import { attendRows, PATTERNS } from "../attend/attend.ts";
import { attendedRow, type AttendedSentences, attendedSentences } from "../attend/measured.ts";
import { patternSchema, patternTable } from "../attend/pattern_table.ts";
import { readPatterns } from "../attend/patterns.ts";
import { selectivitySteps } from "../attend/tables.ts";
import { clustersText } from "../../study/clusters.ts";
import { controlOption } from "../../study/controls/control.ts";
import { experiment } from "../../study/experiment/experiment.ts";
import { toggle } from "../../options/option.ts";
import { SHARE_WORDS, words } from "../words.ts";
import { knockoutChart, knockoutMap } from "./chart.ts";
import { knockoutEngines, negatorOf } from "./knockout.ts";
import { headName } from "../../tables/head_names.ts";
import { EFFECTS } from "./columns.ts";
import { knockoutFindings } from "./findings.ts";
import { checkHeadSet, HEAD_SET, nameOfSet } from "../head_set.ts";
import { type KnockoutScores, knockOutScores } from "./knockout_rows.ts";
import { knockoutPoints, knockoutRow, knockoutSetSteps, knockoutSteps } from "./tables.ts";

interface MeasuredHeads {
  readonly knockedOut: KnockoutScores;
  readonly heads: number;
  /** The attention of its sentences, whose selectivity the chart shows. */
  readonly attended: AttendedSentences;
}

/** knockout_patterns.csv, the same as attention_patterns.csv of `attend`. */
const KNOCKOUT_PATTERNS = patternSchema("knockout_patterns");

export const knockout = experiment({
  name: "knockout",
  summary: "what each head's attention to the negator adds to the score difference",
  does:
    "sets each head's attention to the negator to 0 in the negated sentence, and as a control that to its twin in the affirmative one, and measures what that does to S and d; some or all heads are also knocked out together.",
  reads: "text and images",
  runs: "text",
  options: {
    renormalize: toggle("divides each query's other weights by their sum"),
    heads: HEAD_SET,
    control: controlOption(),
  },
  check: ({ heads }, sizes) => checkHeadSet(heads, sizes),
  hooks: () => [PATTERNS],
  prepare: async ({ text, sentencePairs }) =>
    void await knockoutEngines(text, sentencePairs.map(negatorOf)),
  measure: async (study, { renormalize, heads: set }, { kept, keptOf, progress }) => {
    const { rows, images } = await study.scoredRows();
    const knockedOut = await knockOutScores(study.text, rows, {
      renormalize,
      heads: set,
      images,
      kept,
      progress,
    });
    const attended = await attendRows(study.text, study.rows, { kept: keptOf("attention") });
    return attendedSentences(study, attended, await readPatterns(study))
      .map((attended, row): MeasuredHeads => (
        { knockedOut: knockedOut[row]!, heads: study.text.tower.shape.heads, attended }
      ));
  },
  engines: ({ text, rows }) => knockoutEngines(text, rows.map(({ aligned }) => negatorOf(aligned))),
  tables: function* (rows, { heads: set, seed, cluster }) {
    const lines = rows.map(({ scores, measured: { knockedOut, heads } }) => ({
      scores: scores!,
      count: knockedOut.negator.single.length,
      line: (place: number) => knockoutRow(scores!, knockedOut, { place, heads }),
    }));
    const { knockout, summary } = yield* knockoutSteps(lines, { seed, cluster });
    const together = rows.map(({ scores, measured }) => ({ ...measured, scores: scores! }));
    const ofSet = yield* knockoutSetSteps(together, { heads: nameOfSet(set), seed, cluster });
    // Only selectivity is read: no head is tested against d.
    const attended = rows.map(({ pair, measured }) =>
      attendedRow({ pair }, measured.attended, cluster)
    );
    const selectivity = yield* selectivitySteps(attended, { seed });
    const points = knockoutPoints(summary.rows, selectivity.rows);
    const patterns = rows.map(({ pair, measured }) => (
      { pair, patterns: measured.attended.patterns }
    ));
    return {
      knockout,
      summary,
      points,
      ...ofSet,
      patterns: patternTable(patterns, selectivity.rows, KNOCKOUT_PATTERNS),
    };
  },
  charts: ({ points }, { cluster, sources }) => ({
    knockout: knockoutMap(points.rows, { sources, clusters: clustersText(cluster) }),
    knockout_selectivity: knockoutChart(points.rows, { sources, clusters: clustersText(cluster) }),
  }),
  findings: ({ summary, points, setSummary }) =>
    knockoutFindings({ summary: summary.rows, points: points.rows, sets: setSummary.rows }),
  rowEffects: ({ knockout: { rows } }) => ({
    of: "the attention of heads to the negator, less the twin's",
    effects: rows.map((row) => ({
      id: row.id,
      part: headName(row),
      effect: EFFECTS.specific(row) ?? EFFECTS.negator(row),
    })),
  }),
  words: words(...SHARE_WORDS, "effect (knockout)", "twin's", "selectivity"),
});
