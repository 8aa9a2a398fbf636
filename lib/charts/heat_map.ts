/** Heat maps of a table: a coloured cell for each row, with its value printed in it; all panels have the same colours. */

import { controlIn, drawn, tipOf } from "./texts.ts";
import {
  type CellPrint,
  cellPrint,
  colourBound,
  type ColourRange,
  colourRange,
  type DrawnSide,
  legendOf,
  mapAxis,
  mapFit,
  type MapSide,
  markCells,
  type MarkedValue,
  placesInOrder,
  valueMap,
  type ValueMapOptions,
} from "./value_map.ts";
import { type Field, nameOf, panelChart, panelsOf, type PanelsOptions, valueIn } from "./panels.ts";
import type { ChartSpec, Panel } from "./spec.ts";

/** The fields of a heat map, and what it says. */
export interface HeatMapOptions<Row> extends PanelsOptions<Row> {
  /** Across. */
  readonly x: MapField<Row>;
  /** Down. */
  readonly y: MapField<Row>;
  /** The value that the colours show; a row without one has no cell. */
  readonly value: Field<Row, number | undefined>;
  /** The lower bound of the value's interval. @default {no intervals, and so no marks of uncertainty} */
  readonly low?: Field<Row, number | undefined>;
  /** The upper bound. */
  readonly high?: Field<Row, number | undefined>;
  /** The legend's title, and the value's name in tooltips. @default {the value's field} */
  readonly legend?: string;
  /** The largest absolute value with a colour of its own. @default {the largest of all} */
  readonly most?: number;
  /** What says whether a cell is certain, if not its interval alone. */
  readonly judged?: (row: Row) => Omit<MarkedValue, "value">;
  /** The cells that the alt text names of a panel, if `told` does not say it. */
  readonly named?: NamedCells<Row>;
  /** What a tooltip says before the value. @default {both places, and the value's name} */
  readonly tip?: (row: Row) => string;
  /** A map for each of these names within a panel, one below the other. @default {one map a panel} */
  readonly facet?: {
    readonly field: string;
    readonly names: readonly string[];
    readonly of: (row: Row) => string;
  };
  /** A view below each map, with the same places across. */
  readonly below?: (rows: readonly Row[], x: MapSide) => object;
  /** What a reader must know, for the alt text and the caption. */
  readonly note?: string;
  /** Sentences at the end of the caption. */
  readonly captionEnd?: string;
  /** Sentences at the end of the alt text. */
  readonly altEnd?: string;
}

/** Which cells an alt text names: those with the largest values. */
export interface NamedCells<Row> {
  /** How many are named. @default {3} */
  readonly most?: number;
  /** What stands before their names. @default {nothing} */
  readonly intro?: string;
  /** What stands there if there are none. @default {"none for certain"} */
  readonly none?: string;
  /** The least value that is named. @default {any} */
  readonly least?: number;
  /** Whether a value far below 0 is large. @default {true} */
  readonly ofEitherSign?: boolean;
  /** Which may be named. @default {those that nothing puts in doubt} */
  readonly isNamed?: (row: Row) => boolean;
  /** A cell's name. @default {both places, such as 1.2} */
  readonly nameOf?: (row: Row) => string;
}

interface Cell<Row> {
  readonly row: Row;
  readonly x: number | string;
  readonly y: number | string;
  readonly value: number;
  readonly low: number | undefined;
  readonly high: number | undefined;
  readonly isCertain: boolean;
  readonly mark: string | undefined;
}

/**
 * Draws heat maps in colours around 0, blue below and orange above. Cells whose interval includes 0 or that have none are marked.
 *
 * @example The effect of every head on both sides
 * ```ts ignore
 * import { heatMap } from "negscope/charts";
 *
 * const rows = [{ layer: 1, head: 1, share: 0.8, low: 0.7, high: 0.9 }, { layer: 1, head: 2, share: -0.1, low: -0.3, high: 0.1 }];
 * const spec = heatMap(rows, { title: "Effects", x: "layer", y: "head", value: "share", low: "low", high: "high" });
 * ```
 *
 * @param rows A row for each cell.
 * @returns A Vega-Lite spec with the kit's style in it.
 */
