/** The sides of a heat map: where rows stand on them, and their axes. */

import { type DrawnSide, mapAxis, placesInOrder } from "./value_map.ts";

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
export function placeOf<Row>(row: Row, field: MapField<Row>): number | string {
  if (typeof field === "string") return row[field] as number | string;
  return field.of?.(row) ?? row[field.field as keyof Row] as number | string;
}

export function nameOfSide<Row>(field: MapField<Row>): string {
  return typeof field === "string" ? field : field.field;
}

export function isOfPanel<Row>(field: MapField<Row>): boolean {
  return typeof field !== "string" && field.isOfPanel === true;
}

/** A side with all its places and its axis. */
export function sideOf<Row>(side: MapField<Row>, all: readonly (number | string)[]): DrawnSide {
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
