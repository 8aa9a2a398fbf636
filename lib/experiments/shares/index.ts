/** Who holds how much of d at each layer: Shapley shares of the roles, which sum to d. */

import { engineNames } from "../../engine/changes/run_changes.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import { clustersText } from "../../study/clusters.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { controlOption } from "../../study/controls/control.ts";
import { experiment } from "../../study/experiment/experiment.ts";
import { words } from "../words.ts";
import { isFixed, lastLayer, sharesFindings, sharesMap } from "./findings.ts";
import { roleLabel } from "../../charts/texts.ts";
import { coalitionGroups, measureShares, patchedHooks } from "./measure.ts";
import { sharesSteps } from "./tables.ts";

export const shares = experiment({
  name: "shares",
  summary:
    "how much of the score difference each role holds at each layer, in shares that sum to it",
  does:
    "patches the residual stream at every combination of roles from the negator on, and gives each role its Shapley share of d, layer by layer.",
  reads: "text and images",
  runs: "text",
  minimalPairs: true,
  options: { control: controlOption() },
  hooks: (_, layers) => patchedHooks(layers),
  prepare: async ({ text, sentencePairs }) => void await enginesOf(text, sentencePairs),
  measure: async (study, _, { kept, progress }) => {
    const { rows, images } = await study.scoredRows();
    return await measureShares(study.text, rows, { images, kept, progress });
  },
  engines: ({ text, rows }) => enginesOf(text, rows.map(({ aligned }) => aligned)),
  tables: function* (rows, { seed, cluster }) {
    const shared = rows.map(({ scores, measured }) => ({ scores: scores!, measured }));
    return yield* sharesSteps(shared, { seed, cluster });
  },
  charts: ({ summary }, { cluster, sources }) => ({
    shares_map: sharesMap(summary.rows, { sources, clusters: clustersText(cluster) }),
  }),
  findings: ({ summary }) => sharesFindings(summary.rows),
  rowEffects: ({ shares: { rows } }) => {
    const last = lastLayer(rows);
    return {
      of: "roles between the first layer and the last",
      effects: rows.filter(({ layer }) => !isFixed(layer, last)).map((row) => (
        { id: row.id, part: roleLabel(row.role), at: `in layer ${row.layer}`, effect: row.share }
      )),
    };
  },
  words: words(
    "share (shares)",
    "specific",
    "layers (shares)",
    "at (shares)",
    "rows",
    "simultaneous (shares)",
    "EOT",
    "fast schedule",
  ),
});

function enginesOf(text: TextTower, pairs: readonly AlignedPair[]): Promise<string[]> {
  return engineNames(text, coalitionGroups(pairs, text.tower.shape.layers));
}
