/** The parts that write most to the end token, in a small table for a terminal. */

import { roleLabel } from "../../charts/roles.ts";
import { groupsOf, sidesOf } from "../../charts/spec.ts";
import { largestShares } from "../../study/effects/named_shares.ts";
import { headName, headNote } from "../../tables/head_names.ts";
import { intervalText, numberText } from "../../tables/text_table.ts";
import type { Reads } from "../../tables/schema.ts";
import type { Word } from "../../tables/words.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { namedParts, SHARE_OF_D_WORDS } from "../named_parts.ts";

import { netLine } from "./net_line.ts";
import type { RoleEffectRow } from "./role_effects.ts";
import type { AttributionSummaryRow } from "./tables.ts";
import type { WaterfallRow } from "./waterfall.ts";

/** The columns of attribution_summary.csv that the text reads. */
type SummaryLine = Reads<
  AttributionSummaryRow,
  | "negation"
  | "segment"
  | "component"
  | "layer"
  | "head"
  | "n"
  | "mean_effect"
  | "share"
  | "share_low"
  | "share_high"
  | "simultaneous_low"
  | "simultaneous_high"
  | "mean_net_effect"
  | "net_share"
  | "net_share_low"
  | "net_share_high"
  | "net_simultaneous_low"
  | "net_simultaneous_high"
>;

/** The columns of attribution_roles.csv that the text reads. */
type RoleLine = Reads<
  RoleEffectRow,
  | "negation"
  | "segment"
  | "layer"
  | "head"
  | "role"
  | "n"
  | "mean_effect"
  | "mean_net_effect"
  | "net_share"
  | "net_share_low"
  | "net_share_high"
  | "net_simultaneous_low"
  | "net_simultaneous_high"
>;

/** Rows of attribution_waterfall.csv. */
type WaterfallLine = Reads<WaterfallRow, keyof WaterfallRow>;

/** The tables that the text reads. */
export interface AttributionLines {
  /** Rows of attribution_summary.csv. */
  readonly summary: readonly SummaryLine[];
  /** Rows of attribution_roles.csv. */
  readonly roles: readonly RoleLine[];
  /** Rows of attribution_waterfall.csv. */
  readonly waterfall: readonly WaterfallLine[];
}

/** What names a part. */
type PartName = Pick<SummaryLine, "component" | "layer" | "head">;

/** The number of parts listed for each side, and of roles for each head. */
const [NAMED_PARTS, NAMED_ROLES] = [6, 2];

/** The part of the norm, as a share of d, from which effects without it may be mostly lengths. */
const LARGE_NORM = 0.25;

const TITLE = "Largest shares of d of net direct effects";

/** What the words of the table mean. */
export const ATTRIBUTION_WORDS: readonly Word[] = [
  ...SHARE_OF_D_WORDS,
  {
    word: "direct",
    also: ["direct effect", "direct effects"],
    means:
      "what a head or an MLP itself writes to the end token, where the embedding is read; what it does through later layers counts as theirs. The effects of all parts and of the norm add up to d",
  },
  {
    word: "effect",
    also: ["net"],
    means:
      "the mean net effect: the direct effect with the part's share of the norm's; net effects add up to d as well",
  },
  {
    word: "without norm",
    means: "the direct effect without that share, for comparison",
  },
  {
    word: "read",
    also: ["reads"],
    means:
      `the roles of the tokens whose values make up most of a head's share, with their part of it; at most ${NAMED_ROLES}, each named by the same rule`,
  },
  {
    word: "norm",
    means:
      "the part of d that no head or MLP has of its own: the two sentences' vectors differ in length, by which every part is divided",
  },
];

/**
 * Lists the heads and MLPs of each side whose net effects have the largest shares of d, and what these heads read; then the part of the
 * norm.
 *
 * @param lines The tables' rows.
 */
export function attributionFindings({ summary, roles, waterfall }: AttributionLines): string {
  const parts = summary.filter(({ component }) => component === "head" || component === "mlp");
  const { text, named } = namedParts(parts.map(netLine), {
    ...{ title: TITLE, unit: "part", most: NAMED_PARTS },
    nameOf: (row) => ({ part: nameOf(row) }),
    more: (row) => ({ "without norm": row.direct }),
  });
  const sides = groupsOf(named, ({ negation }) => negation);
  const example = named.find(({ component }) => component === "head");
  return [
    text,
    ...sides.map((side) => readsText(side, roles)),
    ...sidesOf(waterfall.filter(({ segment }) => segment === "all")).map(normText),
    example === undefined ? "" : headNote({ layer: example.layer!, head: example.head! }),
  ].join("");
}

function nameOf({ component, layer, head }: PartName): string {
  return component === "head" ? `head ${headName({ layer: layer!, head: head! })}` : `MLP ${layer}`;
}

/** What the listed heads of a side read. */
function readsText(
  parts: readonly (PartName & { readonly negation: string })[],
  roles: readonly RoleLine[],
): string {
  const heads = parts.filter(({ component }) => component === "head");
  if (heads.length === 0) return "";
  const read = heads.map(({ negation, layer, head }) => {
    const own = roles.filter((row) =>
      row.negation === negation && row.segment === "all" && row.layer === layer && row.head === head
    );
    const named = largestShares(own.map(netLine)).slice(0, NAMED_ROLES).map(({ role, share }) =>
      `${roleLabel(role)} ${numberText(share!, 3)}`
    );
    return `${headName({ layer: layer!, head: head! })} ${
      named.join(", ") || "nothing for certain"
    }`;
  });
  return `${
    wrapText(`${heads[0]!.negation}-negated, what these heads read: ${read.join("; ")}`)
  }\n`;
}

/** The norm's own share of d; all shares add up to 1. */
function normText(side: readonly WaterfallLine[]): string {
  const { negation, share, share_low: low, share_high: high } = side.at(-1)!;
  if (share === undefined) return "";
  const interval = intervalText({ low, high });
  const own = `${numberText(share, 3)}${interval === "" ? "" : ` (${interval})`}`;
  const warning = Math.abs(share) > LARGE_NORM
    ? "; that is much, so that the effects without it also show how the parts change a vector's length: go by the net effects"
    : "";
  const text =
    `${negation}-negated: the norm's share, which with those of the effects without norm adds up to 1, is ${own}${warning}`;
  return `${wrapText(text)}\n`;
}
