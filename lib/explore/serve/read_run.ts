/** A finished run that a page shows: what it found, its circuit if it is an atlas, and what it measured in single rows. */

import { roleLabel, roleOfLabel, rolesInOrder } from "../../charts/texts.ts";
import type { Manifest } from "../../files/manifest.ts";
import type { FinishedPart } from "../../parts/shown_parts.ts";
import { estimatesOf, keysOf, type RowValues } from "../../tables/estimates.ts";
import type { TableSchema } from "../../tables/table.ts";
import type { About, RunMap, RunValues } from "../protocol.ts";
import { picturedCircuit } from "../../atlas/picture.ts";
import { readAtlas } from "../../atlas/read_atlas.ts";
import { sentencesOf } from "../../atlas/sentences.ts";
import { NegscopeError } from "../../errors.ts";
import { readFinishedParts } from "../../parts/parts_folder.ts";
import { openRun } from "../../runs/open_run.ts";
import type { Checksums } from "../../study/choice/inputs.ts";
import type { Line } from "../../study/effects/row_values.ts";

/** The most values of a page, which are some megabytes, and the most rows of a map. */
const MOST = { values: 500_000, rows: 48 };

const DIGITS = 5;

/** Keys that have a map for each of their values. */
const KINDS = ["site", "direction", "tower", "method"];

/** Keys that name a part of the model; where it is a head, `head` has its number. */
const PARTS = ["node", "part"];

interface Source extends RowValues {
  readonly about: string;
}

