/** Which attention heads look at the negator (Quantmeyer et al. 2024, section 5). */

import { clusterOf } from "../../study/clusters.ts";
import { controlOption } from "../../study/controls/control.ts";
import { chartOptions, experiment } from "../../study/experiment/experiment.ts";
import { words } from "../words.ts";
import { attendRows, PATTERNS } from "./attend.ts";
import { firstLooks, pairName } from "./looks.ts";
import { headName } from "../../tables/nodes.ts";
import { headFindings, headRoles, selectivityMap } from "./findings.ts";
import { type AttendedSentences, attentionSteps, mostSelectiveLayer } from "./tables.ts";

export const attend = experiment({
  name: "attend",
  summary: "which heads look at the negator; needs no images",
  does:
    "compares how much every head attends to the negator and to the word in its place in the affirmative sentence; without images what depends on d stays empty.",
  reads: "text, images if given",
  runs: "text",
  options: {
    control: controlOption({ of: ["random"] }),
  },
  hooks: () => [PATTERNS],
  measure: async ({ text, rows, inputs }, _, phase): Promise<readonly AttendedSentences[]> => {
    const heads = await attendRows(text, rows, phase);
    const looks = await firstLooks(text, inputs);
    return rows.map(({ aligned }) => {
      const own = looks.get(pairName(aligned));
      return { roles: aligned.roles, heads: heads.get(aligned)!, ...own && { looks: own } };
    });
  },
  tables: function* (rows, { seed, cluster, isGroup = false }) {
    const attended = rows.map(({ pair, scores, measured }) => {
      const d = isGroup ? undefined : scores?.d; // no head of a group is tested against it
      return {
        ...measured,
        ...{ id: pair.id, negation: pair.negation, d, cluster: clusterOf(pair, cluster) },
      };
    });
    return yield* attentionSteps(attended, { seed });
  },
  charts: ({ heads, headRoles: roles }, context) => {
    const layer = mostSelectiveLayer(heads.rows);
    const options = chartOptions(context);
    return {
      selectivity: selectivityMap(heads.rows, options),
      head_roles: headRoles(roles.rows, { layer, ...options }),
    };
  },
  findings: ({ heads, looks }, ofOneRow) => headFindings(heads.rows, looks.rows, ofOneRow),
  rowEffects: ({ attention: { rows } }) => ({
    of: "differences of attention to the negator, above those of the exchanged sentences",
    asTheyAre: true,
    effects: rows.map((row) => ({
      id: row.id,
      part: headName(row),
      effect: row.swapped_difference === undefined
        ? row.max_difference
        : row.max_difference - row.swapped_difference,
    })),
  }),
  words: words("selectivity", "above", "r (attend)", "specific", "q (attend)"),
});
