/** Heat maps of a table: a coloured cell for each row, with its value printed in it; all panels have the same colours. */

import {
  type Channel,
  channelOf,
  type ChartData,
  type Estimate,
  type EstimateChannel,
  panelsOf,
  type PanelsOptions,
  rowsIn,
  type ShownChannel,
  wordsOf,
} from "./channels.ts";
import { panelChart } from "./panels.ts";
import type { ChartSpec, Panel } from "./spec.ts";
import { drawn, ROLE_SIDE, tipOf } from "./texts.ts";
import {
  type CellPrint,
  cellPrint,
  colourBound,
  colourRange,
  type DrawnSide,
  legendOf,
  mapAxis,
  mapFit,
  type MapSide,
  markCells,
  placesInOrder,
  valueMap,
  type ValueMapOptions,
} from "./value_map.ts";

/** The channels of a heat map, and what it says. */
export interface HeatMapOptions<Row> extends PanelsOptions<Row> {
  /** Across. */
  readonly x: MapField<Row>;
  /** Down. */
  readonly y: MapField<Row>;
  /** The value that the colours show; a row without one has no cell, and one in doubt a mark. */
  readonly value: Channel<Row>;
  /** The largest absolute value with a colour of its own. @default {the largest of all} */
  readonly most?: number;
  /** A map for each of these names within a panel, one below the other. @default {one map a panel} */
  readonly facet?: {
    readonly field: string;
    readonly names: readonly string[];
    readonly of: (row: Row) => string;
  };
  /** A view below each map, with the same places across. */
  readonly below?: (rows: readonly Row[], x: MapSide) => object;
  /** The lower bound of the value's interval, if its channel is a column. */
  readonly low?: EstimateChannel<Row>["low"];
  /** The upper bound. */
  readonly high?: EstimateChannel<Row>["high"];
  /** The legend's title, and the value's name in tooltips. */
  readonly legend?: string;
  /** What says whether a cell is certain, if not its interval alone. */
  readonly judged?: EstimateChannel<Row>["judged"];
  /** The cells that the alt text names of a panel, if `told` does not say it. */
  readonly named?: NamedCells<Row>;
  /** What a tooltip says before the value. @default {both places, and the value's name} */
  readonly tip?: (row: Row) => string;
  /** What a reader must know, for the alt text and the caption. */
  readonly note?: string;
  /** Sentences at the end of the caption. */
  readonly captionEnd?: string;
  /** Sentences at the end of the alt text. */
  readonly altEnd?: string;
}

