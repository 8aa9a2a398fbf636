/** The knock-out's scatter plot: do the heads that attend to the negator matter? */

import type { Reads } from "../../tables/schema.ts";
import { specificLine } from "./specific.ts";
import type { KnockoutPoint } from "./tables.ts";
import type { TopLevelSpec } from "vega-lite";
import { type PlacedPoint, placeLabels } from "../../charts/point_labels.ts";
import {
  axisRange,
  bootstrapText,
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  estimateText,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  sidesOf,
  specHead,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";

/** A head of heads.csv and of knockout_summary.csv. */
export type KnockoutChartRow =
  & Reads<
    KnockoutPoint,
    | "negation"
    | "layer"
    | "head"
    | "selectivity"
    | "n_twin"
    | "share"
    | "share_low"
    | "share_high"
    | "specific_share"
    | "specific_share_low"
    | "specific_share_high"
  >
  & { readonly n?: number };

type DrawnRow = KnockoutChartRow & { readonly selectivity: number; readonly share: number };

interface Label {
  readonly label_align: "left" | "center" | "right";
  readonly label_y: number;
}

interface Ranges {
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

const TITLE = "Negator selectivity of heads and the effect of their knock-out";

function captionOf(options: ChartOptions): string {
  return `Negator selectivity of every attention head (largest attention to the negator minus that to its twin in the affirmative sentence, mean over rows) and the share of the score difference d that goes back to this attention, less the same for the twin, with its 95 % interval (${
    bootstrapText(options)
  }). Heads with a large share or a large selectivity are named as layer.head.`;
}

/** Labelled heads per side: this many with the largest shares, and this many with the largest selectivity. */
const LABELLED = 6;

/** The least value of a labelled head, as a share of the largest on its side. */
const LEAST_LABELLED = 0.1;

/** The distance of labels from their points, in pixels. */
const LABEL_GAPS = { left: 5, center: 0, right: -5 };

/** How the text of a label is aligned on each side of its point. */
const ALIGNS = { right: "left", left: "right", above: "center", below: "center" } as const;

/** The size of the longest label, such as 24.16, as a share of a panel in one column of a venue. */
const LABEL_SIZE = { width: 0.14, height: 0.12 };

/**
 * Draws every head as a point: how selective it is for the negator, and the share of d of its attention to the negator, with its
 * interval. One panel per negated side, with the same axes; the strongest heads are labelled with their names
 * (layer.head) where there is space.
 *
 * @param rows One row per side and head, over all segments.
 * @returns A Vega-Lite spec without widths, fonts or house style.
 */
export function knockoutChart(rows: readonly KnockoutChartRow[], options: ChartOptions): ChartSpec {
  const points = rows.map(specificLine).filter((row): row is DrawnRow =>
    row.selectivity !== undefined && row.share !== undefined
  );
  if (points.length === 0) return emptyChart(TITLE, options);
  const ranges = {
    x: widened(axisRange([0, ...points.map((row) => row.selectivity)]), {
      before: 0,
      after: LABEL_SIZE.width,
    }),
    y: widened(axisRange([0, ...points.flatMap((row) => Object.values(boundsOf(row)))]), {
      before: LABEL_SIZE.height,
      after: LABEL_SIZE.height,
    }),
  };
  const sides = sidesOf(points);
  const spec = {
    ...specHead(describe(sides), { ...options, caption: captionOf(options) }),
    title: {
      text: TITLE,
      subtitle: "one point a head (layer.head); over all rows, shares of d with 95 % intervals",
    },
    concat: sides.map((side) => panel(side, ranges)),
  } satisfies TopLevelSpec;
  return spec;
}

/** A range extended by shares of itself before its first and after its last value. */
function widened(
  [from, to]: readonly [number, number],
  { before, after }: { readonly before: number; readonly after: number },
): [number, number] {
  return [drawn(from - before * (to - from)), drawn(to + after * (to - from))];
}

function panel(side: readonly DrawnRow[], ranges: Ranges): Panel {
  const type = "quantitative" as const;
  const x = {
    field: "selectivity",
    type,
    title: "selectivity",
    scale: { domain: [...ranges.x], nice: false },
  };
  const y = {
    field: "share",
    type,
    title: "share of d",
    scale: { domain: [...ranges.y], nice: false },
  };
  const color = OKABE_ITO.blue;
  const labels = labelsOf(side, ranges);
  const labelLayers = (["left", "center", "right"] as const).map((align) => ({
    transform: [{ filter: `datum.label_align === '${align}'` }],
    mark: { type: "text", align, dx: LABEL_GAPS[align] } as const,
    encoding: {
      x,
      y: { ...y, field: "label_y" },
      text: { field: "label", type: "nominal" as const },
    },
  }));
  return {
    title: { text: `${side[0]!.negation}-negated`, style: PANEL_TITLE },
    data: { values: side.map((row) => drawnPoint(row, labels.get(row))) },
    layer: [
      {
        data: { values: [{ zero: 0 }] },
        mark: { type: "rule", strokeDash: [4, 3] },
        encoding: { y: { ...y, field: "zero" } },
      },
      {
        data: { values: [{ zero: 0 }] },
        mark: { type: "rule", strokeDash: [4, 3] },
        encoding: { x: { ...x, field: "zero" } },
      },
      {
        mark: { type: "rule", color, opacity: 0.5 },
        encoding: { x, y: { ...y, field: "low" }, y2: { field: "high" } },
      },
      {
        mark: { type: "circle", color, size: 26, opacity: 0.8 },
        encoding: { x, y, ...TIP },
      },
      ...labelLayers,
    ],
  };
}

/** For the rows whose labels have space, the label's alignment, and its height in units of the share; the strongest heads are placed first. */
function labelsOf(side: readonly DrawnRow[], { x, y }: Ranges): ReadonlyMap<DrawnRow, Label> {
  const upwards = (share: number) => (share - y[0]) / (y[1] - y[0]);
  const places = new Map(side.map((row): [DrawnRow, PlacedPoint] => {
    const { low, high } = boundsOf(row);
    return [row, {
      x: (row.selectivity - x[0]) / (x[1] - x[0]),
      y: upwards(row.share),
      low: upwards(low),
      high: upwards(high),
    }];
  }));
  const labelled = [...new Set([...byShare(side), ...bySelectivity(side)])];
  const found = placeLabels(labelled.map((row) => places.get(row)!), {
    size: LABEL_SIZE,
    among: [...places.values()],
    level: upwards(0),
  });
  return new Map(labelled.flatMap((row, i) => {
    const place = found[i];
    if (place === undefined) return [];
    const label_y = drawn(y[0] + place.y * (y[1] - y[0]));
    return [[row, { label_align: ALIGNS[place.side], label_y }]];
  }));
}

function byShare(side: readonly DrawnRow[]): DrawnRow[] {
  return strongest(side, (row) => Math.abs(row.share));
}

function bySelectivity(side: readonly DrawnRow[]): DrawnRow[] {
  return strongest(side, (row) => row.selectivity);
}

function strongest(
  side: readonly DrawnRow[],
  strength: (row: DrawnRow) => number,
): DrawnRow[] {
  const first = side.toSorted((a, b) => strength(b) - strength(a)).slice(0, LABELLED);
  return first.filter((row) =>
    strength(row) > 0 && strength(row) >= LEAST_LABELLED * strength(first[0]!)
  );
}

function boundsOf({ share, share_low, share_high }: DrawnRow) {
  return { low: drawn(share_low ?? share), high: drawn(share_high ?? share) };
}

function interval({ share_low: low, share_high: high }: DrawnRow) {
  return { low, high };
}

function drawnPoint(row: DrawnRow, label: Label | undefined) {
  const { layer, head, n, selectivity, share } = row;
  const answer = `selectivity ${tipEstimate(selectivity)}, share of d ${
    tipEstimate(share, interval(row))
  }`;
  return {
    label: `${layer}.${head}`,
    selectivity: drawn(selectivity),
    share: drawn(share),
    ...boundsOf(row),
    ...label,
    tip: `head ${layer}.${head}: ${answer}${n === undefined ? "" : `, n = ${n}`}`,
  };
}

function describe(sides: readonly (readonly DrawnRow[])[]): string {
  const seen = sides.map((side) => {
    const effects = byShare(side).map((row) =>
      `${row.layer}.${row.head} (${estimateText(row.share, interval(row))})`
    );
    const selective = bySelectivity(side).map((row) =>
      `${row.layer}.${row.head} (${shortNumber(row.selectivity)})`
    );
    return `${side[0]!.negation}-negated: largest shares of ${effects.join(", ") || "none"}; ` +
      `most selective ${selective.join(", ") || "none"}.`;
  });
  const what =
    "Scatter plots, one point a head as layer.head, selectivity across, share of d upwards.";
  return [`${what} ${TITLE}.`, ...seen].join(" ");
}