export function heatMap<Row extends object>(
  rows: readonly Row[],
  options: NoInfer<HeatMapOptions<Row>>,
): ChartSpec {
  const { note, told, columns = 2, facet } = options;
  const known = rows.filter((row) => valueIn(row, options.value) !== undefined);
  const range = colourRange(known.map((row) => valueIn(row, options.value)!), options.most);
  const print = cellPrint(colourBound(range));
  const { cells, marks, marksText } = cellsOf(known, range, options);
  const maps = panelsOf(known, options)
    .map(({ title, rows }) => ({ title, rows, cells: rows.map((row) => cells.get(row)!) }));
  const all = [...cells.values()];
  const sidesOf = (panel: readonly Cell<Row>[]) => ({
    x: sideOf(options.x, (isOfPanel(options.x) ? panel : all).map(({ x }) => x)),
    y: sideOf(options.y, (isOfPanel(options.y) ? panel : all).map(({ y }) => y)),
  });
  const legend = options.legend ?? nameOf(options.value);
  const content = { field: nameOf(options.value), legend, range, marks };
  const { x, y } = sidesOf(maps[0]?.cells ?? []);
  const across = Math.min(columns, maps.length);
  const caption = options.caption === undefined ? undefined : [
    `${options.caption}${print.note}${note === undefined ? "" : `; ${note}`}.`,
    marksText,
    options.captionEnd ?? "",
  ].filter((part) => part !== "").join(" ");
  return panelChart({
    ...options,
    ...(caption !== undefined && { caption }),
    subtitle: withNote(options.subtitle, print.note),
  }, {
    form: options.form ??
      `Heat maps, ${nameOfSide(options.y)}s down, ${nameOfSide(options.x)}s across.`,
    note: `${print.note}${note === undefined ? "" : `: ${note}`}`,
    end: options.altEnd,
    panels: maps.map(({ title, rows, cells }) => {
      const values = cells.map((cell) => drawnCell(cell, { ...options, print }));
      return {
        title,
        text: told?.(rows) ?? namedText(cells, { ...options, print }),
        view: mapPanel(values, rows, { ...options, map: { ...content, ...sidesOf(cells) } }),
      };
    }),
    shared: ["color", "shape"],
    ...mapFit({
      across: x.scale.domain.length * across,
      down: y.scale.domain.length * (facet?.names.length ?? 1) * Math.ceil(maps.length / columns),
      columns: across,
      labels: all.map(({ value }) => print.label(value)),
    }),
  });
}

function cellsOf<Row extends object>(
  rows: readonly Row[],
  range: ColourRange,
  options: HeatMapOptions<Row>,
) {
  const cells = rows.map((row) => ({
    row,
    x: placeOf(row, options.x),
    y: placeOf(row, options.y),
    value: valueIn(row, options.value)!,
    low: valueIn(row, options.low),
    high: valueIn(row, options.high),
  }));
  const judged = cells.map(({ row, value, low, high }) => ({
    value,
    ...(options.low === undefined ? { isFixed: true } : { low, high }),
    isSpecific: controlIn(row)?.isBeyond,
    ...options.judged?.(row),
  }));
  const { marks, certain, text } = markCells(judged, range, options);
  const marked = cells.map((cell, i): Cell<Row> => (
    { ...cell, isCertain: certain[i]!, mark: marks[i] }
  ));
  return {
    cells: new Map(marked.map((cell) => [cell.row, cell])),
    marks: legendOf(marks),
    marksText: text,
  };
}

function drawnCell<Row extends object>(
  cell: Cell<Row>,
  options: HeatMapOptions<Row> & { readonly print: CellPrint },
): object {
  const { row, x, y, value, mark } = cell;
  const { facet, print } = options;
  const legend = options.legend ?? nameOf(options.value);
  const what = options.tip?.(row) ??
    `${nameOfSide(options.x)} ${x}, ${nameOfSide(options.y)} ${y}: ${legend}`;
  return {
    ...(facet !== undefined && { [facet.field]: facet.of(row) }),
    [nameOfSide(options.x)]: x,
    [nameOfSide(options.y)]: y,
    [nameOf(options.value)]: drawn(value),
    label: print.label(value),
    ...(mark !== undefined && { mark }),
    tip: tipOf(what, value, cell),
  };
}

