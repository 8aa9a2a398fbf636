/** Draws a chart's pictures, and writes the LaTeX source that sets one as a figure with its caption. */

import { captionOf, type Preset, VENUES } from "../charts/spec.ts";
import { choice, list, orNone } from "../options/option.ts";
import { renderSvg, svgToPdf, svgToPng } from "./render.ts";
import { textsOf } from "./fit.ts";

const CHART_PREFIX = "fig:";

/** Makes a figure's source: the picture in its true size, so that its text has the venue's size, the caption and a label. */
export function texFigure(spec: object, { name, format, preset }: {
  readonly name: string; // name of the chart's files, without their endings
  /** The ending of the picture: LaTeX reads PDF and PNG, and SVG with the package of that name. */
  readonly format: "pdf" | "png" | "svg";
  readonly preset: Preset; // preset that it is drawn for, one with an exact width
}): string {
  const environment = preset.name.endsWith("-full") ? "figure*" : "figure";
  const [command, file] = format === "svg"
    ? ["includesvg", name]
    : ["includegraphics", `${name}.${format}`];
  const packages = format === "svg" ? "svg; with --format pdf it needs graphicx only" : "graphicx";
  return [
    `% Drawn for ${preset.name}. Needs the package ${packages}.`,
    `\\begin{${environment}}`,
    "  \\centering",
    `  \\${command}[width=${preset.width}bp]{${file}}`,
    `  \\caption{${texText(captionOf(spec) ?? name)}}`,
    `  \\label{${CHART_PREFIX}${name.replaceAll(/[^\w.:-]/g, "-")}}`,
    `\\end{${environment}}`,
    "",
  ].join("\n");
}

/** How LaTeX writes a letter; before {}$&#%_ it is a backslash. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ["\\", "\\textbackslash{}"],
  ["^", "\\textasciicircum{}"],
  ["~", "\\textasciitilde{}"],
  ["<", "\\textless{}"],
  [">", "\\textgreater{}"],
  ["|", "\\textbar{}"],
  ['"', "''"], // \textquotedbl is not in LaTeX's standard encoding
  ["−", "$-$"],
  ["×", "$\\times$"],
  ["≤", "$\\leq$"],
  ["≥", "$\\geq$"],
  ["–", "--"],
  ["—", "---"],
  ["…", "\\ldots{}"],
]);

export function texText(text: string): string {
  const joined = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  const escaped = Array.from(
    joined,
    (letter) => LETTERS.get(letter) ?? letter.replace(/[{}$&#%_]/, "\\$&"),
  ).join("");
  return escaped.replaceAll(/(\d) \\%/g, "$1\\,\\%").replaceAll(/(^|[( ])-(?=\d)/g, "$1$$-$$");
}

/** The kinds of pictures. */
export const PICTURE_FORMATS = ["svg", "png", "pdf"] as const;

/** A kind of picture. */
export type PictureFormat = typeof PICTURE_FORMATS[number];

/** The endings of all files that a chart's pictures can have; `.tex` is the figure's source in LaTeX. */
export const PICTURE_ENDINGS = [...PICTURE_FORMATS, "tex"] as const;

/** Which pictures of charts are wanted, and whether tables are for a spreadsheet. */
export interface Pictures {
  /** Their kinds; empty for no pictures. */
  readonly formats: readonly PictureFormat[];
  /** The preset that they are drawn for. */
  readonly preset: Preset;
  /** Whether texts of tables that a spreadsheet would run as formulas get an apostrophe before them. @default {false} */
  readonly spreadsheet?: boolean | undefined;
}

export type DrawnPictures = ReadonlyMap<PictureFormat, string | Uint8Array>;

/** Draws the pictures of a chart, which is laid out once for all of them. Returns what their files hold, in the order of the kinds. */
export async function drawPictures(
  spec: object,
  { formats, preset }: Pictures,
): Promise<DrawnPictures> {
  const drawn = new Map<PictureFormat, string | Uint8Array>();
  if (formats.length === 0) return drawn;
  const svg = await renderSvg(spec, { preset });
  const content = {
    svg: () => svg,
    png: () => svgToPng(svg, preset),
    pdf: () => svgToPdf(svg, { ...textsOf(spec), font: preset.font }),
  };
  for (const format of formats) drawn.set(format, await content[format]());
  return drawn;
}

export function pictureEndings({ formats, preset }: Pictures): readonly string[] {
  return preset.isPrint && formats.length > 0 ? [...formats, "tex"] : formats;
}

/** The files of a chart's pictures. Returns the names and contents of the files, in the order of {@linkcode pictureEndings}. */
export function pictureFiles(
  name: string,
  spec: object,
  { drawn, pictures }: { readonly drawn: DrawnPictures; readonly pictures: Pictures },
): [name: string, content: string | Uint8Array][] {
  const { formats, preset } = pictures;
  const set = (["pdf", "png", "svg"] as const).find((format) => formats.includes(format));
  return pictureEndings(pictures).map((ending) => [
    `${name}.${ending}`,
    ending === "tex"
      ? texFigure(spec, { name, format: set!, preset })
      : drawn.get(ending as PictureFormat)!,
  ]);
}

const VENUE = choice([...VENUES.keys()], {
  standard: "screen",
  help: "icml, neurips, acl, cvpr, nature; icml-full and others for both columns",
});

export const PICTURE_OPTIONS = {
  format: orNone(list(PICTURE_FORMATS, {
    standard: ["svg"],
    help: `pictures: of ${PICTURE_FORMATS.join(",")}, or none`,
  })),
  venue: {
    ...VENUE,
    parse: (text: string) => VENUE.parse(text.toLowerCase()),
    placeholder: "NAME",
  },
};
