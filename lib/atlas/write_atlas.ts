/** Writes what follows from the finished parts of an atlas: its tables, its charts and the report. */

import { filesOf } from "../parts/part.ts";
import { type PartsPage, partsPage, readParts } from "../parts/shown_parts.ts";
import { type PartsResults, writeBeside, type WrittenParts } from "../parts/write_parts.ts";
import type { RunFolder } from "../runs/folder/run_folder.ts";
import { clusterBy, clustersText } from "../study/clusters.ts";
import { Stopwatch } from "../study/experiment/stopwatch.ts";
import type { AnyTable } from "../tables/table.ts";
import { agreementTable } from "./agreement.ts";
import { atlasMap } from "./charts.ts";
import { atlasText } from "./findings.ts";
import { atlasPicture } from "./picture.ts";
import { ATLAS_PARTS, CHARTS } from "./parts.ts";
import { readAtlas } from "./read_atlas.ts";
import { type Sentences, sentencesOf } from "./sentences.ts";
import { atlasTable } from "./tables.ts";
import { section } from "../report/document.ts";
import { html } from "../report/escape.ts";
import { type Figure, figuresHtml } from "../report/figure.ts";
import { summaryHtml } from "../report/summary.ts";
import { type ReportTable, tablesHtml } from "../report/table.ts";

/** What to print at the end. */
export interface WrittenAtlas extends WrittenParts {
  /** What was found. */
  readonly sentences: Sentences;
  /** atlas.csv and agreement.csv. */
  readonly tables: readonly AnyTable[];
}

/** Writes the tables, the charts and the report, unless they are there. */
export async function writeAtlas(
  opened: RunFolder | undefined,
  results: PartsResults,
): Promise<WrittenAtlas> {
  const { out, parts, pictures, leftOut, identity: { sources, options } } = results;
  const stopwatch = new Stopwatch();
  const shown = await readParts(out, parts, pictures);
  const { name: model, text: { layers, heads } } = shown[0]!.manifest.model!;
  const sizes = { layers, heads };
  const atlas = await readAtlas(shown);
  const tables: readonly AnyTable[] = [atlasTable(atlas), agreementTable(atlas.parts)];
  const sentences = sentencesOf(atlas, model);
  const summary = atlasText({ model, atlas, sentences, leftOut });
  const chartOptions = { sources, clusters: clustersText(clusterBy(options["cluster"])) };
  const n = atlas.parts.length;
  const written = await writeBeside(opened, results, {
    shown,
    leftOut,
    names: filesOf(ATLAS_PARTS, pictures),
    rows: { read: n, kept: n, dropped: [] },
    tables,
    charts: [
      [CHARTS.picture, atlasPicture(atlas, { ...chartOptions, sizes })],
      [CHARTS.map, atlasMap(atlas, chartOptions)],
    ],
    summary,
    page: (tables, figures) =>
      atlasPage({ model, summary, parts: shown, leftOut }, tables, figures),
  }, stopwatch);
  return { ...written, sentences, tables };
}

const MOST_FIGURE_BYTES = 1_500_000;

const MOST_TABLE_BYTES = 1_000_000;

/** Makes the page from the text that the task prints at its end, the charts and the tables. */
function atlasPage(
  { summary, ...page }: Pick<PartsPage, "model" | "parts" | "leftOut"> & {
    readonly summary: string;
  },
  tables: readonly ReportTable[],
  figures: readonly Figure[],
): string {
  const said = summaryHtml(summary);
  return partsPage({ ...page, command: "atlas", said }, [
    section("Figures", figuresHtml(figures, MOST_FIGURE_BYTES)),
    section("Parts and methods", html`${said.tables}${said.rest}`),
    section("Tables", tablesHtml(tables, MOST_TABLE_BYTES)),
    section(
      "Methods",
      html`<ul>${
        page.parts.map(({ name, part }) =>
          html`<li><a href="${name}/report.html">${part.title}</a>: ${part.question}\n`
        )
      }</ul>`,
    ),
  ]);
}
