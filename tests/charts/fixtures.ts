/** Small tables and the specs that are made from them. */

import { assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { type ChartSpec, specText } from "../../lib/charts/spec.ts";
import { joinedLines } from "../../lib/charts/panels.ts";
import type { Column, Columns, RowOfColumns, TableSchema } from "../../lib/tables/table.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);

/** Checksums in the form of a spec. */
export const SOURCES = {
  model: [{ file: "onnx/text_model.onnx", sha256: "0a".repeat(32) }],
  data: [{ file: "pairs.json", sha256: "1b".repeat(32) }],
};

/** The rows of a committed table, which has some columns of its schema. */
export function committedRows<Own extends Columns>(
  { name, columns }: TableSchema<Own>,
  file: string = name,
): RowOfColumns<Own>[] {
  const text = Deno.readTextFileSync(new URL(`tables/${file}.csv`, FIXTURES));
  return parse(text, { skipFirstRow: true }).map((row) => {
    const cells = Object.entries<Column>(columns).map(([column, { kind }]) => {
      const cell = row[column] || undefined;
      return [column, cell !== undefined && kind !== "text" ? Number(cell) : cell] as const;
    });
    return Object.fromEntries(cells) as RowOfColumns<Own>;
  });
}

/**
 * Asserts that a spec is byte for byte the committed one.
 *
 * `deno test --allow-read --allow-write FILE -- --update` replaces the committed specs of a test file; look at the pictures first.
 */
export function assertSpec(spec: ChartSpec, name: string): void {
  const file = new URL(`specs/${name}.vl.json`, FIXTURES);
  if (Deno.args.includes("--update")) Deno.writeTextFileSync(file, specText(spec));
  assertEquals(specText(spec), Deno.readTextFileSync(file));
}

/** The value at a path of keys and places in a spec, e.g. `concat.0.title`. */
export function valueAt(spec: ChartSpec, path: string): unknown {
  return path.split(".").reduce((value: unknown, key) => {
    return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }, spec);
}

/** A chart whose tables have only the columns that it draws, where the kit's own tables have all. */
export function ofSomeColumns(
  chart: (...args: never[]) => ChartSpec,
): (...args: readonly unknown[]) => ChartSpec {
  return chart as (...args: readonly unknown[]) => ChartSpec;
}

/** The title at a path without the line breaks that make it fit; one line, or the lines that are its own. */
export function titleAt(spec: ChartSpec, path: string): unknown {
  const title = valueAt(spec, path) as string | string[] | undefined;
  if (title === undefined) return undefined;
  const lines = joinedLines(title);
  return lines.length === 1 ? lines[0] : lines;
}

/** What is doubtful of a cell. */
export function doubtOf({ mark }: Readonly<Record<string, unknown>>): unknown {
  return mark;
}
