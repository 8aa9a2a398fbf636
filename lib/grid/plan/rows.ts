/** How many rows the data of a study have. */

import { ownDataOf } from "../../opening/choice/find_model.ts";
import { givenData, readGiven } from "../../opening/choice/given_rows.ts";
import { cellsOf, type Grid } from "../grid.ts";
import type { RowCount, Rows } from "./costs.ts";

/** Reads all data of a study, each file once, and counts its rows and what repeats in them. */
export async function countRows(grid: Grid): Promise<Rows> {
  const files = new Map<string, Promise<RowCount>>();
  const counts = new Map<string, RowCount>();
  for (const { model, data } of cellsOf(grid)) {
    const { protocol = "rephrased", limit } = data.choice;
    const { name } = givenData(data.choice, ownDataOf(model.choice.model)?.data);
    const key = JSON.stringify([name, protocol]);
    if (!files.has(key)) files.set(key, countOf(name, protocol));
    const all = await files.get(key)!;
    const share = Math.min(1, (limit ?? Infinity) / all.rows);
    const part = (n: number) => Math.min(n, Math.ceil(all.rows * share));
    counts.set(`${model.name}/${data.name}`, {
      rows: part(all.rows),
      images: part(all.images),
      pairs: part(all.pairs),
    });
  }
  return counts;
}

async function countOf(
  name: string,
  protocol: "rephrased" | "standard" | "all",
): Promise<RowCount> {
  const { pairs } = await readGiven(name, { protocol, aligned: true });
  return {
    rows: pairs.length,
    images: new Set(pairs.map(({ image }) => image)).size,
    pairs: new Set(pairs.map(({ caption, foil }) => [caption, foil].sort().join("\n"))).size,
  };
}
