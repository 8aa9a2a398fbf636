/** All forms of benchmarks, and the choice of the one that a file has. */

import { dataEmpty, type RowPlace, type RowReader } from "../../data/formats/format.ts";
import {
  type BenchmarkFormat,
  type BenchmarkRows,
  boxIn,
  type Content,
  firstItem,
  hasKeys,
  KIND_NAMES,
  numberedKeys,
  optionalText,
  readChoices,
  readContent,
  type ReadingOptions,
  rowsOf,
  type RowValue,
  rowWrong,
  wholeNumber,
} from "./format.ts";
import { NegscopeError, shown, unknownName } from "../../errors/errors.ts";
import { ARO, CREPE, SUGARCREPE, VALSE_PIECES, WHATSUP, WHATSUP_QA } from "./foils.ts";
import { BEAF, BIVLC, WINOGROUND } from "./two_pictures.ts";
import { CCNEG, NEGBENCH_MCQ, NEGBENCH_RETRIEVAL, NEGREFCOCOG, SIMPLENEG } from "./negated.ts";

const BOX = ["x", "y", "width", "height"];

/** Rows may have different numbers of options; those that a row lacks are empty. */
const OWN_LIST: BenchmarkFormat = {
  name: "list",
  title: "a list of choices",
  form: "CSV or a JSON array of id, image, answer (from 1), option_1, option_2, …",
  rule: undefined,
  unscripted: "No script belongs to a list",
  matches: (content) =>
    content.kind !== "torch" && hasKeys(content, "image", "answer") &&
    (hasKeys(content, "option_1") || hasKeys(content, "options")),
  read: (content, options) =>
    readChoices(rowsOf(content).map(withId), options, (row, place) => {
      const sentences = optionsOf(row, place);
      const box = row.optional("width") === undefined ? undefined : boxIn(row, BOX, place);
      return {
        pictures: [{ image: row.text("image"), box }],
        sentences,
        right: wholeNumber(row, "answer", { min: 1, max: sentences.length }) - 1,
        group: optionalText(row, "group"),
        template: optionalText(row, "template"),
        negator: optionalText(row, "negator"),
        frame: optionalText(row, "frame"),
      };
    }),
};

function withId(row: RowValue): RowValue {
  const { id } = Object(row.value) as { readonly id?: unknown };
  return typeof id === "string" && id !== "" || typeof id === "number"
    ? { ...row, id: `${id}` }
    : row;
}

/** The options of a list, or of the columns up to the last that is not empty. */
function optionsOf(row: RowReader, place: RowPlace): string[] {
  if (row.optional("options") !== undefined) return row.texts("options");
  const columns = numberedKeys(row.keys, { stem: "option_", from: 1 }, place);
  const last = columns.findLastIndex((key) => row.optional(key) !== undefined);
  if (last < 1) throw rowWrong(place, "it has fewer than two options");
  return columns.slice(0, last + 1).map((key) => row.text(key));
}

export const BENCHMARK_FORMATS: readonly BenchmarkFormat[] = [
  ...[VALSE_PIECES, NEGBENCH_MCQ, NEGBENCH_RETRIEVAL, NEGREFCOCOG, CCNEG, CREPE, SUGARCREPE],
  ...[WHATSUP, WHATSUP_QA, ARO, SIMPLENEG, WINOGROUND, BIVLC, BEAF, OWN_LIST],
];

export interface Benchmark extends BenchmarkRows {
  readonly format: BenchmarkFormat;
}

/**
 * Reads a benchmark.
 *
 * @param options The form's name, if it is not to be recognised by the content.
 */
export function readBenchmark(
  bytes: Uint8Array<ArrayBuffer>,
  { name, ...options }: ReadingOptions & { readonly name?: string | undefined },
): Benchmark {
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
