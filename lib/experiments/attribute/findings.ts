/** The parts that write most to the end token, in a small table for a terminal. */

import { roleLabel } from "../../charts/roles.ts";
import { groupsOf, sidesOf } from "../../charts/spec.ts";
import { LEAST_NAMED } from "../../subject/effects/noise.ts";
import { signOf } from "../../subject/effects/sign.ts";
import { headName, headNote } from "../../tables/head_names.ts";
import { intervalText, linesTable, numberText } from "../../tables/text_table.ts";
import type { Word } from "../../tables/words.ts";
import { wrapText } from "../../tables/wrap_text.ts";
import { byChanceText, isTested, sideCountText } from "../side_count.ts";
import type { DirectMapRow } from "./direct_map.ts";
import { largestNet } from "./largest_net.ts";
import type { ReadRoleRow } from "./read_roles_chart.ts";
import type { WaterfallChartRow } from "./waterfall_chart.ts";

/** The tables that the text reads. */
export interface AttributionLines {
  /** Rows of attribution_summary.csv. */
  readonly summary: readonly DirectMapRow[];
  /** Rows of attribution_roles.csv. */
  readonly roles: readonly ReadRoleRow[];
  /** Rows of attribution_waterfall.csv. */
  readonly waterfall: readonly WaterfallChartRow[];
}

/** The number of parts listed for each side, and of roles for each head. */
const [NAMED_PARTS, NAMED_ROLES] = [6, 2];

/** The part of the norm, as a share of d, from which effects without it may be mostly lengths. */
const LARGE_NORM = 0.25;

const TITLE = "Largest net direct effects on d";

/** What the words of the table mean. */
export const ATTRIBUTION_WORDS: readonly Word[] = [
  {
    word: "direct",
    also: ["direct effect", "direct effects"],
    means:
      "what a head or an MLP itself writes to the end token, where the embedding is read; what it does through later layers counts as theirs. The effects of all parts and of the norm add up to d",
  },
  {
    word: "net",
    means:
      "the direct effect with the part's share of the norm's, by which parts are chosen and ordered; net effects add up to d as well. Listed if at least 0.01, of either sign, and the 95 % interval excludes 0",
  },
  {
    word: "effect",
    means: "the direct effect without that share, for comparison",
  },
  {
    word: "read",
    also: ["reads"],
    means:
      `the roles of the tokens whose values make up most of a head's net effect, with their part of it; at most ${NAMED_ROLES}, each named by the same rule`,
  },
  {
    word: "norm",
    means:
      "the part of d that no head or MLP has of its own: the two sentences' vectors differ in length, by which every part is divided",
  },
];

/**
 * Lists the heads and MLPs of each side with the largest net effects of either sign whose intervals exclude 0, their effects without
 * the norm's beside them, and what these heads read; then the part of the norm.
 *
 * @param lines The tables' rows.
 */
export function attributionFindings({ summary, roles, waterfall }: AttributionLines): string {
  const all = summary.filter(({ segment, component }) =>
    segment === "all" && (component === "head" || component === "mlp")
  );
  const sides = groupsOf(all, ({ negation }) => negation)
    .map((side) => ({ side, found: largestNet(side) }));
  const named = sides.flatMap(({ found }) => found.slice(0, NAMED_PARTS));
  const lines = named.map((row) => ({
    negated: row.negation,
    part: nameOf(row),
    net: row.mean_net_effect,
    "95 % interval": intervalText(netBounds(row)),
    effect: row.mean_effect,
    "its interval": intervalText(row),
  }));
  const none = all.map(netBounds).some(isTested)
    ? `none of ${LEAST_NAMED} or more whose 95 % interval excludes 0`
    : "not tested";
  const example = named.find(({ component }) => component === "head");
  return [
    lines.length === 0 ? `${wrapText(`${TITLE}: ${none}`)}\n` : `${TITLE}\n${linesTable(lines)}`,
    ...sides.map(({ side, found }) => countText(side, found.length)),
    ...sides.map(({ found }) => readsText(found.slice(0, NAMED_PARTS), roles)),
    ...sidesOf(waterfall.filter(({ segment }) => segment === "all")).map(normText),
    example === undefined ? "" : headNote({ layer: example.layer!, head: example.head! }),
  ].join("");
}

/** The interval of a net effect. */
function netBounds({ net_low: low, net_high: high }: Pick<DirectMapRow, "net_low" | "net_high">) {
  return { low, high };
}

function nameOf({ component, layer, head }: DirectMapRow): string {
  return component === "head" ? `head ${headName({ layer: layer!, head: head! })}` : `MLP ${layer}`;
}

/** What the listed heads of a side read. */
function readsText(parts: readonly DirectMapRow[], roles: readonly ReadRoleRow[]): string {
  const heads = parts.filter(({ component }) => component === "head");
  if (heads.length === 0) return "";
  const read = heads.map(({ negation, layer, head }) => {
    const own = roles.filter((row) =>
      row.negation === negation && row.segment === "all" && row.layer === layer && row.head === head
    );
    const named = largestNet(own).slice(0, NAMED_ROLES).map(({ role, mean_net_effect }) =>
      `${roleLabel(role)} ${numberText(mean_net_effect!, 3)}`
    );
    return `${headName({ layer: layer!, head: head! })} ${
      named.join(", ") || "nothing for certain"
    }`;
  });
  return `${
    wrapText(`${heads[0]!.negation}-negated, what these heads read: ${read.join("; ")}`)
  }\n`;
}

function countText(side: readonly DirectMapRow[], found: number): string {
  const tested = side.map(netBounds).filter(isTested).length;
  const chance = byChanceText(tested);
  const { negation } = side[0]!;
  return sideCountText({ negation, unit: "part", tested, found, most: NAMED_PARTS, chance });
}

/** What all parts add up to, and the norm's own part. */
function normText(side: readonly WaterfallChartRow[]): string {
  const last = side.at(-1)!;
  const d = signOf(last.negation) * (last.s_after - side[0]!.s_before);
  const norm = last.mean_effect ?? 0;
  const interval = intervalText(last);
  const own = `${numberText(norm, 3)}${interval === "" ? "" : ` (${interval})`}`;
  const warning = Math.abs(norm) > LARGE_NORM * Math.abs(d)
    ? "; that is much, so that the effects without it also show how the parts change a vector's length: go by the net effects"
    : "";
  const text = `${last.negation}-negated: all parts add up to the mean d, ${
    numberText(d, 3)
  }; norm has ${own} of it${warning}`;
  return `${wrapText(text)}\n`;
}
