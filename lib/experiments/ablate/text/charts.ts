/** The charts of the text tower's ablation: a map of the heads, and lines of MLPs, attention and blocks. */

import type { TopLevelSpec } from "vega-lite";
import { headMaps } from "../../../charts/head_maps.ts";
import { roleLabel } from "../../../charts/roles.ts";
import {
  axisRange,
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  emptyChart,
  estimateText,
  greatest,
  groupsOf,
  sidesOf,
  specHead,
} from "../../../charts/spec.ts";
import { isNamedShare, LEAST_SHARE } from "../../../study/effects/named_shares.ts";
import type { Reads } from "../../../tables/schema.ts";
import {
  boundsOf,
  EFFECT_PARTS,
  effectPanel,
  type EffectPart,
  type EffectPoint,
} from "../effect_lines.ts";
import type { AblationSummaryRow } from "../tables.ts";
import { REPLACED_BY } from "./method_texts.ts";
import type { Method } from "./options.ts";

/** The columns of ablation_summary.csv that the charts read. */
export type TextAblationRow = Reads<
  AblationSummaryRow,
  | "negation"
  | "segment"
  | "node"
  | "method"
  | "role"
  | "layer"
  | "head"
  | "part"
  | "n"
  | "share"
  | "share_low"
  | "share_high"
  | "simultaneous_low"
  | "simultaneous_high"
>;

type DrawnRow = TextAblationRow & { readonly share: number };

/** The rows of one panel: one method and one negated side. */
interface Group<Row> {
  readonly title: string;
  readonly rows: readonly Row[];
}

const LINES_TITLE = "Effect of MLPs, attention and blocks of the text tower, share of d";

const MAP_TITLE = "Effect of the text tower's heads, share of d";

/**
 * Draws the shares of d of MLPs, of whole attention outputs and of whole blocks, one panel per method and negated side over all its rows:
 * layers across, the parts distinguished by colour, shape and dash, each with its interval. All panels share their axes.
 *
 * @param rows The rows of ablation_summary.csv.
 * @returns A Vega-Lite spec without widths, fonts or house style.
 */
export function textAblationChart(
  rows: readonly TextAblationRow[],
  options: ChartOptions,
): ChartSpec {
  const points = drawnRows(rows).flatMap((row) => {
    const part = partOf(row);
    return part === undefined ? [] : [{ ...row, part, layer: row.layer! }];
  });
  if (points.length === 0) return emptyChart(LINES_TITLE, options);
  const groups = groupsOfMethods(points);
  const axes = {
    parts: (Object.keys(EFFECT_PARTS) as EffectPart[])
      .filter((part) => points.some((point) => point.part === part)),
    effects: axisRange([0, ...points.flatMap((row) => Object.values(boundsOf(row)))]),
    layers: greatest(points.map(({ layer }) => layer)),
  };
  const caption =
    `Effect of the text tower's MLPs, whole attention outputs and whole blocks (both) as a share of the score difference d, by layer: ${
      whatIsDone(points)
    }; sum over rows of sign(d) times this, divided by the sum of |d|. Bars are 95 % intervals (${
      bootstrapText(options)
    }); n rows in each panel.`;
  const spec = {
    ...specHead(describe(groups), { ...options, caption }),
    title: {
      text: LINES_TITLE,
      subtitle: `${subtitleOf(points)}; shares of d with 95 % intervals`,
    },
    columns: 2,
    concat: groups.map(({ title, rows }) => effectPanel(title, rows, axes)),
    resolve: { scale: { color: "shared", shape: "shared", strokeDash: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

/**
 * Draws the share of d of every head: one map per method and negated side over all its rows, heads down, layers across, with the same
 * colours. Marks show values that cannot be told from 0 or have no interval.
 *
 * @param rows The rows of ablation_summary.csv.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function textAblationMap(
  rows: readonly TextAblationRow[],
  options: ChartOptions,
): ChartSpec {
  const cells = drawnRows(rows).filter(({ head }) => head !== undefined);
  const groups = groupsOfMethods(cells);
  const maps = groups.map(({ title, rows }) => ({
    title,
    cells: rows.map((row) => ({
      ...{ layer: row.layer!, head: row.head!, n: row.n, value: row.share },
      ...{ low: row.share_low, high: row.share_high, isNamed: isNamedShare(row) },
    })),
  }));
  const isOfOne = new Set(cells.map(({ method }) => method)).size === 1;
  return headMaps(maps, {
    ...options,
    title: MAP_TITLE,
    caption:
      `Effect of every head of the text tower as a share of the score difference d, by layer: ${
        cells.length === 0 ? "" : whatIsDone(cells)
      }; sum over n rows of each side of sign(d) times this, divided by the sum of |d|`,
    subtitle: cells.length === 0 ? "" : subtitleOf(cells),
    ...{ field: "share", legend: "share of d", valueName: "share of d", estimated: true },
    ...(!isOfOne && { columns: 2 }),
    named: {
      ...{ most: 5, least: LEAST_SHARE, ofEitherSign: true },
      intro: "largest shares, as layer.head: ",
    },
  });
}

function drawnRows(rows: readonly TextAblationRow[]): DrawnRow[] {
  return rows.filter((row): row is DrawnRow => row.segment === "all" && row.share !== undefined);
}

/** The part of a single node that is no head; undefined for heads and sets. */
function partOf({ layer, head, part }: TextAblationRow): EffectPart | undefined {
  if (layer === undefined || head !== undefined) return undefined;
  return part === undefined ? "block" : part as EffectPart;
}

/** The rows by method and then by side. */
function groupsOfMethods<Row extends DrawnRow>(rows: readonly Row[]): Group<Row>[] {
  return groupsOf(rows, ({ method }) => method).flatMap((own) =>
    sidesOf(own).map((rows) => ({
      title: `${rows[0]!.negation}-negated, ${own[0]!.method} (n = ${
        greatest(rows.map(({ n }) => n))
      })`,
      rows,
    }))
  );
}

function methodsIn(rows: readonly DrawnRow[]): Method[] {
  return [...new Set(rows.map(({ method }) => method as Method))];
}

function whatIsDone(rows: readonly DrawnRow[]): string {
  const methods = methodsIn(rows).map((method) => `${REPLACED_BY[method]} (${method})`);
  return `d minus d with its values ${placeOf(rows)} replaced in both sentences by ${
    methods.join(", ")
  }`;
}

function subtitleOf(rows: readonly DrawnRow[]): string {
  const methods = methodsIn(rows);
  return methods.length === 1
    ? `d minus d with the values ${placeOf(rows)} replaced by ${REPLACED_BY[methods[0]!]}`
    : `d minus d with the values ${placeOf(rows)} replaced`;
}

function placeOf(rows: readonly DrawnRow[]): string {
  const { role } = rows[0]!;
  return role === "all" ? "at all positions" : `at tokens of the role ${roleLabel(role)}`;
}

function describe(groups: readonly Group<DrawnRow & EffectPoint>[]): string {
  const seen = groups.map(({ title, rows }) => {
    const largest = rows.reduce((most, row) =>
      Math.abs(row.share) > Math.abs(most.share) ? row : most
    );
    return `${title}: largest for ${largest.node}, ${
      estimateText(largest.share, { low: largest.share_low, high: largest.share_high })
    }.`;
  });
  const what = "Lines with 95 % intervals, one panel per method and side, layers across.";
  return [`${what} ${LINES_TITLE}.`, ...seen].join(" ");
}
