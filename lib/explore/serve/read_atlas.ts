/** What an atlas run adds to a page: its sentences, its circuit, and maps of rows for a page without a model. */

import { picturedCircuit } from "../../atlas/picture.ts";
import { readAtlas } from "../../atlas/read_atlas.ts";
import { sentencesOf } from "../../atlas/sentences.ts";
import { readTables } from "../../compare/read_tables.ts";
import { NegscopeError } from "../../errors.ts";
import { EFFECTS } from "../../experiments/trace/effects.ts";
import { readFinished, recordOf } from "../../files/run_record.ts";
import { readFinishedParts } from "../../parts/parts_folder.ts";
import type { FinishedPart } from "../../parts/read_part.ts";
import type { Checksums } from "../../study/choice/inputs.ts";
import { EVALUATE } from "../../study/rows/score_rows.ts";
import type { CsvRow } from "../../tables/csv_row.ts";
import type { About } from "../protocol.ts";

export interface AtlasRun extends Required<Pick<About, "circuit" | "findings">> {
  readonly model: string;
  readonly sizes: Pick<About, "layers" | "heads">;
  readonly traced: FinishedPart;
}

export async function readAtlasRun(
  folder: string,
  { towers }: Pick<Checksums, "towers">,
): Promise<AtlasRun> {
  const atlas = await readFinished(folder);
  if (atlas.command !== "atlas") throw notOfPage(folder, `it is a run of ${atlas.command}`);
  const parts = await readFinishedParts(folder, atlas);
  const traced = parts.find(({ name }) => name === "trace");
  if (traced === undefined) throw notOfPage(folder, "it has no maps of rows");
  const { text } = recordOf(traced.folder, traced.manifest).towers ?? {};
  if (text !== undefined && text !== towers.text) throw notOfPage(folder, "it is of another model");
  const { name: model, text: { layers, heads } } = traced.manifest.model!;
  const found = await readAtlas(parts);
  return {
    model,
    sizes: { layers, heads },
    traced,
    circuit: picturedCircuit(found),
    findings: sentencesOf(found, model),
  };
}

function notOfPage(folder: string, reason: string): NegscopeError {
  return new NegscopeError("not-comparable", {
    problem: `Cannot show "${folder}"`,
    reason,
    expected: "the folder of a finished deno task atlas of the page's model",
  });
}

export async function tracedRows(
  { folder, manifest }: FinishedPart,
): Promise<readonly { readonly scores: CsvRow; readonly effects: readonly CsvRow[] }[]> {
  const tables = await readTables(folder, manifest, [EVALUATE.name, EFFECTS.name]);
  const effects = Map.groupBy(tables.get(EFFECTS.name) ?? [], (row) => row.text("id"));
  return (tables.get(EVALUATE.name) ?? []).flatMap((scores) => {
    const own = effects.get(scores.text("id"));
    return own === undefined ? [] : [{ scores, effects: own }];
  });
}
