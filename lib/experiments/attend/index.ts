/** Which attention heads look at the negator (Quantmeyer et al. 2024, section 5). */

import { wrongValue } from "../../errors.ts";
import { clusterOf } from "../../study/clusters.ts";
import { controlOption } from "../../study/controls/control.ts";
import { chartOptions, experiment } from "../../study/experiment/experiment.ts";
import { wholeNumber } from "../../options/option.ts";
import { words } from "../words.ts";
import { attendRows, lookingHeads, PATTERNS } from "./attend.ts";
import { readLooks } from "./looks.ts";
import { preparePairs } from "../../study/rows/prepare.ts";
import { headName } from "../../tables/nodes.ts";
import { headFindings, headRoles, selectivityMap } from "./findings.ts";
import { type AttendedSentences, attentionSteps, mostSelectiveLayer } from "./tables.ts";

/** The rows by which it is decided whose looks are split. */
const FIRST_ROWS = 200;

export const attend = experiment({
  name: "attend",
  summary: "which heads look at the negator; needs no images",
  does:
    "compares how much every head attends to the negator and to the word in its place in the affirmative sentence; without images what depends on d stays empty.",
  reads: "text, images if given",
  runs: "text",
  options: {
    layer: wholeNumber({
      min: 1,
      max: 1000, // more than any model has; larger numbers are reported before loading
      help: "the layer whose heads are drawn by role (default: the most selective)",
    }),
    control: controlOption({ of: ["random"] }),
  },
  check: ({ layer }, { layers }) => {
    if (layer === undefined || layer <= layers) return;
    throw wrongValue("use layer", layer, `a whole number from 1 to ${layers}`, {
      code: "usage-value-wrong",
    });
  },
  hooks: () => [PATTERNS],
  measure: async (study, _, phase): Promise<readonly AttendedSentences[]> => {
    const { text, rows, inputs: { drawn, protocol } } = study;
    const first = preparePairs(text, drawn.slice(0, FIRST_ROWS), { protocol }).distinct; // the same in all shards
    const looks = await readLooks(text, {
      heads: await lookingHeads(text, first),
      epsilon: study.config.text.layerNormEps,
    });
    const found = await attendRows(text, rows, { ...phase, looks });
    return rows.map(({ aligned }) => ({ roles: aligned.roles, ...found.get(aligned)! }));
  },
  tables: function* (rows, { seed, cluster, isGroup = false }) {
    const attended = rows.map(({ pair, scores, measured }) => {
      const d = isGroup ? undefined : scores?.d; // no head of a group is tested against it
      return {
        ...measured,
        ...{ id: pair.id, negation: pair.negation, d },
        cluster: clusterOf(pair, cluster),
      };
    });
    return yield* attentionSteps(attended, { seed });
  },
  charts: ({ heads, headRoles: roles }, context) => {
    const { layer = mostSelectiveLayer(heads.rows) } = context;
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
