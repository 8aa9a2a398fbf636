/** What a summary says of heads, nodes, parts or paths with shares of d: who carries d, in a sentence and a table, and how many there are. */

import type { ChartSpec } from "../charts/spec.ts";
import { groupsOf, titledSides } from "../charts/texts.ts";
import { FEWEST_CLUSTERS } from "../stats/effective_clusters.ts";
import {
  isNamedShare,
  isTestedShare,
  largestShares,
  LEAST_SHARE,
  noneNamedText,
  type ShareLine,
} from "../study/effects/named_shares.ts";
import { controlLine, specificText } from "../study/controls/control_text.ts";
import type { FindingLine, FindingTable } from "../study/experiment/finding.ts";
import { bracketed, estimateText, intervalText } from "../tables/text_table.ts";
import { heatMap, type HeatMapOptions } from "../charts/heat_map.ts";
import { headName } from "../tables/nodes.ts";

interface PartLine extends ShareLine {
  readonly negation: string;
  readonly segment: string;
  readonly mean_effect?: number | undefined;
}

type Unit = "head" | "node" | "part" | "path";

interface TopShares<Line> {
  readonly title: string;
  readonly unit: Unit;
  /** What stands before the names in a sentence, such as `the path`. @default {nothing} */
  readonly what?: string;
  readonly most: number;
  readonly nameOf: (line: Line) => Readonly<Record<string, string>>;
  /** A line's name in a sentence. @default {the cells that name it} */
  readonly wordsOf?: (line: Line) => string;
  readonly more?: (line: Line) => FindingLine;
}

interface SaidShares<Line> {
  readonly sentences: readonly string[];
  readonly table: FindingTable;
  /** How many are found on each side where some are. */
  readonly counts: readonly string[];
  readonly named: readonly Line[];
}

const MOST_NAMES = 3;

/** The lines with the largest shares of d over all rows of each side, with their shares over the correct and the incorrect rows. */
export function topShares<Line extends PartLine>(
  lines: readonly Line[],
  { title, unit, what, most, nameOf, more = () => ({}), ...texts }: TopShares<Line>,
): SaidShares<Line> {
  const keyOf = (line: Line) => JSON.stringify([line.negation, line.segment, nameOf(line)]);
  const byKey = new Map(lines.map((line) => [keyOf(line), line]));
  const shareIn = (line: Line, segment: string) => byKey.get(keyOf({ ...line, segment }))?.share;
  const sides = groupsOf(lines.filter(({ segment }) => segment === "all"), (row) => row.negation)
    .map((side) => ({ side, found: largestShares(side) }));
  const named = sides.flatMap(({ found }) => found.slice(0, most));
  const { wordsOf = (line: Line) => Object.values(nameOf(line)).join(" ") } = texts;
  return {
    sentences: sides.map(({ side, found }) =>
      `${whereNegated(side[0]!)}, ${
        found.length > 0 ? carriedText(found, { what, wordsOf }) : noneText(side, unit)
      }`
    ),
    table: {
      title,
      lines: named.map((line) => ({
        negated: line.negation,
        ...nameOf(line),
        share: line.share,
        simultaneous: simultaneousText(line),
        correct: shareIn(line, "correct"),
        incorrect: shareIn(line, "incorrect"),
        effect: line.mean_effect,
        ...more(line),
        ...controlLine(line),
      })),
    },
    counts: sides.filter(({ found }) => found.length > 0).map(({ side, found }) =>
      countText({
        side,
        unit,
        found: found.length,
        tested: side.filter(isTestedShare).length,
        most,
      })
    ),
    named,
  };
}

export function whereNegated({ negation }: { readonly negation: string }): string {
  return negation === "all" ? "In all rows" : `Where the ${negation} is negated`;
}