/** All maps of the parts; tables that are too large or have too many parts are named. */
function runMaps(parts: readonly FinishedPart[]): Pick<RunValues, "maps" | "left"> {
  const maps: RunMap[] = [];
  const left: string[] = [];
  let room = MOST.values;
  for (const part of parts) {
    for (const [table, sources] of sourcesIn(part.schemas)) {
      const made = mapsOf(part, part.schemas.get(table)!, sources);
      const size = made.reduce((sum, { values }) => sum + sizeOf(values), 0);
      const isFit = size <= room && made.every(({ rows }) => rows.length <= MOST.rows);
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
function sourcesIn(schemas: FinishedPart["schemas"]): Map<string, Source[]> {
  const sources = new Map<string, Source>();
  for (const schema of schemas.values()) {
    for (const { name, meanOf, shareOf } of estimatesOf(schema)) {
      const source = meanOf ?? shareOf;
      if (source === undefined || source.above !== undefined || source.table === "evaluate") {
        continue;
      }
      if (!schemas.has(source.table)) continue;
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

/** The maps of a table: one for each source, and each value of the keys that have their own. */
function mapsOf(
  { name: part, rows: rowsOf }: FinishedPart,
  schema: TableSchema,
  sources: readonly Source[],
): RunMap[] {
  const keys = keysOf(schema);
  const kinds = keys.filter((key) => KINDS.includes(key));
  const others = [...KINDS, "id", "negation", "layer", "position"];
  const named = keys.filter((key) => !others.includes(key));
  /** By kind, then row of the data, then layer and column, one for each source. */
  const cells = new Map<string, Map<string, Map<string, Mean[]>>>();
  const [layers, rowNames] = [new Set<string>(), new Set<string>()];
  for (const line of rowsOf(schema) as readonly Line[]) {
    const cell = (name: string) => `${line[name] ?? ""}`;
    const [layer, name] = [cell("layer"), nameOf(named, cell)];
    layers.add(layer);
    rowNames.add(name);
    const means = cells
      .getOrInsertComputed(kinds.map(cell).join(", "), () => new Map())
      .getOrInsertComputed(cell("id"), () => new Map())
      .getOrInsertComputed(`${layer} ${name}`, () => sources.map((): Mean => [0, 0]));
    for (const [i, { column, minus }] of sources.entries()) {
      const value = line[column];
      const less = minus === undefined ? 0 : line[minus];
      if (value === undefined || less === undefined) continue;
      means[i]![0] += Number(value) - Number(less);
      means[i]![1] += 1;
    }
  }
  const columns = [...layers].sort((a, b) => Number(a) - Number(b));
  const rows = rolesInOrder([...rowNames].map(roleOfLabel)).map(roleLabel);
  const places = rows.flatMap((row) => columns.map((layer) => `${layer} ${row}`));
  const rounded = ([sum, count]: Mean = [0, 0]) =>
    count === 0 ? null : Number((sum / count).toPrecision(DIGITS));
  return sources.flatMap(({ column, minus, about }, i) => {
    const value = minus === undefined ? column : `${column} − ${minus}`;
    return Array.from(cells, ([kind, ofRows]) => ({
      name: `${part}: ${value}${cells.size > 1 ? `, ${kind}` : ""}`,
      ...{ about, rows, columns: columns.map((layer) => layer || "–") },
      of: named.includes("role") ? "role" : "head or part",
      values: Object.fromEntries(Array.from(ofRows, ([id, own]) => [
        id,
        places.map((place) => rounded(own.get(place)?.[i])),
      ])),
    }));
  });
}

/** What stands beside a row of a map: a head's number, a role, or the name of another part. */
function nameOf(keys: readonly string[], cell: (name: string) => string): string {
  const part = keys.find((key) => PARTS.includes(key));
  return keys.flatMap((key) => {
    if (key === part) return [cell("head") || cell(key).split(" ")[0]!];
    if (key === "head" && part !== undefined || cell(key) === "") return [];
    return [key === "role" ? roleLabel(cell(key)) : cell(key)];
  }).join(", ");
}

export interface FinishedRun extends Pick<About, "circuit" | "findings" | "run"> {
  readonly folder: string;
  readonly options: Manifest["options"];
  readonly sizes: Pick<About, "layers" | "heads">;
  /** The runs in it: itself, or the parts of an atlas. */
  readonly parts: readonly FinishedPart[];
}

export async function readRun(folder: string): Promise<FinishedRun> {
  const run = await openRun(folder);
  const { command, model, options } = run.manifest;
  const isAtlas = command === "atlas";
  const parts = isAtlas
    ? await readFinishedParts(folder, run.manifest)
    : [{ name: command, ...run }];
  const sizes = (model ?? parts[0]?.manifest.model)?.text;
  if (sizes === undefined) throw notOfPage(folder, `a run of ${command} has no rows of a model`);
  return {
    ...{ folder, options, sizes, parts },
    run: { task: command, ...runMaps(parts) },
    ...isAtlas ? atlasOf(parts) : {
      findings: run.findings.findings.flatMap(({ sentences = [] }) =>
        sentences.map((sentence) => `${sentence}.`)
      ),
    },
  };
}

function atlasOf(parts: readonly FinishedPart[]): Partial<FinishedRun> {
  const found = readAtlas(parts);
  const { name } = parts[0]!.manifest.model!;
  return { circuit: picturedCircuit(found), findings: sentencesOf(found, name) };
}

/** What ships with the kit of an atlas of the embedded model: its circuit, what it found, and of which model and data. */
export function shippedText({ circuit, findings, parts }: FinishedRun): string {
  const [{ record, manifest }] = parts as [FinishedPart];
  const of = { text: record.towers!.text, data: manifest.sources.data[0]!.sha256 };
  const rounded = (_: string, value: unknown) =>
    typeof value === "number" ? Number(value.toFixed(4)) : value;
  return `${JSON.stringify({ of, circuit, findings }, rounded)}\n`;
}

/** Refuses a run of another model, or of other rows, than a page has. */
export function checkRun(
  { folder, parts }: FinishedRun,
  { towers, sources }: Pick<Checksums, "towers" | "sources">,
): void {
  for (const part of parts) {
    const { text } = part.record.towers ?? {};
    if (text !== undefined && text !== towers.text) {
      throw notOfPage(folder, "it is of another model");
    }
    const isOther = sources.data.some(({ file, sha256 }) =>
      part.manifest.sources.data.some((own) => own.file === file && own.sha256 !== sha256)
    );
    if (isOther) throw notOfPage(folder, "it is of other data");
  }
}

export function notOfPage(folder: string, reason: string): NegscopeError {
  return new NegscopeError("not-comparable", {
    problem: `Cannot show "${folder}"`,
    subject: folder,
    reason,
    expected: "the folder of a finished run of the page's model and data",
  });
}