/** Which cells an alt text names: those with the largest values. */
export interface NamedCells<Row> {
  /** How many are named. @default {5} */
  readonly most?: number;
  /** What stands before their names. @default {nothing} */
  readonly intro?: string;
  /** The least value that is named. @default {any} */
  readonly least?: number;
  /** Whether a value far below 0 is large. @default {true} */
  readonly ofEitherSign?: boolean;
  /** Which may be named. @default {those that nothing puts in doubt} */
  readonly isNamed?: (row: Row) => boolean;
  /** A cell's name. @default {both places, such as `EOT in layer 3`, of a head 1.2} */
  readonly nameOf?: (row: Row) => string;
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

interface Cell<Row> extends Estimate {
  readonly row: Row;
  readonly x: number | string;
  readonly y: number | string;
  readonly mark?: string | undefined;
}

/**
 * Draws heat maps in colours around 0, blue below and orange above. Cells whose interval includes 0 or that have none are marked.
 *
 * @example The effect of every head on both sides
 * ```ts ignore
 * import { heatMap } from "negscope/charts";
 *
 * const rows = [{ layer: 1, head: 1, share: 0.8, low: 0.7, high: 0.9 }, { layer: 1, head: 2, share: -0.1, low: -0.3, high: 0.1 }];
 * const value = { field: "share", low: "low", high: "high", title: "share of d" } as const;
 * const spec = heatMap(rows, { x: "layer", y: "head", value });
 * ```
 *
 * @param data A row for each cell; or a table, whose schema says what the value means, where its interval is and what the panels are.
 * @returns A Vega-Lite spec with the kit's style in it.
 */
export function heatMap<Row extends object>(
  data: ChartData<Row>,
  options: NoInfer<HeatMapOptions<Row>>,
): ChartSpec {
  const { note, told, columns = 2, facet, low, high, legend, judged } = options;
  const value = channelOf(data, options.value, { low, high, title: legend, judged });
  const [across, down] = [placesOf(options.x), placesOf(options.y)];
  const found = rowsIn(data).flatMap((row): Cell<Row>[] => {
    const estimate = value.of(row);
    return estimate === undefined ? [] : [{ row, x: across.of(row), y: down.of(row), ...estimate }];
  });
  const range = colourRange(found.map((cell) => cell.value), options.most);
  const { marks, text } = markCells(found, range, options);
  const all = found.map((cell, i) => ({ ...cell, mark: marks[i] }));
  const cellOf = new Map(all.map((cell) => [cell.row, cell]));
  const placed = [across.field, down.field, facet?.field ?? ""];
  const maps = panelsOf(data, [...cellOf.keys()], { ...options, placed })
    .map(({ title, rows }) => ({ title, rows, cells: rows.map((row) => cellOf.get(row)!) }));
  const sidesOf = (panel: readonly Cell<Row>[]) => ({
    x: drawnSide(across, (across.isOfPanel ? panel : all).map(({ x }) => x)),
    y: drawnSide(down, (down.isOfPanel ? panel : all).map(({ y }) => y)),
  });
  const content = { field: value.field, legend: value.title, range, marks: legendOf(marks) };
  const print = cellPrint(colourBound(range));
  const draw = { ...options, value, across, down, print };
  const { x, y } = sidesOf(maps[0]?.cells ?? []);
  const beside = Math.min(columns, maps.length);
  const { title, caption } = wordsOf(options, value, { by: [across.field, down.field] });
  const ends = `${print.note}${note === undefined ? "" : `; ${note}`}.`;
  return panelChart({
    ...options,
    title,
    ...caption !== undefined && {
      caption: [caption.replace(/\.$/, "") + ends, text, options.captionEnd ?? ""]
        .filter((part) => part !== "").join(" "),
    },
    subtitle: withNote(options.subtitle, print.note),
    form: options.form ?? `Heat maps, ${down.field}s down, ${across.field}s across.`,
    note: `${print.note}${note === undefined ? "" : `: ${note}`}`,
    end: options.altEnd,
    panels: maps.map(({ title, rows, cells }) => ({
      title,
      text: told?.(rows) ?? namedText(cells, draw),
      view: mapPanel(
        cells.map((cell) => drawnCell(cell, draw)),
        rows,
        { ...options, map: { ...content, ...sidesOf(cells) } },
      ),
    })),
    shared: ["color", "shape"],
    ...mapFit({
      across: x.scale.domain.length * beside,
      down: y.scale.domain.length * (facet?.names.length ?? 1) * Math.ceil(maps.length / columns),
      columns: beside,
      labels: all.map(({ value }) => print.label(value)),
    }),
  });
}

type DrawOptions<Row> = Omit<HeatMapOptions<Row>, "value"> & {
  readonly value: ShownChannel<Row>;
  readonly across: Places<Row>;
  readonly down: Places<Row>;
  readonly print: CellPrint;
};

function drawnCell<Row extends object>(cell: Cell<Row>, options: DrawOptions<Row>): object {
  const { row, x, y, mark, value } = cell;
  const { facet, across, down, print } = options;
  const what = options.tip?.(row) ?? `${placeName(cell, options, "head ")}: ${options.value.title}`;
  return {
    ...(facet !== undefined && { [facet.field]: facet.of(row) }),
    [across.field]: x,
    [down.field]: y,
    [options.value.field]: drawn(value),
    label: print.label(value),
    ...(mark !== undefined && { mark }),
    tip: tipOf(what, value, cell),
  };
}

/** What a cell is called: a head by its name, else by both places. */
function placeName<Row>(
  { x, y }: Cell<Row>,
  { across, down }: Pick<DrawOptions<Row>, "across" | "down">,
  head = "",
): string {
  if (across.field === "layer" && down.field === "head") return `${head}${x}.${y}`;
  const places = [[y, down.field], [x, across.field]] as const;
  const names = places.flatMap(([place]) => typeof place === "string" ? [place] : []);
  const numbers = places.flatMap(([place, field]) =>
    typeof place === "number" ? [`${field} ${place}`] : []
  );
  return [names, numbers].filter(({ length }) => length > 0).map((part) => part.join(", "))
    .join(" in ");
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

function namedText<Row>(cells: readonly Cell<Row>[], options: DrawOptions<Row>): string {
  const { most = 5, intro = "", ofEitherSign = true, ...named } = options.named ?? {};
  const size = ({ value }: Cell<Row>) => ofEitherSign ? Math.abs(value) : value;
  const isNamed = (cell: Cell<Row>) =>
    (named.isNamed?.(cell.row) ?? cell.isNamed) && size(cell) >= (named.least ?? -Infinity);
  const largest = cells.filter(isNamed).toSorted((a, b) => size(b) - size(a)).slice(0, most)
    .map((cell) => {
      const name = named.nameOf?.(cell.row) ?? placeName(cell, options);
      return `${name} (${options.print.label(cell.value)})`;
    });
  return `${intro}${largest.join(", ") || "none for certain"}`;
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

type Places<Row> = MapPlaces<Row> & { readonly of: (row: Row) => number | string };

/** A side with the place of each row; roles stand in the order of the sentence. */
function placesOf<Row>(side: MapField<Row>): Places<Row> {
  const own: MapPlaces<Row> = typeof side !== "string"
    ? side
    : side === "role"
    ? ROLE_SIDE as unknown as MapPlaces<Row>
    : { field: side };
  const { field, of } = own;
  return { ...own, of: (row) => of?.(row) ?? row[field as keyof Row] as number | string };
}

/** A side with all its places and its axis. */
function drawnSide<Row>(
  { field, title, order, isSlanted }: Places<Row>,
  all: readonly (number | string)[],
): DrawnSide {
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
