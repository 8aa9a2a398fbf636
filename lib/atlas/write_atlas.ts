/** Writes what follows from the finished parts of an atlas: its tables, its charts and the report. */

import { captionOf, type ChartSpec } from "../charts/spec.ts";
import { renderSvg } from "../draw/render.ts";
import { filesOf } from "../parts/part.ts";
import { PARTS_FILE } from "../parts/parts_folder.ts";
import { readParts } from "../parts/read_part.ts";
import { type Beside, type PartsResults, writeBeside } from "../parts/write_parts.ts";
import { readBeginning } from "../report/read_run.ts";
import { finishedAlready, writtenSummary } from "../runs/finished.ts";
import type { RunFolder } from "../runs/folder/run_folder.ts";
import { filesText } from "../runs/run_files.ts";
import { clusterBy, clustersText } from "../study/clusters.ts";
import { Stopwatch } from "../study/experiment/stopwatch.ts";
import { type AnyTable, numberColumns } from "../tables/table.ts";
import { agreementTable } from "./agreement.ts";
import { agreementMap, atlasMap } from "./charts.ts";
import { disagreementsOf } from "./disagreements.ts";
import { atlasText } from "./findings.ts";
import { atlasPicture } from "./picture.ts";
import { atlasPage } from "./page.ts";
import { ATLAS_PARTS, CHARTS } from "./parts.ts";
import { readAtlas } from "./read_atlas.ts";
import { agreementRows } from "./row_values.ts";
import { type Sentences, sentencesOf } from "./sentences.ts";
import { atlasTable } from "./tables.ts";

/** What to print at the end. */
export interface WrittenAtlas {
  /** The findings, or that they are there already. */
  readonly text: string;
  /** Where the files are. */
  readonly files: string;
  /** The three sentences. */
  readonly sentences: Sentences;
  /** atlas.csv, agreement.csv and disagreements.csv. */
  readonly tables: readonly AnyTable[];
}

/** Writes the tables, the charts and the report, unless they are there. */
export async function writeAtlas(
  opened: RunFolder | undefined,
  results: PartsResults,
): Promise<WrittenAtlas> {
  const { out, parts, pictures, seed, leftOut, identity: { sources, options } } = results;
  const stopwatch = new Stopwatch();
  const shown = await readParts(out, parts, pictures);
  const { name: model, text: { layers, heads } } = shown[0]!.manifest.model!;
  const sizes = { layers, heads };
  const atlas = await readAtlas(shown);
  const cluster = clusterBy(options["cluster"]);
  const agreement = agreementTable(
    await stopwatch.measure("agreement", () => agreementRows(shown, atlas.parts, seed)),
  );
  const disagreements = disagreementsOf(atlas.parts);
  const tables: readonly AnyTable[] = [atlasTable(atlas), agreement, disagreements];
  const sentences = sentencesOf(atlas, model);
  const text = atlasText({
    model,
    atlas,
    sentences,
    leftOut,
    agreement: agreement.rows,
    disagreements: disagreements.rows,
  });
  const chartOptions = { sources, clusters: clustersText(cluster) };
  const charts: readonly (readonly [string, ChartSpec])[] = [
    [
      CHARTS.picture,
      atlasPicture(atlas, { ...chartOptions, sizes }),
    ],
    [CHARTS.map, atlasMap(atlas, chartOptions)],
    [CHARTS.agreement, agreementMap(agreement.rows, chartOptions)],
  ];
  const files = filesOf(ATLAS_PARTS, pictures);
  const n = atlas.parts.length;
  const beside: Beside = {
    shown,
    leftOut,
    files,
    rows: { read: n, kept: n, dropped: [] },
    write: async (folder, { record, stopwatch }) => {
      for (const table of tables) await folder.writeTable(table);
      for (const [name, chart] of charts) await folder.writeChart(name, chart, pictures);
      await folder.writeFile(PARTS_FILE, record);
      await folder.writeSummary(text);
      await stopwatch.measure("report", async () => {
        const read = [];
        for (const table of tables) {
          const { schema, name } = table;
          const numbers = numberColumns(table);
          read.push({ ...await readBeginning(out, name), numbers, about: schema?.about });
        }
        const figures = [];
        for (const [name, spec] of charts) {
          const { description } = spec as { readonly description: string };
          const svg = folder.onScreen.get(name) ?? await renderSvg(spec);
          figures.push({ name, description, caption: captionOf(spec), svg });
        }
        const page = { model, figures, tables: read, summary: text };
        await folder.writeReport(atlasPage({ ...page, parts: shown, leftOut }));
      });
    },
  };
  const done = await writeBeside(opened, results, beside, stopwatch);
  if (done === "written") {
    return { sentences, tables, text, files: filesText(out, files) };
  }
  return {
    sentences,
    tables,
    text: await finishedAlready(out, pictures),
    files: await writtenSummary(out),
  };
}
