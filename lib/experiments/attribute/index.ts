/** What each part of the text tower writes directly to the end token adds to d. */

import { controlOption } from "../../study/controls/control.ts";
import { experiment } from "../../study/experiment/experiment.ts";
import { clustersText } from "../../study/clusters.ts";
import { attributeRows } from "./split/attribute_rows.ts";
import { SHARE_WORDS, words } from "../words.ts";
import { attributionFindings, isPart, partName } from "./findings.ts";
import { lastHopHooks } from "./split/last_hop.ts";
import type { MeasuredAttribution } from "./measured.ts";
import { directMap, readRoles } from "./maps.ts";
import { readoutWeights, readReadout, scoreScale } from "../../study/readout.ts";
import { attributionSteps } from "./tables.ts";

export const attribute = experiment({
  name: "attribute",
  summary: "what each head and MLP writes directly into the score difference",
  does:
    "splits d exactly into what each head and MLP writes to the end token, and each head's part by the tokens that it reads.",
  reads: "text and images",
  runs: "text",
  minimalPairs: true,
  takesApart: true,
  options: { control: controlOption({ standard: ["determiner"] }) },
  check: (_, _sizes, { text }) => void scoreScale(text.family),
  hooks: (_, layers) => lastHopHooks(layers),
  weights: (_, layers) => readoutWeights(layers),
  measure: async (study, _, { kept, progress }): Promise<readonly MeasuredAttribution[]> => {
    const { rows, images } = await study.scoredRows();
    const weights = await readReadout(study.text, study.config.text.layerNormEps);
    const found = await attributeRows(study.text, rows, { weights, images, kept, progress });
    return found.map((parts, row) => {
      const { roles, negated: { tokens } } = rows[row]!.aligned;
      return { ...parts, roles, tokens };
    });
  },
  tables: function* (rows, { seed, cluster }) {
    const attributed = rows.map(({ scores, measured }) => ({ scores: scores!, measured }));
    return yield* attributionSteps(attributed, { seed, cluster });
  },
  charts: ({ summary, roles }, { cluster, sources }) => {
    const options = { sources, clusters: clustersText(cluster) };
    return {
      attribution_net: directMap(summary.rows, options),
      attribution_roles: readRoles(roles.rows, summary.rows, options),
    };
  },
  findings: ({ summary }) => attributionFindings(summary.rows),
  rowEffects: ({ attribution: { rows } }) => ({
    of: "the net effects of heads and MLPs",
    effects: rows.filter(isPart).map((row) => (
      { id: row.id, part: partName(row), effect: row.net_effect }
    )),
  }),
  words: words(
    ...SHARE_WORDS,
    "direct (attribute)",
    "effect (attribute)",
  ),
});
