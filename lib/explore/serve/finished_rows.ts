/** The rows of a finished run with their scores, for a page without a model. */

import { readTables } from "../../compare/read_tables.ts";
import type { Pair } from "../../data/pairs.ts";
import { EVALUATE } from "../../study/rows/score_rows.ts";
import { withoutGuard } from "../../tables/csv.ts";
import type { ExplorerRow, Scores } from "../protocol.ts";
import { MOST_ROWS } from "./open_engine.ts";
import { type FinishedRun, notOfPage } from "./read_run.ts";

export async function finishedRows(
  { folder, parts, run }: FinishedRun,
  pairs: readonly Pair[],
): Promise<{ readonly rows: ExplorerRow[]; readonly scores: Readonly<Record<string, Scores>> }> {
  const file = `${EVALUATE.name}.csv`;
  const scored = parts.find(({ manifest: { checksums = {} } }) => Object.hasOwn(checksums, file));
  if (scored === undefined || run!.maps.length === 0) {
    throw notOfPage(folder, "it has no scores and values of single rows");
  }
  const tables = await readTables(scored.folder, scored.manifest, [EVALUATE.name]);
  const known = new Map(pairs.map((pair) => [pair.id, pair]));
  const rows: ExplorerRow[] = [];
  const scores: Record<string, Scores> = {};
  for (const line of tables.get(EVALUATE.name)!.slice(0, MOST_ROWS)) {
    const pair = known.get(withoutGuard(line.text("id")));
    if (pair === undefined) continue;
    const { id: row, caption, foil, image: picture, negation: negated } = pair;
    const [s, s_foil, d] = ["s_caption", "s_foil", "d"].map((name) => line.number(name)!);
    rows.push({ row, caption, foil, picture, negated, d: d! });
    scores[row] = { caption: s!, foil: s_foil!, d: d! };
  }
  return { rows, scores };
}
