/** The sizes of pictures for a screen and for the columns of a venue. */

/** The sizes that the house style leaves open: points in print, pixels on a screen. */
export interface Preset {
  /** The preset's name, e.g. `icml` for one of its columns and `icml-full` for both. */
  readonly name: string;
  /** The picture's width: the printed width that it fills, or an upper limit. */
  readonly width: { readonly exactly: number } | { readonly atMost: number };
  /** The height to fit: in print that of the page's text less the space for a caption. */
  readonly height: number;
  /** Whether sizes are points of 1/72 inch, not pixels. */
  readonly isPrint: boolean;
  /** Pixels of a PNG per unit. */
  readonly density: number;
  /** Space around the picture. */
  readonly padding: number;
  /** Space between a title and the part that it names. */
  readonly gap: number;
  /** Font size of labels and titles. */
  readonly fontSize: number;
  /** The smallest font size at which a map prints its values in the cells. */
  readonly leastFontSize: number;
  /** Width and height of one cell of a map before it is fitted. */
  readonly cell: { readonly width: number; readonly height: number };
  /** Width and height of a plot with a continuous axis before it is fitted. */
  readonly plot: { readonly width: number; readonly height: number };
  /** The number of panels side by side. */
  readonly columns: number;
  /** The file of another font than the shipped one, TrueType or OpenType. @default {DejaVu Sans} */
  readonly font?: string;
  /** The name of that font, which the file says. */
  readonly family?: string;
}

/** For reading in a browser or a notebook. */
export const SCREEN: Preset = {
  name: "screen",
  width: { atMost: 1040 },
  height: 2400,
  isPrint: false,
  density: 2,
  padding: 8,
  gap: 10,
  fontSize: 11,
  leastFontSize: 8,
  cell: { width: 30, height: 22 },
  plot: { width: 380, height: 160 },
  columns: 2,
};

const DOTS_PER_INCH = 600; // of a PNG, as venues ask for line art
const POINTS_PER_INCH = 72;
const NARROW = 300; // points: a narrower picture has panels side by side only if the chart says so

const CAPTION = { narrow: 95, wide: 60 }; // points: eight lines in a column, five on a page, with the space above them

interface Page {
  readonly column?: number;
  readonly full: number;
  readonly textHeight: number;
  readonly fontSize: number;
  readonly leastFontSize: number;
}

/**
 * Widths of a column and of the page's text in points: ICML 3.25 and 6.75 inches, NeurIPS 5.5 inches, ACL 7.7 and 16 cm, CVPR 3.28 and
 * 6.88 inches, Nature 89 and 183 mm. Heights of the page's text: ICML and NeurIPS 9 inches, ACL 24.7 cm, CVPR 8.875 inches, Nature
 * 247 mm. Nature asks for text of 5 to 7 points.
 */
const PAGES = {
  icml: { column: 234, full: 486, textHeight: 648, fontSize: 8, leastFontSize: 5 },
  neurips: { full: 396, textHeight: 648, fontSize: 8, leastFontSize: 5 },
  acl: { column: 218, full: 453, textHeight: 700, fontSize: 8, leastFontSize: 5 },
  cvpr: { column: 236, full: 495, textHeight: 639, fontSize: 8, leastFontSize: 5 },
  nature: { column: 252, full: 519, textHeight: 700, fontSize: 7, leastFontSize: 5 },
} as const satisfies Record<string, Page>;

/** Every preset by its name: `screen`, each venue for one column, and `VENUE-full` for the page's width. */
export const VENUES: ReadonlyMap<string, Preset> = new Map(
  [
    SCREEN,
    ...Object.entries(PAGES).flatMap(([venue, page]: [string, Page]) => [
      printed(venue, { page, width: page.column ?? page.full }),
      ...(page.column === undefined ? [] : [printed(`${venue}-full`, { page, width: page.full })]),
    ]),
  ].map((preset) => [preset.name, preset]),
);

function printed(
  name: string,
  { page, width }: { readonly page: Page; readonly width: number },
): Preset {
  const { textHeight, fontSize, leastFontSize } = page;
  const isNarrow = width < NARROW;
  return {
    name,
    width: { exactly: width },
    height: textHeight - (isNarrow ? CAPTION.narrow : CAPTION.wide),
    isPrint: true,
    density: DOTS_PER_INCH / POINTS_PER_INCH,
    padding: 1,
    gap: 5,
    fontSize,
    leastFontSize,
    cell: { width: 12, height: 13 },
    plot: { width: 150, height: isNarrow ? 80 : 100 },
    columns: isNarrow ? 1 : 2,
  };
}
