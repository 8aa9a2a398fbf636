/** Who holds how much of d at each layer: Shapley shares of the roles, which sum to d. */

import { ROLE_SIDE } from "../../charts/texts.ts";
import { ROLES } from "../../data/align.ts";
import { engineNames } from "../../engine/changes/run_changes.ts";
import type { TextTower } from "../../model/text/text_tower.ts";
import type { AlignedPair } from "../../study/rows/prepare.ts";
import { LAYER_OR_EMBEDDING, ROLE } from "../../study/columns.ts";
import { controlOption } from "../../study/controls/control.ts";
import { PASSES } from "../../study/effects/ranked.ts";
import { Effects } from "../../study/effects/effects.ts";
import { experiment, type ScoredMeasurement } from "../../study/experiment/experiment.ts";
import { words } from "../words.ts";
import { coalitionGroups, type MeasuredShares, measureShares, patchedHooks } from "./measure.ts";

/** The shares of roles by layer. */
export const SHARES = new Effects({
  name: "shares",
  title: "Shapley values of roles in the residual stream",
  effect:
    "what the negated sentence's residual stream at a role's tokens adds to d when it is put into the affirmative one after a block (layer 0: embeddings), averaged over all orders in which the roles can be patched",
  unit: "role",
  about:
    "The effects of a row and layer sum to its d. The method fixes that all is the negator's at layer 0, and all the end token's at the last.",
  keys: { layer: LAYER_OR_EMBEDDING, role: ROLE },
  without: 0,
  said: { joinsLayers: true, does: PASSES },
  isApart: ({ layer }, last) => layer === 0 || layer === last,
  map: {
    asks: 'Where "no" is in MODEL',
    subtitle:
      "Shapley values of roles in the residual stream; layer 0: embeddings; the shares of a layer sum to 1",
    y: ROLE_SIDE,
    most: 1, // all of d, so that one outlier does not bleach all other cells
  },
});

/** The lines of all roles at all layers. */
function linesOf(rows: readonly ScoredMeasurement<MeasuredShares>[]) {
  const roles = ROLES.filter((role) => rows.some(({ measured }) => measured.roles.includes(role)));
  return rows.map(({ scores, measured }) => ({
    scores,
    count: measured.shares.length / measured.roles.length * roles.length,
    line: (place: number) => {
      const [layer, role] = [Math.floor(place / roles.length), roles[place % roles.length]!];
      const own = measured.roles.indexOf(role);
      const effect = own < 0 ? undefined : measured.shares[layer * measured.roles.length + own]!;
      return { layer, role, effect };
    },
  }));
}

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
  ...SHARES.experiment((rows: readonly ScoredMeasurement<MeasuredShares>[]) => [linesOf(rows)]),
  words: words(
    "share (shares)",
    "specific",
    "layers (shares)",
    "at (shares)",
    "rows",
    "simultaneous",
    "EOT",
    "fast engine",
  ),
});

function enginesOf(text: TextTower, pairs: readonly AlignedPair[]): Promise<string[]> {
  return engineNames(text, coalitionGroups(pairs, text.tower.shape.layers));
}
