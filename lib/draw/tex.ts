/** The LaTeX source that sets a chart's picture as a figure with its caption. */

import { captionOf, type Preset } from "../charts/spec.ts";
import { NegscopeError } from "../errors.ts";

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
 * @throws {NegscopeError} If LaTeX cannot read the name as that of a file.
 */
export function texFigure(spec: object, { name, format, preset }: TexFigure): string {
  checkTexName(name);
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
    `  \\caption{${texText(captionOf(spec) ?? name)}}`,
    `  \\label{${CHART_PREFIX}${name.replaceAll(/[^\w.:-]/g, "-")}}`,
    `\\end{${environment}}`,
    "",
  ].join("\n");
}

/** What LaTeX does not find in the name of a file, even where it reads a name letter by letter. */
const UNREADABLE = /[#%{}"\\\p{Cc}]|\^\^|\s\s|^\s|\s$/u;

/** Refuses a chart's name that LaTeX cannot read as that of a file. */
export function checkTexName(name: string): void {
  if (!UNREADABLE.test(name)) return;
  throw new NegscopeError("file-not-written", {
    problem: `Cannot write "${name}.tex"`,
    subject: name,
    reason: "LaTeX would not find a picture of this name",
    expected: 'a name without the letters # % { } " \\, without ^^, and with single spaces inside',
    fix: "rename the chart, or draw it for screen, which has no .tex",
  });
}

/** A file's name as LaTeX reads it: letters that mean something to it are kept from doing so. */
function plainName(file: string): string {
  return /^[\w./-]+$/.test(file) ? file : `\\detokenize{${file}}`;
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
  ['"', "''"], // \textquotedbl is not in LaTeX's standard encoding
  ["−", "$-$"],
  ["×", "$\\times$"],
  ["≤", "$\\leq$"],
  ["≥", "$\\geq$"],
  ["–", "--"],
  ["—", "---"],
  ["…", "\\ldots{}"],
]);

/** Writes a text so that LaTeX sets it as it reads. */
export function texText(text: string): string {
  const joined = text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
  const escaped = Array.from(joined, (letter) => LETTERS.get(letter) ?? letter).join("");
  return escaped.replaceAll(/(\d) \\%/g, "$1\\,\\%").replaceAll(/(^|[( ])-(?=\d)/g, "$1$$-$$");
}
