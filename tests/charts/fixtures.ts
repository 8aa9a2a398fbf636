/** Small tables and the specs that are made from them. */

import { assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { type ChartSpec, specText } from "../../lib/charts/spec.ts";
import { joinedLines } from "../../lib/charts/title_lines.ts";

const FIXTURES = new URL("../fixtures/", import.meta.url);

/** Checksums in the form of a spec. */
export const SOURCES = {
  model: [{ file: "onnx/text_model.onnx", sha256: "0a".repeat(32) }],
  data: [{ file: "pairs.json", sha256: "1b".repeat(32) }],
};

/** The rows of a committed table, with cells as texts. */
export function readTable(name: string): Record<string, string>[] {
  const text = Deno.readTextFileSync(new URL(`tables/${name}.csv`, FIXTURES));
  return parse(text, { skipFirstRow: true });
}

/** The number in a cell; undefined if it is empty. */
export function numberIn(cell: string | undefined): number | undefined {
  return cell ? Number(cell) : undefined;
}

/** Rows of a committed trace.csv. */
export function readTrace(name: string) {
  return readTable(name).map((row) => ({
    negation: row["negation"]!,
    segment: row["segment"]!,
    site: row["site"]!,
    layer: Number(row["layer"]),
    head: numberIn(row["head"]),
    role: row["role"]!,
    n: Number(row["n"]),
    cte: numberIn(row["cte"]),
    cte_low: numberIn(row["cte_low"]),
    cte_high: numberIn(row["cte_high"]),
    simultaneous_low: numberIn(row["simultaneous_low"]),
    simultaneous_high: numberIn(row["simultaneous_high"]),
  }));
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

/** Every key of a spec, data aside. */
export function keysOf(spec: ChartSpec): ReadonlySet<string> {
  const keys = new Set<string>();
  JSON.stringify(spec, (key, value) => {
    if (key === "values" || key === "usermeta") return undefined;
    keys.add(key);
    return value;
  });
  return keys;
}

/** Rows of the committed comparison.csv. */
export function readComparison() {
  return readTable("comparison").map((row) => ({
    table: row["table"]!,
    negation: row["negation"]!,
    segment: row["segment"] || undefined,
    layer: Number(row["layer"]),
    head: numberIn(row["head"]),
    role: row["role"] || undefined,
    published: Number(row["published"]),
    measured: numberIn(row["measured"]),
  }));
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

/** What is doubtful of a cell, whether it is marked or faded. */
export function doubtOf({ mark, certainty }: Readonly<Record<string, unknown>>): unknown {
  return certainty === undefined || certainty === "certain" ? mark : certainty;
}