/** Names in a sentence: `a`, `a and b`, `a, b and 3 more`. */
export function namesText(names: readonly string[], most = MOST_NAMES): string {
  const left = names.length - most;
  const shown = left > 0 ? [...names.slice(0, most), `${left} more`] : names;
  return shown.length < 2 ? shown.join() : `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
}

/** What carries d, and what takes away from it. */
function carriedText<Line extends PartLine>(
  found: readonly Line[],
  { what = "", wordsOf }: {
    readonly what?: string | undefined;
    readonly wordsOf: (line: Line) => string;
  },
): string {
  const carrying = found.filter(({ share }) => share! > 0);
  const against = found.filter(({ share }) => share! < 0);
  const list = (lines: readonly Line[]) =>
    `${what}${what && " "}${
      namesText(lines.map((line) =>
        `${wordsOf(line)} ${bracketed(line.share, simultaneousBounds(line))}`
      ))
    }`;
  const names = (lines: readonly Line[]) => namesText(lines.map(wordsOf));
  const carried = [
    ...carrying.length > 0 ? [`d is carried by ${list(carrying)}`] : [],
    ...against.length > 0
      ? [`${list(against)} ${against.length === 1 ? "takes" : "take"} away from it`]
      : [],
  ].join(", and ");
  return carrying.length === 0 ? carried : carried + specificText(found, names);
}

export function shareText(line: ShareLine): string {
  return estimateText(line.share, simultaneousBounds(line));
}

export function simultaneousText(line: ShareLine, digits?: number): string {
  return intervalText(simultaneousBounds(line), digits);
}

function simultaneousBounds({ simultaneous_low: low, simultaneous_high: high }: ShareLine) {
  return { low, high };
}

function noneText(side: readonly PartLine[], unit: Unit): string {
  return side.some(isTestedShare)
    ? `no ${unit} is named: ${noneNamedText(side)}`
    : untestedText(unit, side.map(({ share }) => share));
}

/** Why nothing is tested: d is 0 in all rows, so that nothing has a share of it, or the rows are too few. */
export function untestedText(unit: string, shares?: readonly (number | undefined)[]): string {
  if (shares?.every((share) => share === undefined)) {
    return `no ${unit} is named: ${noneNamedText([])}`;
  }
  return `no ${unit} is tested, since an interval takes at least ${FEWEST_CLUSTERS} effective clusters of rows`;
}

/** How many heads or parts of a side are found, of those that have an interval. */
export function countText(
  { side, unit, tested, found, most }: {
    readonly side: readonly { readonly negation: string }[];
    readonly unit: Unit;
    readonly tested: number;
    readonly found: number;
    readonly most: number;
  },
): string {
  const listed = found > most ? `, of which ${most} are listed` : "";
  return `${side[0]!.negation}-negated: ${found} of ${tested} ${unit}s${listed}`;
}

interface HeadShare extends ShareLine {
  readonly negation: string;
  readonly layer?: number | undefined;
  readonly head?: number | undefined;
  readonly n: number;
  readonly share_low?: number | undefined;
  readonly share_high?: number | undefined;
}

interface ShareMapOptions<Row> extends
  Pick<
    HeatMapOptions<Row>,
    "sources" | "clusters" | "title" | "subtitle" | "panels" | "columns"
  > {
  /** What the share is of: a sentence without its full stop. */
  readonly caption: string;
  /** The name of the effect in tooltips. @default {only that it is a share of d} */
  readonly effect?: string;
}

export const SHARE_FIELDS = {
  value: "share",
  low: "share_low",
  high: "share_high",
  legend: "share of d",
} as const;

/** Draws the share of d of every head: one map per negated side, heads down, layers across. */
export function shareMap<Row extends HeadShare>(
  rows: readonly Row[],
  { effect, ...options }: NoInfer<ShareMapOptions<Row>>,
): ChartSpec {
  return heatMap(rows, {
    panels: titledSides,
    ...options,
    caption:
      `${options.caption}; sum over n rows of each side of sign(d) times this, divided by the sum of |d|`,
    x: "layer",
    y: "head",
    ...SHARE_FIELDS,
    tip: ({ layer, head }) =>
      `head ${headName({ layer: layer!, head: head! })}: ${
        effect === undefined ? "" : `${effect}, `
      }share of d`,
    named: {
      most: 5,
      least: LEAST_SHARE,
      isNamed: isNamedShare,
      intro: "largest shares, as layer.head: ",
    },
  });
}
