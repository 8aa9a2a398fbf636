/** The map of direct attribution: what each head writes directly to the end token adds to d. */

import type { ChartOptions, ChartSpec } from "../../charts/spec.ts";
import { shareMap } from "../share_map.ts";
import { netLine } from "./net_line.ts";
import type { AttributionSummaryRow } from "./tables.ts";

/** Which of a head's effects a map shows: its own, or with its share of the norm's. */
export type DirectEffect = "effect" | "net effect";

const TEXTS = {
  "effect": {
    title: "Direct effect of single heads, share of d",
    subtitle: "what the head writes to the end token, without the norm",
    caption:
      "Direct effect of each head as a share of the score difference d, by layer: what the head writes to the end token itself, without what later layers make of it and without its share of the norm's effect",
  },
  "net effect": {
    title: "Net direct effect of single heads, share of d",
    subtitle: "what the head writes to the end token, with its share of the norm",
    caption:
      "Net direct effect of each head as a share of the score difference d, by layer: what the head writes to the end token itself, less what this adds to the length of the sentence's vector",
  },
} as const;

/**
 * Draws what every head writes directly: one map per negated side, heads down, layers across. Marks show values that cannot be told from
 * 0 or have no interval.
 *
 * @param options Which effect is drawn, and what charts need besides. @default {the head's own effect}
 * @returns A Vega-Lite spec in the kit's style.
 */
export function directMap(
  rows: readonly AttributionSummaryRow[],
  { shown = "effect", ...options }: ChartOptions & { readonly shown?: DirectEffect },
): ChartSpec {
  const heads = rows.filter(({ component, segment }) => component === "head" && segment === "all");
  return shareMap(shown === "effect" ? heads : heads.map(netLine), {
    ...options,
    ...TEXTS[shown],
    effect: shown,
  });
}
