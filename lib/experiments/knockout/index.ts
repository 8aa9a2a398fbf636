/** Whether the heads that look at the negator matter: each head's attention to it is removed. */

import { PATTERNS } from "../attend/attend.ts";
import { clustersText } from "../../study/clusters.ts";
import { controlOption } from "../../study/controls/control.ts";
import { experiment } from "../../study/experiment/experiment.ts";
import { toggle } from "../../options/option.ts";
import { SHARE_WORDS, words } from "../words.ts";
import { knockoutFindings, knockoutMap } from "./findings.ts";
import { knockoutEngines, negatorOf } from "./knockout.ts";
import { headName } from "../../tables/nodes.ts";
import { EFFECTS, isOfHead, knockoutSteps } from "./tables.ts";
import { checkHeadSet, HEAD_SET, nameOfSet } from "../head_set.ts";
import { type KnockoutScores, knockOutScores } from "./knockout_rows.ts";

interface MeasuredHeads {
  readonly knockedOut: KnockoutScores;
  readonly heads: number;
}

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
  measure: async (study, { renormalize, heads: set }, { kept, progress }) => {
    const { rows, images } = await study.scoredRows();
    const knockedOut = await knockOutScores(study.text, rows, {
      renormalize,
      heads: set,
      images,
      kept,
      progress,
    });
    const { heads } = study.text.tower.shape;
    return knockedOut.map((knockedOut): MeasuredHeads => ({ knockedOut, heads }));
  },
  engines: ({ text, rows }) => knockoutEngines(text, rows.map(({ aligned }) => negatorOf(aligned))),
  tables: function* (rows, { heads: set, seed, cluster }) {
    const knockedOut = rows.map(({ scores, measured }) => ({ ...measured, scores: scores! }));
    const heads = rows[0]?.measured.heads ?? 0;
    return yield* knockoutSteps(knockedOut, { heads, set: nameOfSet(set), seed, cluster });
  },
  charts: ({ summary }, { cluster, sources }) => ({
    knockout: knockoutMap(summary.rows, { sources, clusters: clustersText(cluster) }),
  }),
  findings: ({ summary }) => knockoutFindings(summary.rows),
  rowEffects: ({ knockout: { rows } }) => ({
    of: "the attention of heads to the negator, less the twin's",
    effects: [...rows].filter(isOfHead).map((row) => ({
      id: row.id,
      part: headName(row),
      effect: EFFECTS.specific(row) ?? EFFECTS.negator(row),
    })),
  }),
  words: words(...SHARE_WORDS, "effect (knockout)", "twin's"),
});
