/** What each method says of a head or MLP in every row of the data, and how far methods agree by it. */

import { type Negation, NEGATIONS, type Pair } from "../data/pairs.ts";
import { type Node, nodeName } from "../tables/nodes.ts";
import { notAsWritten } from "../files/manifest_file.ts";
import { sha256File } from "../files/sha256.ts";
import type { FinishedPart } from "../parts/read_part.ts";
import { readBeginning } from "../report/read_run.ts";
import { clusterBy, clusterOf } from "../study/clusters.ts";
import {
  agreementOf,
  type AgreementRow,
  type SideOfMethod,
  type ValuesByPart,
} from "./agreement.ts";
import { type Cells, type Method, METHODS } from "./methods.ts";
import type { AtlasPart } from "./read_atlas.ts";

export async function agreementRows(
  finished: readonly FinishedPart[],
  parts: readonly AtlasPart[],
  seed: number,
): Promise<AgreementRow[]> {
  const rows = await readScored(finished);
  const nameOf = (negation: string, node: Node) => `${negation} ${nodeName(node)}`;
  const roles = new Map(
    parts.map(({ negation, node, values }) => [nameOf(negation, node), values.get("total")?.role]),
  );
  const known: SideOfMethod[] = [];
  for (const method of METHODS) {
    const values = await readValues(finished, method, {
      rows,
      roleOf: (negation, node) => roles.get(nameOf(negation, node)),
    });
    if (values === undefined) continue;
    known.push({ method: method.name, isMean: method.rows!.isMean ?? false, values });
  }
  const by = clusterBy(finished[0]!.manifest.options["cluster"]);
  return [...new Set(parts.map(({ negation }) => negation))].flatMap((negation) => {
    const places = [...rows.keys()].filter((row) => rows[row]!.negation === negation);
    const onSide = <Value>(values: readonly Value[]) => places.map((row) => values[row]!);
    const methods = known.map((method) => ({
      ...method,
      values: new Map([...method.values].map(([part, values]) => [part, onSide(values)])),
    }));
    const side = onSide(rows);
    const clusters = side.map((row) => clusterOf(row, by));
    return agreementOf(methods, { negation, d: side.map(({ d }) => d), clusters }, seed);
  });
}

interface Scored extends Pair {
  readonly negation: Negation;
  readonly d: number;
}

async function readScored(parts: readonly FinishedPart[]): Promise<Scored[]> {
  const rows: Scored[] = [];
  await readLines(partOf(parts, "evaluate")!, "evaluate", (cells) => {
    rows.push({
      id: cells("id"),
      image: cells("image"),
      negation: NEGATIONS.find((side) => side === cells("negation"))!,
      caption: cells("caption"),
      foil: cells("foil"),
      d: Number(cells("d")),
    });
  });
  return rows;
}

/**
 * Reads the values of a method; undefined if its part did not run. Several lines of a row and part count with their mean, as tokens of a
 * role do.
 *
 * @param roleOf The role at which a part acts, of a method with roles.
 */
export async function readValues(
  parts: readonly FinishedPart[],
  { sources: [{ part: name, nodeOf, detailOf }], rows: source }: Method,
  { rows, roleOf }: {
    readonly rows: readonly { readonly id: string }[];
    readonly roleOf: (negation: string, node: Node) => string | undefined;
  },
): Promise<ValuesByPart | undefined> {
  const part = partOf(parts, name);
  if (part === undefined || source === undefined) return undefined;
  const places = new Map(rows.map(({ id }, place) => [id, place]));
  const sums = new Map<string, { readonly sum: Float64Array; readonly n: Uint32Array }>();
  await readLines(part, source.table, (cells) => {
    const node = nodeOf(cells);
    const place = places.get(cells("id"));
    if (node === undefined || place === undefined) return;
    const role = detailOf?.(cells).role;
    if (role !== undefined && role !== roleOf(cells("negation"), node)) return;
    const value = source.valueOf(cells);
    if (value === undefined) return;
    const known = sums.get(nodeName(node)) ??
      { sum: new Float64Array(rows.length), n: new Uint32Array(rows.length) };
    known.sum[place]! += value;
    known.n[place]! += 1;
    sums.set(nodeName(node), known);
  });
  return new Map([...sums].map(([node, { sum, n }]) => [
    node,
    Array.from(sum, (value, place) => n[place] === 0 ? undefined : value / n[place]!),
  ]));
}

function partOf(parts: readonly FinishedPart[], name: string): FinishedPart | undefined {
  return parts.find((part) => part.name === name);
}

/** Reads a table line by line, if it is as the part wrote it. */
async function readLines(
  { folder, manifest: { checksums = {} } }: FinishedPart,
  table: string,
  take: (cells: Cells) => void,
): Promise<void> {
  const path = `${folder}/${table}.csv`;
  if (await sha256File(path) !== checksums[`${table}.csv`]) throw notAsWritten(path);
  await readBeginning(folder, table, take);
}
