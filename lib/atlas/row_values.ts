/** What a method says of each head or MLP in every row of the data. */

import { type Node, nodeName } from "../tables/nodes.ts";
import { notAsWritten } from "../files/manifest_file.ts";
import { sha256File } from "../files/sha256.ts";
import type { FinishedPart } from "../parts/read_part.ts";
import { readBeginning } from "../report/read_run.ts";
import type { Cells, Method } from "./methods.ts";

/** The values of a method by part: one for each scored row, in their order; undefined where it has none. */
export type ValuesByPart = ReadonlyMap<string, readonly (number | undefined)[]>;

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
  const part = parts.find((part) => part.name === name);
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
