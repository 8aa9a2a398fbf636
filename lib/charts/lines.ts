/** Lines of a table: a point with its interval for each row, a line for each series; all panels have the same axes. */

import { panelChart, panelsOf, type TitledPanel, valueIn } from "./panels.ts";
import { lineAxis } from "./plot/line_axis.ts";
import { type LinesOptions, SERIES_STYLES } from "./plot/line_options.ts";
import { controlOf, type LinePoint, linesPanel } from "./plot/lines_panel.ts";
import { controlIn } from "./row_control.ts";
import { axisRange, type ChartSpec, drawn, drawnEnds, estimateText } from "./spec.ts";

/** Space above the highest interval for its label, as a share of the range. */
const LABEL_ROOM = 0.08;

/**
 * Draws lines: layers or other numbers across, a colour, a shape and a dash for each series.
 *
 * @example The effect of two parts by layer
 * ```ts ignore
 * import { lines } from "negscope/charts";
 *
 * const rows = [{ layer: 1, part: "MLP", share: 0.2 }, { layer: 2, part: "MLP", share: 0.6 }];
 * const spec = lines(rows, { title: "Effects", x: "layer", y: "share", series: "part" });
 * ```
 *
 * @param rows A row for each point.
 * @returns A Vega-Lite spec with the kit's style in it.
 */
export function lines<Row extends object>(
  rows: readonly Row[],
  options: NoInfer<LinesOptions<Row>>,
): ChartSpec {
  const panels = panelsOf(rows, options).map((panel) => ({
    ...panel,
    points: panel.rows.flatMap((row) => pointOf(row, options)),
  }));
  const points = panels.flatMap((panel) => panel.points);
  const known = new Set(points.map(({ series }) => series));
  const names = options.styles === undefined
    ? [...known]
    : Object.keys(options.styles).filter((name) => known.has(name));
  const styles = names.map((name, i) =>
    options.styles?.[name] ?? SERIES_STYLES[i % SERIES_STYLES.length]!
  );
  const { form = `Lines, ${options.x}s across.`, told, yRange } = options;
  const common = {
    names,
    styles,
    xAxis: lineAxis(options.xAxis ?? "counts", points.map(({ x }) => x)),
  };
  const range = rangeOf(points, options);
  return panelChart(withControls(options, points), {
    form,
    panels: points.length === 0 ? [] : panels.map((panel): TitledPanel => ({
      title: panel.title,
      text: panel.points.length === 0
        ? undefined
        : told?.(panel.rows) ?? largestText(panel.points, options),
      view: linesPanel(panel, options, { ...common, yRange: yRange?.(panel.rows) ?? range }),
    })),
    shared: options.series === undefined ? [] : ["color", "shape", "strokeDash"],
  });
}

/** Says below the title and in the caption what the grey dashes are, where there are any. */
function withControls<Row extends object>(
  options: LinesOptions<Row>,
  points: readonly LinePoint<Row>[],
): LinesOptions<Row> {
  const names = new Set(points.flatMap(({ row }) => {
    const { control, value } = controlIn(row) ?? {};
    return control === undefined || value === undefined ? [] : [control];
  }));
  if (names.size === 0) return options;
  const what = `the control ${[...names].join(" or ")}`;
  return {
    ...options,
    subtitle: [...[options.subtitle ?? []].flat(), `grey dashes: ${what}`],
    ...options.caption !== undefined && {
      caption: `${options.caption}. Grey dashes: ${what}`,
    },
  };
}

function pointOf<Row extends object>(row: Row, options: LinesOptions<Row>): LinePoint<Row>[] {
  const y = valueIn(row, options.y);
  if (y === undefined) return [];
  return [{
    row,
    x: row[options.x] as number,
    y,
    low: valueIn(row, options.low),
    high: valueIn(row, options.high),
    series: valueIn(row, options.series) ?? "",
  }];
}

/** The range of the vertical axes: all intervals and levels, with space for the labels above them. */
function rangeOf<Row extends object>(
  points: readonly LinePoint<Row>[],
  { levels = [0], label }: LinesOptions<Row>,
): [number, number] {
  const [least, most] = axisRange([
    ...levels,
    ...points.flatMap((point) => drawnEnds(point.y, point)),
    ...points.flatMap(controlOf),
  ]);
  return [least, label === undefined ? most : drawn(most + LABEL_ROOM * (most - least))];
}

function largestText<Row extends object>(
  points: readonly LinePoint<Row>[],
  options: LinesOptions<Row>,
): string {
  const most = points.reduce((a, b) => Math.abs(b.y) > Math.abs(a.y) ? b : a);
  const name = most.series === "" ? "" : ` for ${most.series}`;
  return `largest${name} at ${options.x} ${most.x}, ${estimateText(most.y, most)}`;
}
