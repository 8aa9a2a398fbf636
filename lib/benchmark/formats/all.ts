/** The choice of the form of a benchmark that a file has. */

import { dataEmpty } from "../../data/formats/format.ts";
import { NegscopeError, shown, unknownName } from "../../errors/errors.ts";
import {
  type Content,
  firstItem,
  KIND_NAMES,
  readContent,
  type ReadingOptions,
  rowsOf,
} from "./format.ts";
import { BENCHMARK_FORMATS } from "./sets.ts";

/**
 * Reads a benchmark.
 *
 * @param options The form's name, if it is not to be recognised by the content.
 */
export function readBenchmark(
  bytes: Uint8Array<ArrayBuffer>,
  { name, ...options }: ReadingOptions & { readonly name?: string | undefined },
) {
  const { source } = options;
  const named = BENCHMARK_FORMATS.find((format) => format.name === name);
  if (name !== undefined && named === undefined) {
    const known = BENCHMARK_FORMATS.map(({ name }) => name);
    throw unknownName({ doing: "read a benchmark of the form", name, known });
  }
  const content = readContent(bytes, source);
  if (content.kind !== "torch" && rowsOf(content).length === 0) {
    throw dataEmpty(source, "it has no rows");
  }
  const fitting = BENCHMARK_FORMATS.filter((format) => format.matches(content));
  const format = named ?? fitting[0];
  const refused = (reason: string, expected: string, as = `benchmark "${source}"`) =>
    new NegscopeError("data-format-unknown", { problem: `Cannot read ${as}`, reason, expected });
  if (format === undefined) {
    throw refused(
      `it has the form of none that is known; ${foundIn(content)}`,
      BENCHMARK_FORMATS.map(({ form }) => form)
        .filter((form) => form.includes(KIND_NAMES[content.kind])).join("; "),
    );
  }
  if (named === undefined && fitting.length > 1) {
    const names = fitting.map(({ name }) => name).join(" or ");
    throw refused("it has several forms at once", `--benchmark ${names}`);
  }
  if (!fitting.includes(format)) {
    const [other] = fitting;
    const found = other === undefined ? foundIn(content) : `it has the form of ${other.title}`;
    throw refused(found, format.form, `"${source}" as ${format.title}`);
  }
  const rows = format.read(content, options);
  if (rows.rows === 0) throw dataEmpty(source, "it has no rows");
  return { format, ...rows };
}

/** What a file has in place of the columns or keys of a known form. */
function foundIn(content: Content): string {
  if (content.kind === "table") return `its columns are ${content.columns.map(shown).join(", ")}`;
  if (content.kind === "torch") return "its keys are not those of CC-Neg";
  const first = firstItem(content);
  if (Array.isArray(first)) return `its first row is a list of ${first.length}`;
  const keys = Object.keys(Object(first)).slice(0, 12);
  return keys.length === 0 || typeof first === "string"
    ? `its first row is ${shown(first)}`
    : `the keys of its first row are ${keys.map(shown).join(", ")}`;
}
