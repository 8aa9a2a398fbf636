/** The parts that write most to the end token. */

import { roleLabel } from "../../charts/roles.ts";
import { groupsOf, sidesOf } from "../../charts/spec.ts";
import { largestShares } from "../../study/effects/named_shares.ts";
import type { Finding } from "../../study/experiment/finding.ts";
import { headName, headNote } from "../../tables/head_names.ts";
import { estimateText, numberText } from "../../tables/text_table.ts";
import { topShares } from "../top_shares.ts";
import { netLine } from "./maps.ts";
import type { RoleEffectRow } from "./role_effects.ts";
import type { AttributionSummaryRow } from "./tables.ts";
import type { WaterfallRow } from "./waterfall.ts";

export interface AttributionLines {
  readonly summary: readonly AttributionSummaryRow[];
  readonly roles: readonly RoleEffectRow[];
  readonly waterfall: readonly WaterfallRow[];
}

type PartName = Pick<AttributionSummaryRow, "component" | "layer" | "head">;

const [NAMED_PARTS, NAMED_ROLES] = [6, 2];

/** The part of the norm, as a share of d, from which effects without it may be mostly lengths. */
const LARGE_NORM = 0.25;

/** The heads and MLPs of each side whose net effects have the largest shares of d, and what these heads read; then the part of the norm. */
export function attributionFindings({ summary, roles, waterfall }: AttributionLines): Finding {
  const parts = summary.filter(isPart);
  const { sentences, table, counts, named } = topShares(parts.map(netLine), {
    title: "Largest shares of d of net effects",
    unit: "part",
    what: "the net effects of",
    most: NAMED_PARTS,
    nameOf: (row) => ({ part: partName(row) }),
    more: (row) => ({ "without norm": row.direct }),
  });
  const example = named.find(({ component }) => component === "head");
  return {
    sentences,
    tables: [table],
    notes: [
      ...counts,
      ...groupsOf(named, ({ negation }) => negation).flatMap((side) => readsNotes(side, roles)),
      ...sidesOf(waterfall.filter(({ segment }) => segment === "all")).flatMap(normNotes),
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

/** The norm's share of d; all shares add up to 1. */
function normNotes(side: readonly WaterfallRow[]): string[] {
  const { negation, share, share_low: low, share_high: high } = side.at(-1)!;
  if (share === undefined) return [];
  const warning = Math.abs(share) > LARGE_NORM
    ? "; that is much, so that the effects without it also show how the parts change a vector's length: go by the net effects"
    : "";
  return [
    `${negation}-negated: the norm's share, which with those of the effects without norm adds up to 1, is ${
      estimateText(share, { low, high })
    }${warning}`,
  ];
}
