/** Maps of attention heads: heads down, layers across, one map beside the other with the same colours. */

import type { TopLevelSpec } from "vega-lite";
import {
  cellMark,
  isCertainMark,
  type MarkedValue,
  marksInOrder,
  marksText,
} from "./cell_marks.ts";
import { colourBound, colourRange } from "./colour_range.ts";
import {
  type ChartOptions,
  type ChartSpec,
  drawn,
  emptyChart,
  PANEL_TITLE,
  specHead,
  tipEstimate,
} from "./spec.ts";
import { type CellPrint, cellPrint, mapAxis, placesInOrder, valueMap } from "./value_map.ts";

/** A head and its value. */
export interface HeadCell {
  /** The block's number from 1. */
  readonly layer: number;
  /** The head's number from 1. */
  readonly head: number;
  /** Its value. */
  readonly value: number;
  /** Lower bound of the value's interval. */
  readonly low?: number | undefined;
  /** Upper bound. */
  readonly high?: number | undefined;
  /** What the marks judge in place of the value's own interval. @default {that interval} */
  readonly judged?: Omit<MarkedValue, "value">;
  /** Whether the alt text may name it. @default {whether its mark leaves no doubt} */
  readonly isNamed?: boolean;
  /** The number of rows that it is over, if the tooltip says it. */
  readonly n?: number;
}

/** The heads of one map. */
export interface TitledHeads {
  /** The map's title. */
  readonly title: string | string[];
  /** Its heads; those that are missing are grey. */
  readonly cells: readonly HeadCell[];
}

/** What the maps show, and the words for it. */
export interface HeadMapsOptions extends ChartOptions {
  /** The chart's title. */
  readonly title: string;
  /** The line below it. */
  readonly subtitle: string;
  /** What the chart shows, for a caption: a sentence without its full stop. */
  readonly caption: string;
  /** What a reader must know of the chart, for the alt text and the caption. @default {nothing} */
  readonly note?: string;
  /** The property of the spec's cells that holds the value. */
  readonly field: string;
  /** The legend's title. */
  readonly legend: string;
  /** The value's name in tooltips. */
  readonly valueName: string;
  /** Whether values are estimates, so that those without an interval or with 0 in it are marked. */
  readonly estimated: boolean;
  /** The number of maps side by side. @default {the preset's} */
  readonly columns?: number;
  /** The heads that the alt text names for each map. */
  readonly named: NamedHeads;
}

/** The heads that an alt text names. */
export interface NamedHeads {
  /** How many. */
  readonly most: number;
  /** What they are, before their names. */
  readonly intro: string;
  /** The least value that is named, of either sign if those count. @default {any} */
  readonly least?: number;
  /** Whether a value far below 0 counts as large. */
  readonly ofEitherSign: boolean;
}

/**
 * Draws maps of heads.
 *
 * @param maps The maps in their order.
 * @param options What they show.
 * @returns A Vega-Lite spec without sizes, fonts or house style.
 */
export function headMaps(maps: readonly TitledHeads[], options: HeadMapsOptions): ChartSpec {
  const { title, subtitle, note, field, legend, valueName, estimated, columns } = options;
  const { sources } = options;
  const cells = maps.flatMap((map) => map.cells);
  if (cells.length === 0) return emptyChart(title, { sources });
  const range = colourRange(cells.map(({ value }) => value));
  const print = cellPrint(colourBound(range));
  const markOf = (cell: HeadCell) =>
    estimated ? cellMark({ ...cell, ...cell.judged }, range) : undefined;
  const marks = marksInOrder(cells.map(markOf));
  const layers = placesInOrder(cells.map(({ layer }) => layer));
  const heads = placesInOrder(cells.map(({ head }) => head));
  const sentence = `${options.caption}${print.note}${note === undefined ? "" : `; ${note}`}.`;
  const caption = [sentence, marksText(marks, options)].filter((text) => text !== "").join(" ");
  const drawnCell = (cell: HeadCell) => {
    const { layer, head, n, value } = cell;
    const mark = markOf(cell);
    const rows = n === undefined ? "" : `, n = ${n}`;
    return {
      ...{ layer, head, [field]: drawn(value), label: print.label(value) },
      ...(mark !== undefined && { mark }),
      tip: `head ${layer}.${head}: ${valueName} ${tipEstimate(value, cell)}${rows}`,
    };
  };
  const spec = {
    ...specHead(describe(maps, { print, markOf, ...options }), { sources, caption }),
    title: { text: title, subtitle: `${subtitle}${print.note}` },
    ...(columns !== undefined && { columns }),
    concat: maps.map((map) => ({
      title: { text: map.title, style: PANEL_TITLE },
      ...valueMap(map.cells.map(drawnCell), {
        ...{ field, legend, range, marks },
        x: { field: "layer", type: "ordinal", scale: { domain: layers }, axis: mapAxis("layer") },
        y: { field: "head", type: "ordinal", scale: { domain: heads }, axis: mapAxis("head") },
      }),
    })),
    resolve: { scale: { color: "shared", ...(estimated && { shape: "shared" }) } },
  } satisfies TopLevelSpec;
  return spec;
}

function describe(
  maps: readonly TitledHeads[],
  { print, markOf, title, note, named }: HeadMapsOptions & {
    readonly print: CellPrint;
    readonly markOf: (cell: HeadCell) => string | undefined;
  },
): string {
  const size = ({ value }: HeadCell) => named.ofEitherSign ? Math.abs(value) : value;
  const seen = maps.map(({ title, cells }) => {
    const isNamed = (cell: HeadCell) =>
      (cell.isNamed ?? isCertainMark(markOf(cell))) && size(cell) >= (named.least ?? -Infinity);
    const largest = cells.filter(isNamed).toSorted((a, b) => size(b) - size(a))
      .slice(0, named.most);
    const heads = largest.map(({ layer, head, value }) =>
      `${layer}.${head} (${print.label(value)})`
    );
    const what = heads.length === 0
      ? cells.length === 0 ? "no cells" : `${named.intro}none for certain`
      : `${named.intro}${heads.join(", ")}`;
    return `${[title].flat().join(", ")}: ${what}.`;
  });
  const about = `${title}${print.note}${note === undefined ? "" : `: ${note}`}.`;
  return [`Heat maps, heads down, layers across. ${about}`, ...seen].join(" ");
}
