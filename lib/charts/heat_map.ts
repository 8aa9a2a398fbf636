/** Heat maps of a table: a coloured cell for each row, with its value printed in it; all panels have the same colours. */

import {
  type Channel,
  channelOf,
  type ChartData,
  type Estimate,
  panelsOf,
  type PanelsOptions,
  rowsIn,
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
  mapsSideBySide,
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
  /** A map for each of these places within a panel, one below the other. @default {one map a panel} */
  readonly facet?: MapField<Row>;
  /** A view below each map, with the same places across. */
  readonly below?: (rows: readonly Row[], x: MapSide) => object;
}

/** A side of a map: a column by its name, or what places a row there and how the axis shows it. */
export type MapField<Row> = keyof Row & string | MapPlaces<Row>;

/** What places a row on a side of a map, and how the axis shows it. */
export interface MapPlaces<Row> {
  /** The name of the places in the chart's data. */
  readonly field: string;
  /** The place of a row. @default {the column of the field's name} */
  readonly of?: (row: Row) => number | string;
  /** All places in their order. @default {numbers in ascending order, names in that of the rows} */
  readonly order?: (places: readonly string[]) => readonly string[];
  /** Whether each panel has places of its own. @default {false} */
  readonly isOfPanel?: boolean;
  /** Whether names are slanted. @default {false} */
  readonly isSlanted?: boolean;
}

interface Cell<Row> extends Estimate {
  readonly row: Row;
  readonly x: number | string;
  readonly y: number | string;
  readonly facet: number | string | undefined;
  readonly name: string;
  readonly mark?: string | undefined;
}

const MOST_NAMED = 5;

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
  const value = channelOf(data, options.value);
  const [across, down] = [placesOf(options.x), placesOf(options.y)];
  const facet = options.facet === undefined ? undefined : placesOf(options.facet);
  const sides = [down, ...facet === undefined ? [] : [facet], across];
  const nameOf = options.name ?? ((row: Row) => placeName(row, sides));
  const found = rowsIn(data).flatMap((row): Cell<Row>[] => {
    const estimate = value.of(row);
    if (estimate === undefined) return [];
    const places = { x: across.of(row), y: down.of(row), facet: facet?.of(row) };
    return [{ row, ...places, name: nameOf(row), ...estimate }];
  });
  const range = colourRange(found.map((cell) => cell.value), options.most);
  const { marks, text } = markCells(found, range, options);
  const all = found.map((cell, i) => ({ ...cell, mark: marks[i] }));
  const cellOf = new Map(all.map((cell) => [cell.row, cell]));
  const by = [across.field, down.field];
  const placed = sides.map(({ field }) => field);
  const maps = panelsOf(data, [...cellOf.keys()], { ...options, placed })
    .map(({ title, rows }) => ({ title, cells: rows.map((row) => cellOf.get(row)!) }));
  const sidesOf = (panel: readonly Cell<Row>[]) => ({
    x: drawnSide(across, (across.isOfPanel ? panel : all).map(({ x }) => x)),
    y: drawnSide(down, (down.isOfPanel ? panel : all).map(({ y }) => y)),
  });
  const content = { field: value.field, legend: value.title, range, marks: legendOf(marks) };
  const print = cellPrint(colourBound(range));
  const facets = facet && drawnSide(facet, all.map(({ row }) => facet.of(row)));
  const { x, y } = sidesOf(maps[0]?.cells ?? []);
  const columns = options.columns ?? mapsSideBySide(maps.length, x.scale.domain.length);
  const beside = Math.min(columns, maps.length);
  return panelChart({
    ...options,
    ...wordsOf(options, value, { by, marks: "" }),
    end: text,
    subtitle: [...[options.subtitle ?? []].flat(), print.note],
    form: `Heat maps: ${across.field} across, ${down.field} down`,
    panels: maps.map(({ title, cells }) => {
      const map = { ...content, ...sidesOf(cells) };
      const view = mapPanel(cells, map, { print, facets, below: options.below });
      return { title, text: namedText(cells, print), view };
    }),
    shared: ["color", "shape"],
    sideBySide: columns,
    ...mapFit({
      across: x.scale.domain.length * beside,
      down: y.scale.domain.length * (facets?.scale.domain.length ?? 1) *
        Math.ceil(maps.length / columns),
      columns: beside,
      labels: all.map(({ value }) => print.label(value)),
    }),
  });
}

function placeName<Row>(row: Row, sides: readonly Places<Row>[]): string {
  const places = sides.map(({ of, field }) => ({ place: of(row), field }));
  const names = places.flatMap(({ place }) => typeof place === "string" ? [place] : []);
  const [down, across] = [places[0]!, places.at(-1)!];
  if (across.field === "layer" && down.field === "head") {
    return [`head ${across.place}.${down.place}`, ...names].join(", ");
  }
  const numbers = places.flatMap(({ place, field }) =>
    typeof place === "number" ? [`${field} ${place}`] : []
  );
  return [names, numbers].filter(({ length }) => length > 0).map((part) => part.join(", "))
    .join(" in ");
}

function mapPanel<Row extends object>(
  cells: readonly Cell<Row>[],
  map: ValueMapOptions,
  { print, below, facets }: {
    readonly print: CellPrint;
    readonly below: HeatMapOptions<Row>["below"];
    readonly facets: DrawnSide | undefined;
  },
): Panel {
  const values = cells.map((cell) => ({
    ...(facets !== undefined && { [facets.field]: cell.facet }),
    [map.x.field]: cell.x,
    [map.y.field]: cell.y,
    [map.field]: drawn(cell.value),
    label: print.label(cell.value),
    ...(cell.mark !== undefined && { mark: cell.mark }),
    tip: tipOf(`${cell.name}: ${map.legend}`, cell.value, cell),
  }));
  if (facets !== undefined) {
    return {
      data: { values },
      facet: {
        row: {
          field: facets.field,
          type: "nominal",
          sort: facets.scale.domain,
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
      below(cells.map(({ row }) => row), x),
    ],
  };
}

/** The largest values of a panel that nothing puts in doubt. */
function namedText<Row>(cells: readonly Cell<Row>[], print: CellPrint): string {
  const largest = cells.filter(({ isNamed }) => isNamed)
    .toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, MOST_NAMED)
    .map(({ name, value }) => `${name} (${print.label(value)})`);
  return largest.join(", ") || "none for certain";
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

function drawnSide<Row>(
  { field, order, isSlanted }: Places<Row>,
  all: readonly (number | string)[],
): DrawnSide {
  const places = [...new Set(all)];
  const isNumbers = places.every((place) => typeof place === "number");
  const names = places.map(String);
  const slant = isSlanted === true && !isNumbers && { labelAngle: -45 };
  return {
    field,
    type: isNumbers ? "ordinal" : "nominal",
    scale: { domain: isNumbers ? placesInOrder(places) : [...order?.(names) ?? names] },
    axis: { ...mapAxis(isNumbers ? field : null), ...slant },
  };
}
