/** The LaTeX source that sets a chart's picture as a figure with its caption. */

import type { Preset } from "../charts/venues.ts";

/** The picture that the figure shows. */
export interface TexFigure {
  /** The name of the chart's files, without their endings. */
  readonly name: string;
  /** The ending of the picture: LaTeX reads PDF and PNG, and SVG with the package of that name. */
  readonly format: "pdf" | "png" | "svg";
  /** The preset that it is drawn for, one with an exact width. */
  readonly preset: Preset;
}

const CHART_PREFIX = "fig:";

/**
 * Makes a figure's source: the picture in its true size, so that its text has the venue's size, the caption and a label.
 *
 * @param spec The chart; its caption is that under `usermeta`, else its description.
 * @param figure The picture.
 * @returns An environment `figure`, or `figure*` for a picture over both columns, in the encoding UTF-8.
 */
export function texFigure(spec: object, { name, format, preset }: TexFigure): string {
  const environment = preset.name.endsWith("-full") ? "figure*" : "figure";
  const width = "exactly" in preset.width ? preset.width.exactly : preset.width.atMost;
  const [command, file] = format === "svg"
    ? ["includesvg", name]
    : ["includegraphics", `${name}.${format}`];
  const packages = format === "svg" ? "svg; with --format pdf it needs graphicx only" : "graphicx";
  return [
    `% Drawn for ${preset.name}. Needs the package ${packages}.`,
    `\\begin{${environment}}`,
    "  \\centering",
    `  \\${command}[width=${width}bp]{${plainName(file)}}`,
    `  \\caption{${texText(captionOf(spec, name))}}`,
    `  \\label{${CHART_PREFIX}${name.replaceAll(/[^\w.:-]/g, "-")}}`,
    `\\end{${environment}}`,
    "",
  ].join("\n");
}

/** A file's name as LaTeX reads it: letters that mean something to it are kept from doing so. */
function plainName(file: string): string {
  return /^[\w./-]+$/.test(file) ? file : `\\detokenize{${file.replaceAll(/[{}%\\]/g, "")}}`;
}

function captionOf(spec: object, name: string): string {
  const { usermeta, description } = spec as {
    usermeta?: { negscope?: { caption?: unknown } };
    description?: unknown;
  };
  const caption = usermeta?.negscope?.caption ?? description;
  return typeof caption === "string" && caption.trim() !== "" ? caption : name;
}

/** What stands for a letter in LaTeX's text. */
const LETTERS: ReadonlyMap<string, string> = new Map([
  ["\\", "\\textbackslash{}"],
  ["{", "\\{"],
  ["}", "\\}"],
  ["$", "\\$"],
  ["&", "\\&"],
  ["#", "\\#"],
  ["%", "\\%"],
  ["_", "\\_"],
  ["^", "\\textasciicircum{}"],
  ["~", "\\textasciitilde{}"],
  ["<", "\\textless{}"],
  [">", "\\textgreater{}"],
  ["|", "\\textbar{}"],
  ['"', "\\textquotedbl{}"],
  ["−", "$-$"],
  ["×", "$\\times$"],
  ["≤", "$\\leq$"],
  ["≥", "$\\geq$"],
  ["–", "--"],
  ["—", "---"],
  ["…", "\\ldots{}"],
]);

/**
 * Writes a text so that LaTeX sets it as it reads: letters that are commands are escaped, white space is joined, and a percent sign
 * stays with its number.
 *
 * @param text Any text.
 */
export function texText(text: string): string {
  const joined = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  const escaped = Array.from(joined, (letter) => LETTERS.get(letter) ?? letter).join("");
  return escaped.replaceAll(/(\d) \\%/g, "$1\\,\\%").replaceAll(/(^|[( ])-(?=\d)/g, "$1$$-$$");
}
