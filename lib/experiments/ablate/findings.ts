/** The parts of the image tower that matter most. */

import type { Finding } from "../../study/experiment/finding.ts";
import { topShares } from "../top_shares.ts";
import type { AblationSummaryRow } from "./tables.ts";

/** The parts of the image tower whose effects have the largest shares of d. */
export function ablationFindings(rows: readonly AblationSummaryRow[]): Finding {
  const { sentences, table, counts, named } = topShares(rows, {
    title: "Largest shares of d of the image tower's parts",
    unit: "part",
    most: 3,
    nameOf: ({ layer, part }) => ({ layer: `${layer}`, part: part! }),
    wordsOf: ({ layer, part }) => `${part} of layer ${layer}`,
    more: ({ n }) => ({ n }),
  });
  const note = "Layers count from 1 here: layer 1 is vision.blocks.0 in hook names.";
  return { sentences, tables: [table], notes: named.length === 0 ? counts : [...counts, note] };
}
