/** A panel of lines: intervals, lines and points of all series, and what stands behind and above them. */

import { nameOf, STRUT, type TitledPanel } from "../panels.ts";
import { controlIn } from "../row_control.ts";
import { drawn, drawnEnds, NO_CELL, TIP, tipOf } from "../spec.ts";
import { numberAxis, ruleLayer, span, ticksAt } from "./axes.ts";
import type { LineAxis } from "./line_axis.ts";
import type { LinesOptions, SeriesStyle } from "./line_options.ts";

const CONTROL_GREY = "#767676";

/** The distance between neighbouring series, in units of x: all of them take less than half of it. */
const APART = 0.2;

const MOST_APART = 0.48;

/** A row with a value. */
export interface LinePoint<Row extends object> {
  readonly row: Row;
  readonly x: number;
  readonly y: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly series: string;
}

/** What the control shows in place of a point; nothing without a control. */
export function controlOf({ row }: { readonly row: object }): number[] {
  return [controlIn(row)?.value ?? []].flat().map(drawn);
}

export function linesPanel<Row extends object>(
  { rows, points }: { readonly rows: readonly Row[]; readonly points: readonly LinePoint<Row>[] },
  options: LinesOptions<Row>,
  { names, styles, xAxis, yRange }: {
    readonly names: readonly string[];
    readonly styles: readonly SeriesStyle[];
    readonly xAxis: LineAxis;
    readonly yRange: readonly [number, number];
  },
) {
  const type = "quantitative" as const;
  const { levels = [0], isJoined = true } = options;
  const { placeOf } = xAxis;
  const shown = names.filter((name) => points.some(({ series }) => series === name));
  const apart = Math.min(APART, MOST_APART / shown.length); // so that intervals do not cover each other
  const shiftOf = (series: string) =>
    options.hasBands ? 0 : (shown.indexOf(series) - (shown.length - 1) / 2) * apart;
  const series = options.series === undefined ? "" : nameOf(options.series);
  const y = nameOf(options.y);
  const values = points.map((point) => {
    const { row, x } = point;
    const [low, high] = drawnEnds(point.y, point);
    const [control] = controlOf(point);
    const what = options.tip?.(row) ??
      `${options.x} ${x}${point.series === "" ? "" : `, ${point.series}`}: ${y}`;
    return {
      [options.x]: x,
      ...(placeOf !== undefined && { place: drawn(placeOf(x) + shiftOf(point.series)) }),
      ...(series !== "" && { [series]: point.series }),
      [y]: drawn(point.y),
      low,
      high,
      ...(options.label !== undefined && { label: options.label(row) }),
      ...control !== undefined && { control },
      tip: tipOf(what, point.y, { ...point, row }),
    };
  });
  const across = numberAxis(placeOf === undefined ? options.x : "place", {
    title: options.xTitle ?? options.x,
    range: xAxis.range,
    scale: xAxis.padding === undefined ? {} : { padding: xAxis.padding },
    axis: ticksAt(xAxis.ticks, xAxis.labels),
  });
  const { yTitle = y } = options;
  const upwards = numberAxis(y, {
    title: typeof yTitle === "string" ? yTitle : yTitle(rows),
    range: yRange,
  });
  const by = (channel: keyof SeriesStyle, legend: object = {}) => ({
    field: series,
    type: "nominal" as const,
    scale: { domain: [...names], range: styles.map(({ [channel]: style }) => style) },
    legend: { title: null, ...legend },
  });
  const color = series === ""
    ? { value: styles[0]!.color }
    : by("color", { symbolStrokeWidth: 0, ...options.hasBands && { symbolOpacity: 1 } });
  const grey = options.grey?.(rows) ?? [];
  return {
    data: { values },
    layer: [
      ...levels.length === 0 ? [] : [
        ruleLayer("y", upwards, {
          field: "level",
          values: levels.map((level) => ({ level })),
          mark: options.levels === undefined ? {} : { strokeDash: [4, 3] },
        }),
      ],
      ...grey.length === 0 ? [] : [{
        mark: { type: "rect", color: NO_CELL, opacity: 0.5 },
        data: { values: grey.map((x) => ({ from: x - 0.45, to: x + 0.45 })) },
        encoding: { x: { field: "from", type }, x2: { field: "to" } },
      }],
      {
        mark: options.hasBands ? { type: "area", opacity: 0.2 } : { type: "rule" },
        encoding: { x: across, ...span("y", upwards), color },
      },
      ...isJoined
        ? [{
          mark: { type: "line", strokeWidth: 1 },
          encoding: {
            x: across,
            y: upwards,
            color,
            ...(series !== "" && { strokeDash: by("dash") }),
          },
        }]
        : [],
      {
        mark: { type: "point", filled: true, opacity: 1, size: isJoined ? 20 : 50 },
        encoding: {
          x: across,
          y: upwards,
          color,
          ...(series !== "" && { shape: by("shape") }),
          ...TIP,
        },
      },
      ...values.some((value) => "control" in value)
        ? [{
          transform: [{ filter: "isValid(datum.control)" }],
          mark: {
            type: "tick",
            orient: "horizontal",
            width: 8,
            thickness: 1.2,
            color: CONTROL_GREY,
          },
          encoding: { x: across, y: { ...upwards, field: "control" } },
        }]
        : [],
      ...options.label === undefined ? [] : [{
        mark: { type: "text", dy: -8 },
        encoding: {
          x: across,
          y: { ...upwards, field: "high" },
          text: { field: "label", type: "nominal" },
        },
      }],
      ...(options.yRange === undefined ? [] : [STRUT]),
    ],
  } as TitledPanel["view"];
}
