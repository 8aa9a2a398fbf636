/** What each part of the text tower writes directly to the end token adds to d. */

import { experiment } from "../experiment.ts";
import { attributeRows } from "./attribute_rows.ts";
import { lastHopHooks } from "./last_hop.ts";
import type { MeasuredAttribution } from "./measured.ts";
import { readoutWeights, readReadout } from "./readout.ts";
import { scoreScale } from "./score_scale.ts";
import { attributionSteps } from "./tables.ts";

/** The experiment. */
export const attribute = experiment({
  name: "attribute",
  summary: "what each head and MLP writes directly into the score difference",
  does:
    "splits d exactly into what each head and MLP writes to the end token, and each head's part by the tokens that it reads.",
  reads: "text and images",
  runs: "text",
  minimalPairs: true,
  options: {},
  hooks: (_, layers) => lastHopHooks(layers),
  weights: (_, layers) => readoutWeights(layers),
  prepare: ({ text }) => Promise.resolve(void scoreScale(text.family)),
  measure: async (subject, _, { kept, progress }): Promise<readonly MeasuredAttribution[]> => {
    const { rows, images } = await subject.score();
    const weights = await readReadout(subject.text, subject.config.text.layerNormEps);
    const found = await attributeRows(subject.text, rows, { weights, images, kept, progress });
    return found.map((own, row) => {
      const { roles, negated: { tokens } } = rows[row]!.aligned;
      return { ...own, roles, tokens };
    });
  },
  tables: function* (rows, { seed, cluster }) {
    const attributed = rows.map(({ scores, measured }) => ({ scores: scores!, measured }));
    return yield* attributionSteps(attributed, { seed, cluster });
  },
  charts: () => ({}),
  findings: () => "\n",
});
