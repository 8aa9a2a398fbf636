/** The comparison chart: measured cells against published cells. */

import type { TopLevelSpec } from "vega-lite";
import { roleLabel } from "../../charts/roles.ts";
import {
  axisRange,
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  groupsOf,
  type Panel,
  PANEL_TITLE,
  shortNumber,
  specHead,
  TIP,
  tipEstimate,
} from "../../charts/spec.ts";
import { OKABE_ITO } from "../../charts/theme.ts";

/** The columns of comparison.csv. */
export interface ComparisonChartRow {
  /** The published table. */
  readonly table: string;
  /** Which sentence is negated: `caption` or `foil`. */
  readonly negation: string;
  /** The group of rows, if the table has one. */
  readonly segment?: string | undefined;
  /** The block's number from 1; 0 for the embeddings in the trace. */
  readonly layer: number;
  /** The head's number from 1, if the table has one. */
  readonly head?: number | undefined;
  /** The token's role, if the table has one. */
  readonly role?: string | undefined;
  /** The paper's figure. */
  readonly published: number;
  /** The run's figure, if it has the cell. */
  readonly measured?: number | undefined;
}

/** The columns of comparison_summary.csv that the chart reads. */
export interface ComparisonChartSummary {
  /** The published table. */
  readonly table: string;
  /** Cells with a measured value that the method does not fix for every model. */
  readonly n_free: number;
  /** Pearson's r over these cells. */
  readonly r_free?: number | undefined;
}

/** What the comparison is drawn from besides its cells. */
export interface ComparisonChartOptions extends ChartOptions {
  /** The rows of comparison_summary.csv. */
  readonly summary: readonly ComparisonChartSummary[];
  /** The line below the title, which says whether the measured model is the published one. */
  readonly note: string;
}

type Cell = ComparisonChartRow & { readonly measured: number };

const TITLE = "Published and measured values";

const FREE = "free: all but the cells that the method itself makes the same in every model";

const CAPTION =
  "Measured against published values (Quantmeyer, Mosteiro and Gatt 2024), one point a cell of the paper's tables, with the line of equality. Pearson's r is over the free cells: all but those that the method itself makes the same in every model";

const TABLES = new Map([
  ["causal_trace", "causal tracing effect"],
  ["negator_attention", "negator selectivity"],
  ["correlation_with_d", "correlation of selectivity with d"],
  ["negator_attention_layer4", "attention to the negator, layer 4"],
]);

/** The colour and shape of each side. */
const SIDES = [
  { name: "foil-negated", color: OKABE_ITO.blue, shape: "circle" },
  { name: "caption-negated", color: OKABE_ITO.vermillion, shape: "triangle-up" },
];

/**
 * Draws the measured value of every cell against its published value, one panel per table, with the line of equality.
 *
 * Panels are square in every preset, with equal axes. Cells without a measured value are left out. r is over the cells that the
 * method leaves free: cells that are 0 or 1 in every model would make any two models look alike.
 *
 * @param rows The rows of comparison.csv.
 * @returns A Vega-Lite spec without fonts or house style.
 */
export function comparisonChart(
  rows: readonly ComparisonChartRow[],
  options: ComparisonChartOptions,
): ChartSpec {
  const cells = rows.filter((row): row is Cell => row.measured !== undefined);
  if (cells.length === 0) return emptyChart(TITLE, options);
  const tables = groupsOf(cells, (row) => row.table);
  const spec = {
    ...specHead(describe(tables, options), {
      ...options,
      caption: `${CAPTION}; ${options.note}.`,
    }),
    title: { text: TITLE, subtitle: [options.note, FREE] },
    columns: 2,
    concat: tables.map((table) => panel(table, options)),
    resolve: { scale: { color: "shared", shape: "shared" } },
  } satisfies TopLevelSpec;
  return spec;
}

function panel(table: readonly Cell[], options: ComparisonChartOptions): Panel {
  const type = "quantitative" as const;
  const [from, to] = axisRange(table.flatMap(({ published, measured }) => [published, measured]));
  const scale = { domain: [from, to], nice: false };

  const x = { field: "published", type, title: "published", scale };
  const y = { field: "measured", type, title: "measured", scale };
  const side = { field: "side", type: "nominal" as const, title: null };
  const domain = SIDES.map(({ name }) => name);
  return {
    title: {
      text: [tableTitle(table), agreement(table, options)],
      style: PANEL_TITLE,
      frame: "group",
    },
    width: 180,
    height: 180,
    layer: [
      {
        data: {
          values: [{ published: from, measured: from }, { published: to, measured: to }],
        },
        mark: { type: "line", strokeDash: [4, 3], color: OKABE_ITO.black, strokeWidth: 1 },
        encoding: { x, y },
      },
      {
        data: { values: table.map(drawnCell) },
        mark: { type: "point", filled: true, size: 22, opacity: 0.6 },
        encoding: {
          x,
          y,
          color: { ...side, scale: { domain, range: SIDES.map(({ color }) => color) } },
          shape: { ...side, scale: { domain, range: SIDES.map(({ shape }) => shape) } },
          ...TIP,
        },
      },
    ],
  };
}

function tableTitle(table: readonly Cell[]): string {
  const { table: name } = table[0]!;
  return TABLES.get(name) ?? name;
}

function agreement(table: readonly Cell[], { summary }: ComparisonChartOptions): string {
  const own = summary.find((row) => row.table === table[0]!.table);
  if (own?.r_free === undefined) return `${table.length} cells`;
  return `${table.length} cells, r = ${shortNumber(own.r_free)} over ${own.n_free} free`;
}

function cellName({ negation, segment, layer, head, role }: ComparisonChartRow): string {
  const place = head === undefined ? `layer ${layer}` : `head ${layer}.${head}`;
  const group = segment === undefined ? `${negation}-negated` : `${negation}-negated, ${segment}`;
  return role === undefined ? `${group}, ${place}` : `${group}, ${place}, ${roleLabel(role)}`;
}

function drawnCell(cell: Cell) {
  const [published, measured] = [drawn(cell.published), drawn(cell.measured)];
  const tip = `${cellName(cell)}: published ${tipEstimate(published)}, measured ${
    tipEstimate(measured)
  }`;
  return { side: `${cell.negation}-negated`, published, measured, tip };
}

function describe(
  tables: readonly (readonly Cell[])[],
  options: ComparisonChartOptions,
): string {
  const seen = tables.map((table) => {
    const distance = ({ published, measured }: Cell) => Math.abs(measured - published);
    const farthest = table.reduce((most, cell) => distance(cell) > distance(most) ? cell : most);
    const { published, measured } = farthest;
    return `${tableTitle(table)}: ${agreement(table, options)}; farthest apart at ${
      cellName(farthest)
    } (published ${shortNumber(published)}, measured ${shortNumber(measured)}).`;
  });
  const what = "Scatter plots, one point a cell, published across, measured upwards.";
  return [`${what} ${TITLE}: ${options.note}.`, ...seen].join(" ");
}
