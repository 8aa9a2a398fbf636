/** What is said of lines, and the styles of their series. */

import type { Field, PanelsOptions } from "../panels.ts";
import { OKABE_ITO } from "../theme.ts";

/** How a series is drawn, so that it can be told from the others without its colour. */
export interface SeriesStyle {
  /** A colour of CSS. */
  readonly color: string;
  /** The shape of the points, by its name in Vega. */
  readonly shape: string;
  /** Lengths of strokes and gaps in turn; none for a line without gaps. */
  readonly dash: readonly number[];
}

/** The styles of series that have none of their own, in their order. */
export const SERIES_STYLES: readonly SeriesStyle[] = [
  { color: OKABE_ITO.blue, shape: "circle", dash: [] },
  { color: OKABE_ITO.vermillion, shape: "triangle-up", dash: [4, 2] },
  { color: OKABE_ITO.green, shape: "square", dash: [1, 2] },
  { color: OKABE_ITO.purple, shape: "diamond", dash: [6, 2, 1, 2] },
  { color: OKABE_ITO.orange, shape: "triangle-down", dash: [8, 3] },
  { color: OKABE_ITO.skyBlue, shape: "cross", dash: [2, 1] },
  { color: OKABE_ITO.black, shape: "triangle-left", dash: [1, 1] },
];

/** The fields of lines, and what they say. */
export interface LinesOptions<Row> extends PanelsOptions<Row> {
  /** Across: a layer or another number. */
  readonly x: keyof Row & string;
  /** The value; a row without one has no point. */
  readonly y: Field<Row, number | undefined>;
  /** The lower bound of the value's interval. @default {no intervals} */
  readonly low?: Field<Row, number | undefined>;
  /** The upper bound. */
  readonly high?: Field<Row, number | undefined>;
  /** What tells the lines of a panel apart. @default {one line a panel} */
  readonly series?: Field<Row, string>;
  /** Whether intervals are drawn as bands along the lines instead of bars. @default {false} */
  readonly hasBands?: boolean;
  /** The series by name in the order of the legend. @default {those of the rows, in the kit's styles} */
  readonly styles?: Readonly<Record<string, SeriesStyle>>;
  /** The title of the horizontal axis. @default {its column} */
  readonly xTitle?: string;
  /** The title of the vertical axis, which may differ between panels. @default {its column} */
  readonly yTitle?: string | ((rows: readonly Row[]) => string);
  /** The range of a panel's vertical axis. @default {all values with their intervals, and the levels} */
  readonly yRange?: (rows: readonly Row[]) => readonly [number, number];
  /**
   * The horizontal axis: `counts` has a tick at each whole number, `sizes` one at each value of x, all at equal distances, and `numbers`
   * one at each value where it is, `depth` a few from 0 to 1.
   *
   * @default {"counts"}
   */
  readonly xAxis?: "counts" | "sizes" | "numbers" | "depth";
  /** Values at which a dashed line goes across each panel. @default {a solid line at 0} */
  readonly levels?: readonly number[];
  /** Places across that are grey in a panel, such as layers without a value. */
  readonly grey?: (rows: readonly Row[]) => readonly number[];
  /** A text above each interval, such as the number of rows. */
  readonly label?: (row: Row) => string;
  /** Whether a line joins the points of a series. @default {true} */
  readonly isJoined?: boolean;
  /** What a tooltip says before the value. @default {the place and the series} */
  readonly tip?: (row: Row) => string;
}