function mapPanel<Row>(
  values: readonly object[],
  rows: readonly Row[],
  { facet, below, map }: Pick<HeatMapOptions<Row>, "facet" | "below"> & {
    readonly map: ValueMapOptions;
  },
): Panel {
  if (facet !== undefined) {
    return {
      data: { values: [...values] },
      facet: {
        row: {
          field: facet.field,
          type: "nominal",
          sort: [...facet.names],
          header: { title: null, labelOrient: "top", labelAnchor: "start", labelPadding: 3 },
        },
      },
      spec: valueMap(undefined, map),
    };
  }
  if (below === undefined) return valueMap(values, map);
  const { axis: _, ...x } = map.x;
  return {
    spacing: 5,
    bounds: "flush",
    vconcat: [
      valueMap(values, { ...map, x: { ...x, axis: null } }),
      below(rows, x) as Panel,
    ],
  };
}

function namedText<Row>(
  cells: readonly Cell<Row>[],
  { named = {}, print }: HeatMapOptions<Row> & { readonly print: CellPrint },
): string {
  const { most = 3, intro = "", none = "none for certain", ofEitherSign = true } = named;
  const size = ({ value }: Cell<Row>) => ofEitherSign ? Math.abs(value) : value;
  const isNamed = (cell: Cell<Row>) =>
    (named.isNamed?.(cell.row) ?? cell.isCertain) && size(cell) >= (named.least ?? -Infinity);
  const largest = cells.filter(isNamed).toSorted((a, b) => size(b) - size(a)).slice(0, most)
    .map((cell) => {
      const name = named.nameOf?.(cell.row) ?? `${cell.x}.${cell.y}`;
      return `${name} (${print.label(cell.value)})`;
    });
  return `${intro}${largest.join(", ") || none}`;
}

function withNote(
  subtitle: string | readonly string[] | undefined,
  note: string,
): string | readonly string[] | undefined {
  if (note === "") return subtitle;
  const lines = [subtitle ?? []].flat();
  return lines.length === 0
    ? note.slice("; ".length)
    : [...lines.slice(0, -1), `${lines.at(-1)}${note}`];
}

/** A side of a map: a column by its name, or what places a row there and how the axis shows it. */
export type MapField<Row> = keyof Row & string | MapPlaces<Row>;

/** What places a row on a side of a map, and how the axis shows it. */
export interface MapPlaces<Row> {
  /** The name of the places in the chart's data. */
  readonly field: string;
  /** The place of a row. @default {the column of the field's name} */
  readonly of?: (row: Row) => number | string;
  /** The axis's title. @default {the field for numbers, none for names} */
  readonly title?: string;
  /** All places in their order. @default {numbers in ascending order, names in that of the rows} */
  readonly order?: (places: readonly string[]) => readonly string[];
  /** Whether each panel has places of its own. @default {false} */
  readonly isOfPanel?: boolean;
  /** Whether the labels are slanted. @default {false} */
  readonly isSlanted?: boolean;
}

/** Where a row stands on a side. */
function placeOf<Row>(row: Row, field: MapField<Row>): number | string {
  if (typeof field === "string") return row[field] as number | string;
  return field.of?.(row) ?? row[field.field as keyof Row] as number | string;
}

function nameOfSide<Row>(field: MapField<Row>): string {
  return typeof field === "string" ? field : field.field;
}

function isOfPanel<Row>(field: MapField<Row>): boolean {
  return typeof field !== "string" && field.isOfPanel === true;
}

/** A side with all its places and its axis. */
function sideOf<Row>(side: MapField<Row>, all: readonly (number | string)[]): DrawnSide {
  const { title, order, isSlanted } = typeof side === "string"
    ? {} as Partial<MapPlaces<Row>>
    : side;
  const field = nameOfSide(side);
  const places = [...new Set(all)];
  const numbers = places.filter((place) => typeof place === "number");
  const isNumbers = numbers.length === places.length;
  const names = places.map(String);
  return {
    field,
    type: isNumbers ? "ordinal" : "nominal",
    scale: { domain: isNumbers ? placesInOrder(numbers) : [...order?.(names) ?? names] },
    axis: {
      ...mapAxis(title ?? (isNumbers ? field : null)),
      ...(isSlanted === true && { labelAngle: -45 }),
    },
  };
}
