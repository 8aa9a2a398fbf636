/** The array index or record key of a value. */
export type PropertyAccessor = number | string;

/** A column: the path to its value in an item, and its header if it differs from the last part of the path. */
export type ColumnDetails = {
  header?: string;
  prop: PropertyAccessor | PropertyAccessor[];
};

/** A column, or just the path to its value. */
export type Column = ColumnDetails | PropertyAccessor | PropertyAccessor[];

/** One row: an object or an array. */
export type DataItem = Readonly<Record<string, unknown> | unknown[]>;

/** Options of {@linkcode stringify}. */
export type StringifyOptions = {
  /** Writes the columns' headers first. @default {true} */
  headers?: boolean;
  /** The separator of the fields of a record. @default {","} */
  separator?: string;
  /** The columns in order; required for rows that are objects. @default {[]} */
  columns?: readonly Column[];
  /** Begins the text with a byte order mark. @default {false} */
  bom?: boolean;
};

/**
 * Writes rows as CSV, each ending in CRLF. A field is quoted only if it holds the separator, a quote or a line feed.
 *
 * @param data The rows. `null` and `undefined` become empty fields, objects become JSON, and anything else its text.
 * @param options See {@linkcode StringifyOptions}.
 * @returns The CSV text.
 * @throws {TypeError} If the separator holds a quote or CRLF, or a row does not fit the columns.
 */
export function stringify(data: readonly DataItem[], options: StringifyOptions = {}): string {
  const { headers = true, separator = ",", columns = [], bom = false } = options;
  if (separator.includes('"') || separator.includes("\r\n")) {
    throw new TypeError(
      "Separator cannot include the following strings:\n" +
        '  - U+0022: Quotation mark (")\n' +
        "  - U+000D U+000A: Carriage Return + Line Feed (\\r\\n)",
    );
  }
  const isSpecial = (field: string) =>
    field.includes(separator) || field.includes('"') || field.includes("\n");
  const line = (values: readonly unknown[]) => {
    const written = values.map(text).map((field) =>
      isSpecial(field) ? `"${field.replaceAll('"', '""')}"` : field
    );
    return `${written.join(separator)}\r\n`;
  };
  const paths = columns.map(path);
  const head = headers && columns.length > 0 ? line(columns.map(header)) : "";
  return (bom ? "\ufeff" : "") + head + data.map((item) => line(fields(item, paths))).join("");
}

function path(column: Column): readonly PropertyAccessor[] {
  if (typeof column !== "object") return [column];
  return Array.isArray(column) ? column : path(column.prop);
}

function header(column: Column): string {
  if (typeof column === "object" && !Array.isArray(column) && column.header !== undefined) {
    return column.header;
  }
  return String(path(column).at(-1));
}

function fields(item: DataItem, paths: readonly (readonly PropertyAccessor[])[]): unknown[] {
  if (paths.length > 0) return paths.map((path) => path.reduce(property, item));
  if (Array.isArray(item)) return [...item];
  if (typeof item !== "object") return [item];
  throw new TypeError("No property accessor function was provided for object");
}

function property(value: unknown, accessor: PropertyAccessor): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value) && typeof accessor !== "number") {
    throw new TypeError('Property accessor is not of type "number"');
  }
  return Reflect.get(value, accessor);
}

function text(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
