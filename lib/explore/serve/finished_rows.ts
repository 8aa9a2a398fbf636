/** The rows of a finished trace with their maps, for a page without a model. */

import type { Pair } from "../../data/pairs.ts";
import type { Role } from "../../data/roles.ts";
import { readTables } from "../../compare/read_tables.ts";
import { EFFECTS } from "../../experiments/trace/effects.ts";
import type { FinishedPart } from "../../parts/read_part.ts";
import { EVALUATE } from "../../study/rows/score_rows.ts";
import { withoutGuard } from "../../tables/csv.ts";
import type { CsvRow } from "../../tables/csv_row.ts";
import type { FinishedMaps, FinishedRow } from "../engine/finished_maps.ts";
import type { ExplorerRow, Token } from "../protocol.ts";
import { MOST_ROWS } from "./open_engine.ts";
import { type FinishedRun, notOfPage } from "./read_run.ts";

export async function mapsOf(
  { folder, parts }: FinishedRun,
  pairs: readonly Pair[],
): Promise<{ readonly rows: ExplorerRow[]; readonly measured: FinishedMaps["rows"] }> {
  const traced = parts.find(({ manifest }) => manifest.command === "trace");
  if (traced === undefined) throw notOfPage(folder, "it has no maps of rows");
  const known = new Map(pairs.map((pair) => [pair.id, pair]));
  const rows: ExplorerRow[] = [];
  const measured: [string, FinishedRow][] = [];
  for (const { scores, effects } of (await tracedRows(traced)).slice(0, MOST_ROWS)) {
    const pair = known.get(withoutGuard(scores.text("id")));
    if (pair === undefined) continue;
    const { id, caption, foil, image: picture, negation: negated } = pair;
    const number = (column: string) => scores.number(column)!;
    const before = { caption: number("s_caption"), foil: number("s_foil"), d: number("d") };
    rows.push({ ...{ row: id, caption, foil, picture, negated }, d: before.d });
    const map = mapOf(effects);
    const tokens = negatedTokens(effects);
    const words = (negated === "caption" ? foil : caption).split(" ").map((text) => ({ text }));
    const other = negated === "caption" ? "foil" : "caption";
    measured.push([id, {
      map,
      measured: {
        tokens: { [negated]: tokens, [other]: words } as Record<typeof negated, Token[]>,
        ...{ negated, before, after: before },
      },
    }]);
  }
  return { rows, measured: Object.fromEntries(measured) };
}

async function tracedRows(
  { folder, manifest }: FinishedPart,
): Promise<readonly { readonly scores: CsvRow; readonly effects: readonly CsvRow[] }[]> {
  const tables = await readTables(folder, manifest, [EVALUATE.name, EFFECTS.name]);
  const effects = Map.groupBy(tables.get(EFFECTS.name) ?? [], (row) => row.text("id"));
  return (tables.get(EVALUATE.name) ?? []).flatMap((scores) => {
    const own = effects.get(scores.text("id"));
    return own === undefined ? [] : [{ scores, effects: own }];
  });
}

/** The tokens of the negated sentence; a table has none of the affirmative one, of which words are shown. */
function negatedTokens(effects: readonly CsvRow[]): Token[] {
  const first = effects[0]!.text("layer");
  return effects.filter((row) => row.text("layer") === first).map((row) => (
    { text: withoutGuard(row.text("token")), role: row.text("role") as Role }
  ));
}

function mapOf(effects: readonly CsvRow[]): FinishedRow["map"] {
  const layers = Map.groupBy(effects, (row) => row.text("layer"));
  return {
    rows: [...layers.keys()],
    columns: negatedTokens(effects).map(({ text }) => text),
    values: [...layers.values()].map((own) => own.map((row) => row.number("cte") ?? null)),
  };
}
