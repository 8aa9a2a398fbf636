/** Tables and estimates as text: for a terminal, and in Markdown documents that a task keeps up to date. */

import { NegscopeError, visibleLine } from "../errors/errors.ts";
import type { Cells, Table, TableCell } from "./table.ts";

/** Lays out a small table: numbers to the right, texts to the left; a number that would be rounded to 0 has two digits and a power of ten. */
export function textTable<Row extends Cells<Row>>(
  table: Table<Row>,
  { columns = table.columns, digits = 3 }: {
    readonly columns?: readonly (keyof Row & string)[];
    readonly digits?: number;
  } = {},
): string {
  const laidOut = columns.map((column) => {
    const cells: readonly TableCell[] = table.rows.map((row) => row[column]);
    const whole = cells.every((cell) => typeof cell !== "number" || Number.isInteger(cell));
    const lines = [column, ...cells.map((cell) => cellText(cell, whole ? 0 : digits))];
    const width = lines.reduce((most, line) => Math.max(most, line.length), 0);
    const numeric = cells.some((cell) => typeof cell === "number");
    return lines.map((line) => numeric ? line.padStart(width) : line.padEnd(width));
  });
  return ["", ...table.rows] // the header and every row
    .map((_, line) => laidOut.map((column) => column[line]).join("  ").trimEnd() + "\n")
    .join("");
}

function cellText(cell: TableCell, digits: number): string {
  return typeof cell === "number" ? numberText(cell, digits) : visibleLine(cell ?? "");
}

/** A number with the given digits after the point, or three where it would be rounded to 0; below that two digits and a power of ten. */
export function numberText(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  if (value === 0 || Number(rounded) !== 0) return rounded;
  return Math.abs(value) < 0.0005 ? value.toExponential(1) : value.toFixed(3);
}

/** An interval, `0.250 to 0.750`; empty if its bounds are unknown. */
export function intervalText(
  { low, high }: { readonly low?: number | undefined; readonly high?: number | undefined },
  digits = 3,
): string {
  return low === undefined || high === undefined
    ? ""
    : `${numberText(low, digits)} to ${numberText(high, digits)}`;
}

type Bounds = Parameters<typeof intervalText>[0];

/** An estimate with its interval, `0.500 (0.250 to 0.750)`; `unknown` without a value. */
export function estimateText(value: number | undefined, bounds: Bounds, digits = 3): string {
  if (value === undefined) return "unknown";
  const interval = intervalText(bounds, digits);
  return `${numberText(value, digits)}${interval && ` (${interval})`}`;
}

/** An estimate behind the name of what it is of, `(0.50, 0.25 to 0.75)`. */
export function bracketed(value: number | undefined, bounds: Bounds, digits = 2): string {
  if (value === undefined) return "(unknown)";
  const interval = intervalText(bounds, digits);
  return `(${numberText(value, digits)}${interval && `, ${interval}`})`;
}

/** Writes a table in Markdown, with numbers aligned to the right. */
export function markdownTable<Row extends Cells<Row>>(
  table: Table<Row>,
  { digits = 3 }: { readonly digits?: number } = {},
): string {
  const { columns, rows } = table;
  const isNumber = columns.map((column) => rows.some((row) => typeof row[column] === "number"));
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |\n`;
  const body = rows.map((row) =>
    line(columns.map((column) => {
      const text = valueText(row[column], digits);
      return typeof row[column] === "number" ? text : plain(text);
    }))
  );
  return line(columns) + line(isNumber.map((number) => number ? "---:" : "---")) + body.join("");
}

/** Writes a table with its name in HTML, in a box that scrolls; before a row at a gap others are left out. */
export function htmlTable<Row extends Cells<Row>>(
  { name, columns, rows }: Table<Row>,
  { digits, gap }: { readonly digits: number; readonly gap?: number | undefined },
): string {
  const escaped = (text: string) =>
    visibleLine(text).replaceAll(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
  const line = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join("")}</tr>\n`;
  const body = rows.map((row, i) =>
    (i === gap ? line("td", columns.map(() => "…")) : "") +
    line("td", columns.map((column) => valueText(row[column], digits)))
  );
  return '<div style="max-height: 24em; overflow: auto"><table>' +
    `<caption>${escaped(name)}</caption>\n<thead>${line("th", columns)}</thead>\n` +
    `<tbody>\n${body.join("")}</tbody></table></div>`;
}

function valueText(cell: TableCell, digits: number): string {
  return typeof cell !== "number" || Number.isInteger(cell)
    ? `${cell ?? ""}`
    : numberText(cell, digits);
}

function plain(text: string): string {
  return visibleLine(text.replaceAll(/\s+/g, " "))
    .replaceAll(/[\\`*<|[&~$]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&");
}

/** Puts text between `<!-- NAME -->` and `<!-- /NAME -->` of a Markdown document. */
export function replaceMarked(document: string, name: string, text: string): string {
  const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const start = document.indexOf(open);
  const end = document.indexOf(close);
  if (start < 0 || end < start) {
    throw new NegscopeError("file-malformed", {
      problem: "Cannot update the document",
      subject: name,
      expected: `"${open}" and "${close}" in it`,
      fix: "put both marks where the table belongs",
    });
  }
  return `${document.slice(0, start + open.length)}\n\n${text}\n${document.slice(end)}`;
}
