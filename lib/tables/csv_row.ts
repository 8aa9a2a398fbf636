/** Reads the rows of a CSV table that the kit wrote, and checks each value. */

import { NegscopeError, shown, unreadableFile } from "../errors.ts";
import { decimal } from "../reading/json.ts";
import { readCsvLines } from "./csv_lines.ts";

/**
 * Reads the rows of a CSV file with a header.
 *
 * @param text The file's text.
 * @param source The file's path, for messages.
 * @throws {NegscopeError} If it is not CSV, or a row has another number of fields than the header.
 */
export function readCsvRows(text: string, source: string): CsvRow[] {
  const [columns, ...lines] = linesOf(text, source);
  if (columns === undefined) throw tableUnreadable(source, new Error("it has no header"));
  return lines.map((cells, index) => {
    const row = index + 2;
    if (cells.length !== columns.length) {
      const counts = `row ${row} has ${cells.length} fields, but the header has ${columns.length}`;
      throw tableUnreadable(source, new Error(counts));
    }
    const named = columns.map((column, i) => [column, cells[i]!] as const);
    return new CsvRow(Object.fromEntries(named), { source, row });
  });
}

function linesOf(text: string, source: string): string[][] {
  try {
    return readCsvLines(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw tableUnreadable(source, error);
  }
}

/** The place of a row, for messages. */
export interface CsvPlace {
  /** The file. */
  readonly source: string;
  /** The row's number as in a spreadsheet: the header is row 1. */
  readonly row: number;
}

/** A row of a CSV table; every error names the file, the row, the column, the value and what was expected. */
export class CsvRow {
  /** The row's place. */
  readonly place: CsvPlace;
  readonly #cells: Readonly<Record<string, string>>;

  /**
   * Makes the reader of a row.
   *
   * @param cells The row's texts by column.
   * @param place The row's place.
   */
  constructor(cells: Readonly<Record<string, string>>, place: CsvPlace) {
    this.#cells = cells;
    this.place = place;
  }

  /**
   * A text.
   *
   * @throws {NegscopeError} If there is no such column, or its cell is empty.
   */
  text(column: string): string {
    return this.#cells[column] || this.refuse(column, "a text");
  }

  /**
   * One of a few texts.
   *
   * @throws {NegscopeError} If the text is none of them.
   */
  oneOf<T extends string>(column: string, choices: readonly T[]): T {
    const text = this.#cells[column];
    return choices.find((choice) => choice === text) ??
      this.refuse(column, choices.join(" or "));
  }

  /**
   * A whole number from 0.
   *
   * @throws {NegscopeError} If the text is not one.
   */
  count(column: string): number {
    const text = this.#cells[column] ?? "";
    return /^\d+$/.test(text) ? Number(text) : this.refuse(column, "a whole number");
  }

  /**
   * A finite number, or undefined if the cell is empty.
   *
   * @throws {NegscopeError} If there is no such column, or its cell holds another text.
   */
  number(column: string): number | undefined {
    const text = this.#cells[column];
    if (text === "") return undefined;
    const value = decimal(text ?? "");
    return Number.isFinite(value) ? value : this.refuse(column, "a number or nothing");
  }

  /** A text that may be missing; undefined if there is no such column, or its cell is empty. */
  optional(column: string): string | undefined {
    return this.#cells[column] || undefined;
  }

  /** Whether a column exists. */
  has(column: string): boolean {
    return Object.hasOwn(this.#cells, column);
  }

  /** Whether a column exists and its cell is empty. */
  isEmpty(column: string): boolean {
    return this.#cells[column] === "";
  }

  /**
   * Refuses a value.
   *
   * @param column The value's column.
   * @param expected What it must be.
   * @throws {NegscopeError} Always.
   */
  refuse(column: string, expected: string): never {
    const { source, row } = this.place;
    const value = this.#cells[column];
    const found = value === undefined ? "there is no such column" : `it is ${shown(value)}`;
    throw new NegscopeError("run-edited", {
      problem: `Cannot read row ${row} of table "${source}"`,
      subject: column,
      reason: `"${column}" must be ${expected}, but ${found}`,
      fix: "restore the file as it was written",
    });
  }
}

/** The error for a table that cannot be read. */
export function tableUnreadable(path: string, cause: unknown): NegscopeError {
  return unreadableFile({
    doing: "read table",
    path,
    cause,
    fix: "restore the file as it was written",
    code: "run-edited",
  });
}
