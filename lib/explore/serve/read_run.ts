/** A finished run that a page shows: what it found, its circuit if it is an atlas, and what it measured in single rows. */

import { roleLabel, roleOfLabel, rolesInOrder } from "../../charts/texts.ts";
import type { Manifest } from "../../files/manifest.ts";
import type { FinishedPart } from "../../composites/parts/part.ts";
import {
  columnValues,
  estimatesOf,
  hasCells,
  keysOf,
  type RowValues,
} from "../../tables/estimates.ts";
import type { About, RunMap, RunValues } from "../protocol.ts";
import { picturedCircuit } from "../../composites/atlas/picture.ts";
import { readAtlas } from "../../composites/atlas/read_atlas.ts";
import { sentencesOf } from "../../composites/atlas/sentences.ts";
import { NegscopeError } from "../../errors/errors.ts";
import { readFinishedParts } from "../../composites/parts/parts_folder.ts";
import { openRun, tableOf } from "../../runs/open_run.ts";
import type { Checksums } from "../../study/choice/inputs.ts";
import { type Line, rowValues } from "../../study/effects/row_values.ts";
import { EVALUATE } from "../../study/rows/score_rows.ts";

/** The most values of a page, which are some megabytes, and the most rows of a map. */
const MOST = { values: 500_000, rows: 48 };

const DIGITS = 5;

/** Keys that have a map for each of their values. */
const KINDS = ["site", "direction", "tower", "method"];

/** Keys that name a part of the model; where it is a head, `head` has its number. */
const PARTS = ["node", "part"];

/** All maps of the parts; tables that are too large or have too many parts are named. */
function runMaps(parts: readonly FinishedPart[]): Pick<RunValues, "maps" | "left"> {
  const maps: RunMap[] = [];
  const left = new Set<string>();
  let room = MOST.values;
  for (const part of parts) {
    for (const { table, ...map } of mapsOf(part)) {
      const size = Object.values(map.values).length * map.rows.length * map.columns.length;
      if (size > room || map.rows.length > MOST.rows) left.add(`${table}.csv`);
      else {
        maps.push(map);
        room -= size;
      }
    }
  }
  return { maps, left: [...left] };
}

/** The values of single rows of which a part's summaries have the means, each from the summary with the most keys. */
function mapsOf(part: FinishedPart): (RunMap & { readonly table: string })[] {
  const ids = part.rows(EVALUATE).map(({ id }) => ({ id }));
  const seen = new Set<string>();
  const schemas = [...part.schemas.values()];
  return schemas.toSorted((a, b) => keysOf(b).length - keysOf(a).length).flatMap((schema) =>
    estimatesOf(schema).flatMap(({ name, meanOf, shareOf }) => {
      const source = (meanOf ?? shareOf)!;
      const table = source && tableOf(part, source.table);
      const { column, minus, above } = source ?? {};
      const key = `${table?.name} ${column} ${minus}`;
      const isNone = table === undefined || above !== undefined || table.name === EVALUATE.name;
      if (isNone || seen.has(key)) return [];
      seen.add(key);
      const { definition } = minus === undefined
        ? table.schema!.columns[column!]!
        : schema.columns[name]!;
      const keys = keysOf(schema);
      const valuesIn = rowValues(schema, columnValues(source), table, ids);
      const kinds = keys.filter((key) => KINDS.includes(key));
      const lines = part.rows(schema) as readonly Line[];
      const byKind = [...Map.groupBy(lines, (line) => kinds.map((kind) => line[kind]).join(", "))];
      const value = minus === undefined ? column : `${column} − ${minus}`;
      return byKind.map(([kind, lines]) => ({
        name: `${part.name}: ${value}${byKind.length > 1 ? `, ${kind}` : ""}`,
        ...{ about: definition.replaceAll("`", ""), table: table.name },
        ...mapOf(lines, { keys, valuesIn, ids, source }),
      }));
    })
  );
}

/** Lines of a summary by layer and part or role, with the values of each row. */
function mapOf(lines: readonly Line[], { keys, valuesIn, ids, source: { eachLine, without } }: {
  readonly keys: readonly string[];
  readonly valuesIn: ReturnType<typeof rowValues>;
  readonly ids: readonly { readonly id: string }[];
  readonly source: RowValues;
}) {
  const others = [...KINDS, "id", "negation", "segment", "layer", "position"];
  const named = keys.filter((key) => !others.includes(key));
  const placed = lines.map((line) => {
    const cell = (name: string) => `${line[name] ?? ""}`;
    return { line, layer: cell("layer"), name: nameOf(named, cell) };
  });
  const layers = [...new Set(placed.map(({ layer }) => layer))]
    .sort((a, b) => Number(a) - Number(b));
  const names = [...new Set(placed.map(({ name }) => roleOfLabel(name)))];
  const rows = rolesInOrder(names).map(roleLabel);
  const byPlace = new Map(placed.map(({ line, layer, name }) => [`${layer} ${name}`, line]));
  const cells = rows.flatMap((row) =>
    layers.map((layer) => {
      const line = byPlace.get(`${layer} ${row}`);
      const own = line && valuesIn(line);
      return own && { ...own, isEach: hasCells(line, eachLine) };
    })
  );
  const values = ids.flatMap(({ id }, i) => {
    const own = cells.map((cell) =>
      cell?.counts[i] ? Number((cell.sums[i]! / cell.counts[i]!).toPrecision(DIGITS)) : null
    );
    return own.every((value) => value === null) ? [] : [[id, own] as const];
  });
  return {
    ...{ rows, columns: layers.map((layer) => layer || "–") },
    of: named.includes("role") ? "role" : "head or part",
    values: Object.fromEntries(values),
    ...without !== undefined && { without },
    ...eachLine !== undefined && {
      tokens: Object.fromEntries(
        ids.map(({ id }, i) => [id, cells.map((cell) => cell?.isEach ? cell.counts[i]! : 1)]),
      ),
    },
  };
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

/** What ships with the kit of an atlas of the embedded model: its circuit, and of which model and data it is. */
export function shippedText({ circuit, parts }: FinishedRun): string {
  const [{ record, manifest }] = parts as [FinishedPart];
  const of = { text: record.towers!.text, data: manifest.sources.data[0]!.sha256 };
  const rounded = (_: string, value: unknown) =>
    typeof value === "number" ? Number(value.toFixed(4)) : value;
  return `${JSON.stringify({ of, circuit }, rounded)}\n`;
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
