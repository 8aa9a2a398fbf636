/** The parts that write most to the end token. */

import type { Finding } from "../../study/experiment/finding.ts";
import { headName, headNote } from "../../tables/nodes.ts";
import { topShares } from "../../study/effects/ranked.ts";
import { netLine } from "./maps.ts";
import type { AttributionRow, AttributionSummaryRow } from "./tables.ts";

type PartName = Pick<AttributionRow, "component" | "layer" | "head">;

const NAMED_PARTS = 6;

/** The heads and MLPs of each side whose net effects have the largest shares of d. */
export function attributionFindings(summary: readonly AttributionSummaryRow[]): Finding {
  const { sentences, table, counts, named } = topShares(summary.map(netLine), {
    title: "Largest shares of d of net effects",
    unit: "part",
    what: "the net effects of",
    most: NAMED_PARTS,
    nameOf: partName,
  });
  const example = named.find(({ component }) => component === "head");
  return {
    sentences,
    tables: [table],
    notes: [
      ...counts,
      ...example === undefined ? [] : [headNote({ layer: example.layer!, head: example.head! })],
    ],
  };
}

export function isPart({ component }: Pick<PartName, "component">): boolean {
  return component === "head" || component === "mlp";
}

export function partName({ component, layer, head }: PartName): string {
  return component === "head" ? headName({ layer: layer!, head: head! }) : `mlp ${layer}`;
}
