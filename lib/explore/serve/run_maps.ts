/** The values of single rows in a run's tables, as maps: layers by heads, roles or parts. */

import { roleLabel, roleOfLabel, rolesInOrder } from "../../charts/texts.ts";
import { allSchemas } from "../../experiments/all.ts";
import { notAsWritten } from "../../files/manifest.ts";
import { sha256File } from "../../files/sha256.ts";
import type { FinishedPart } from "../../parts/shown_parts.ts";
import { type CellOf, readBeginning } from "../../report/read_run.ts";
import { estimatesOf, keysOf, type RowValues } from "../../tables/estimates.ts";
import type { RunMap, RunValues } from "../protocol.ts";

/** The most values of a page, which are some megabytes, and the most columns of a map. */
const MOST = { values: 500_000, columns: 48 };

const DIGITS = 5;

/** Keys that have a map for each of their values. */
const KINDS = ["site", "direction", "tower", "method"];

interface Source extends RowValues {
  readonly about: string;
}

/** All maps of the parts; tables that are too large or too wide are named. */
export async function runMaps(
  parts: readonly FinishedPart[],
): Promise<Pick<RunValues, "maps" | "left">> {
  const maps: RunMap[] = [];
  const left: string[] = [];
  let room = MOST.values;
  for (const { name, folder, manifest: { checksums = {} } } of parts) {
    for (const [table, sources] of sourcesIn(checksums)) {
      const path = `${folder}/${table}.csv`;
      if (await sha256File(path) !== checksums[`${table}.csv`]) throw notAsWritten(path);
      const values = new TableValues(table, sources);
      await readBeginning(folder, table, (cell) => values.take(cell));
      const made = values.maps(name);
      const size = made.reduce((sum, { values }) => sum + sizeOf(values), 0);
      const isFit = size <= room && made.every(({ columns }) => columns.length <= MOST.columns);
      if (isFit) {
        maps.push(...made);
        room -= size;
      } else left.push(`${table}.csv`);
    }
  }
  return { maps, left };
}

function sizeOf(values: RunMap["values"]): number {
  return Object.values(values).reduce((sum, own) => sum + own.length, 0);
}

/** What the summaries of a run's tables are means of. */
function sourcesIn(checksums: Readonly<Record<string, string>>): Map<string, Source[]> {
  const sources = new Map<string, Source>();
  const schemas = allSchemas();
  for (const schema of schemas.values()) {
    for (const { name, meanOf, shareOf } of estimatesOf(schema)) {
      const source = meanOf ?? shareOf;
      if (source === undefined || source.above !== undefined || source.table === "evaluate") {
        continue;
      }
      if (!Object.hasOwn(checksums, `${source.table}.csv`)) continue;
      const key = `${source.table} ${source.column} ${source.minus}`;
      const { definition } = source.minus === undefined
        ? schemas.get(source.table)!.columns[source.column]!
        : schema.columns[name]!;
      if (!sources.has(key)) sources.set(key, { ...source, about: definition.replaceAll("`", "") });
    }
  }
  return Map.groupBy(sources.values(), ({ table }) => table);
}

/** A mean that grows: lines of a row and cell count with their mean, as tokens of a role do. */
type Mean = [sum: number, count: number];

class TableValues {
  readonly #sources: readonly Source[];
  readonly #kinds: readonly string[];
  readonly #across: readonly string[];
  /** By kind, then row of the data, then layer and column, one for each source. */
  readonly #cells = new Map<string, Map<string, Map<string, Mean[]>>>();
  readonly #layers = new Set<string>();
  readonly #columns = new Set<string>();

  constructor(table: string, sources: readonly Source[]) {
    const keys = keysOf(allSchemas().get(table)!);
    this.#sources = sources;
    this.#kinds = keys.filter((key) => KINDS.includes(key));
    const others = new Set([...KINDS, "id", "negation", "layer", "position"]);
    this.#across = keys.filter((key) => !others.has(key));
  }

  take(cell: CellOf): void {
    const layer = cell("layer");
    const column = columnOf(this.#across, cell);
    this.#layers.add(layer);
    this.#columns.add(column);
    const means = this.#cells
      .getOrInsertComputed(this.#kinds.map(cell).join(", "), () => new Map())
      .getOrInsertComputed(cell("id"), () => new Map())
      .getOrInsertComputed(`${layer} ${column}`, () => this.#sources.map((): Mean => [0, 0]));
    this.#sources.forEach((source, i) => {
      const value = valueIn(source, cell);
      if (value === undefined) return;
      means[i]![0] += value;
      means[i]![1] += 1;
    });
  }

  maps(part: string): RunMap[] {
    const rows = [...this.#layers].sort((a, b) => Number(a) - Number(b));
    const columns = rolesInOrder([...this.#columns].map(roleOfLabel)).map(roleLabel);
    const places = rows.flatMap((layer) => columns.map((column) => `${layer} ${column}`));
    return this.#sources.flatMap(({ column, minus, about }, i) =>
      [...this.#cells].map(([kind, ofRows]) => ({
        name: `${part}: ${
          [
            minus === undefined ? column : `${column} − ${minus}`,
            ...this.#cells.size > 1 ? [kind] : [],
          ].join(", ")
        }`,
        ...{ about, rows: rows.map((layer) => layer || "–"), columns },
        across: this.#across.includes("role") ? "role" : "head or part",
        values: Object.fromEntries([...ofRows].map(([id, cells]) => [
          id,
          places.map((place) => {
            const [sum, count] = cells.get(place)?.[i] ?? [0, 0];
            return count === 0 ? null : Number((sum / count).toPrecision(DIGITS));
          }),
        ])),
      }))
    );
  }
}

function valueIn({ column, minus }: RowValues, cell: CellOf): number | undefined {
  const cells = [cell(column), minus === undefined ? "0" : cell(minus)];
  return cells.includes("") ? undefined : Number(cells[0]) - Number(cells[1]);
}

/** What stands below a column: a head's number, a role, or the name of another part. */
function columnOf(across: readonly string[], cell: CellOf): string {
  const names = across.flatMap((key) => {
    if (key === "role" && cell(key) !== "") return [roleLabel(cell(key))];
    if (key === "node" || key === "component") {
      return [cell("head") === "" ? cell(key).split(" ")[0]! : cell("head")];
    }
    return key === "head" && across.includes("component") || cell(key) === "" ? [] : [cell(key)];
  });
  return names.join(", ");
}
