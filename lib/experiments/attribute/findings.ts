/** The parts that write most to the end token. */

import { roleLabel } from "../../charts/roles.ts";
import { groupsOf } from "../../charts/spec.ts";
import { largestShares } from "../../study/effects/named_shares.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { headName, headNote } from "../../tables/head_names.ts";
import { numberText } from "../../tables/text_table.ts";
import { topShares } from "../top_shares.ts";
import { netLine } from "./maps.ts";
import type { RoleEffectRow } from "./role_effects.ts";
import type { AttributionRow, AttributionSummaryRow } from "./tables.ts";

type PartName = Pick<AttributionRow, "component" | "layer" | "head">;

const [NAMED_PARTS, NAMED_ROLES] = [6, 2];

/** The heads and MLPs of each side whose net effects have the largest shares of d, and what these heads read. */
export function attributionFindings(
  summary: readonly AttributionSummaryRow[],
  roles: readonly RoleEffectRow[],
): Finding {
  const { sentences, table, counts, named } = topShares(summary.map(netLine), {
    title: "Largest shares of d of net effects",
    unit: "part",
    what: "the net effects of",
    most: NAMED_PARTS,
    nameOf: (row) => ({ part: partName(row) }),
  });
  const example = named.find(({ component }) => component === "head");
  return {
    sentences,
    tables: [table],
    notes: [
      ...counts,
      ...groupsOf(named, ({ negation }) => negation).flatMap((side) => readsNotes(side, roles)),
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

function readsNotes(
  parts: readonly (PartName & { readonly negation: string })[],
  roles: readonly RoleEffectRow[],
): string[] {
  const heads = parts.filter(({ component }) => component === "head");
  if (heads.length === 0) return [];
  const read = heads.map(({ negation, layer, head }) => {
    const ofHead = roles.filter((row) =>
      row.negation === negation && row.segment === "all" && row.layer === layer && row.head === head
    );
    const named = largestShares(ofHead.map(netLine)).slice(0, NAMED_ROLES).map((
      { role, share },
    ) => `${roleLabel(role)} ${numberText(share!, 3)}`);
    return `${headName({ layer: layer!, head: head! })} ${
      named.join(", ") || "nothing for certain"
    }`;
  });
  return [`${heads[0]!.negation}-negated, what these heads read: ${read.join("; ")}`];
}
