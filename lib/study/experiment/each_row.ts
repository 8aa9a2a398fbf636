/** Few rows one by one: their sentences, their d, and the largest effects of each, where means over them cannot be tested. */

import { groupsOf } from "../../charts/texts.ts";
import { visibleLine } from "../../errors.ts";
import { areEnough, effectiveClusters, FEWEST_CLUSTERS } from "../../stats/estimate.ts";
import { numberText } from "../../tables/text_table.ts";
import { type ClusterBy, clusterOf, clustersText } from "../clusters.ts";
import { LEAST_SHARE } from "../effects/named_shares.ts";
import { sizeOfD } from "../effects/noise.ts";
import type { MeasuredRow } from "./experiment.ts";
import type { Finding } from "./finding.ts";

/** The effect of a part in a row. */
export interface RowEffect {
  /** The row's id. */
  readonly id: string;
  /** The part's name, as summaries write it. */
  readonly part: string;
  /** Where in the part it is, such as `in layer 2`; only the largest of its places is shown. @default {the whole part} */
  readonly at?: string;
  /** Its effect on d; undefined if it has none in this row. */
  readonly effect: number | undefined;
}

/** The effects in single rows that a summary of few rows lists. */
export interface RowEffects {
  /** What the effects are of, such as `net effects`. */
  readonly of: string;
  /** All effects of all rows. */
  readonly effects: Iterable<RowEffect>;
  /** Whether they are shown as they are. @default {false: as shares of the row's d} */
  readonly asTheyAre?: boolean;
}

type Row = MeasuredRow<unknown>;

/** The most rows of a side that are shown, and the most parts of a row. */
const [MOST_ROWS, MOST_PARTS] = [12, 3];

interface FewRows {
  readonly shown: readonly Row[];
  readonly count: number;
}

/** The sides whose rows are too few for an interval, with the rows that a summary shows of them. */
export function fewRows(rows: readonly Row[], by?: ClusterBy): readonly FewRows[] {
  return groupsOf(rows, ({ pair }) => pair.negation).filter((side) => {
    const sizes = Map.groupBy(side, ({ pair }) => clusterOf(pair, by)).values();
    return !areEnough(effectiveClusters([...sizes].map(({ length }) => length)));
  }).map((side) => ({ shown: side.slice(0, MOST_ROWS), count: side.length }));
}

/** The sentences of the rows with their d, and what would give means over them an interval. */
export function rowSentences(sides: readonly FewRows[], by: ClusterBy | undefined): Finding {
  return {
    lists: [{
      title: "Each row",
      texts: sides.flatMap(({ shown }) =>
        shown.map(({ pair: { id, negation, caption, foil }, scores }) => {
          const sentences = `caption "${visibleLine(caption)}", foil "${visibleLine(foil)}"`;
          const d = scores === undefined ? "" : `, d ${numberText(scores.d, 3)}, ${scores.segment}`;
          return `${visibleLine(id)}: ${sentences}, ${negation}-negated${d}`;
        })
      ),
    }],
    notes: sides.map(({ shown, count }) => {
      const what = `${count} ${shown[0]!.pair.negation}-negated ${count === 1 ? "row" : "rows"}${
        shown.length < count ? `, of which ${shown.length} are shown` : ""
      }`;
      return `${what}: too few for an interval, which takes at least ${FEWEST_CLUSTERS} effective clusters, here ${
        clustersText(by)
      }; give more of them with --data, or a larger --limit`;
    }),
  };
}

export function rowEffectsFinding(
  sides: readonly FewRows[],
  { of, effects, asTheyAre = false }: RowEffects,
): Finding {
  const rows = sides.flatMap(({ shown }) => shown);
  const ofRow = new Map(rows.map(({ pair: { id } }) => [id, new Map<string, Placed>()]));
  for (const { id, part, at, effect } of effects) {
    const parts = ofRow.get(id);
    if (parts === undefined || effect === undefined) continue;
    if (Math.abs(effect) < Math.abs(parts.get(part)?.value ?? 0)) continue;
    parts.set(part, { name: at === undefined ? part : `${part} ${at}`, value: effect });
  }
  const title = asTheyAre ? "Largest of each row" : "Largest shares of each row's d";
  return {
    lists: [{
      title: `${title}: ${of}`,
      texts: rows.map(({ pair: { id }, scores }) =>
        `${visibleLine(id)}: ${
          rowText([...ofRow.get(id)!.values()], { scores, isShare: !asTheyAre })
        }`
      ),
    }],
  };
}

interface Placed {
  readonly name: string;
  readonly value: number;
}

function rowText(
  parts: readonly Placed[],
  { scores, isShare }: { readonly scores: Row["scores"]; readonly isShare: boolean },
): string {
  if (parts.length === 0) {
    return scores === undefined
      ? "not measured"
      : `not measured; --segments with ${scores.segment} adds it`;
  }
  if (!isShare) return largestText(parts);
  const d = scores?.d ?? 0;
  return sizeOfD(d) === 0
    ? "d is no more than a rounding error"
    : largestText(parts.map(({ name, value }) => ({ name, value: value / d })));
}

function largestText(parts: readonly Placed[]): string {
  const largest = parts.filter(({ value }) => Math.abs(value) >= LEAST_SHARE)
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value));
  if (largest.length === 0) return `none of ${LEAST_SHARE} or more`;
  return largest.slice(0, MOST_PARTS).map(({ name, value }) => `${name} ${numberText(value, 2)}`)
    .join(", ");
}
