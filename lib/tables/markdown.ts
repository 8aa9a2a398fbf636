/** Tables in Markdown documents that a task keeps up to date. */

import type { Cells, Table } from "./table.ts";
import { NegscopeError, visibleLine } from "../errors.ts";
import { numberText } from "./text_table.ts";

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
      const cell = row[column];
      if (typeof cell !== "number") return plain(cell ?? "");
      return Number.isInteger(cell) ? `${cell}` : numberText(cell, digits);
    }))
  );
  return line(columns) + line(isNumber.map((number) => number ? "---:" : "---")) + body.join("");
}

/** A text such as the token `<|endoftext|>`, escaped so that Markdown prints it as it is. */
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
