/** The jobs of a study: what a machine does at a time, and which jobs come before. The same jobs run here or by an engine. */

import { join } from "node:path";
import type { Shard } from "../../study/choice/study_options.ts";
import {
  cellsOf,
  type Grid,
  type GridCell,
  type GridData,
  type GridModel,
  hasImages,
} from "../grid.ts";

/** The kinds of jobs, in the order in which they run. */
export const KINDS = ["download", "embed", "shard", "merge", "run", "report"] as const;

export type JobKind = typeof KINDS[number];

export interface GridJob {
  /** Its name, which says its place in the study. */
  readonly name: string;
  readonly kind: JobKind;
  /** The names of the jobs that must be done before it. */
  readonly after: readonly string[];
  /** The folder that it writes into. */
  readonly folder: string;
  /** The model, and the data unless it is a download; the report has neither. */
  readonly model?: GridModel;
  readonly data?: GridData;
  /** The run that it is, or is a part of. */
  readonly cell?: GridCell;
  readonly shard?: Shard;
}

/** The folder of the embeddings that the jobs of a study share. */
export function cacheFolder(out: string): string {
  return join(out, "cache");
}

/** The jobs of a study in an order in which they can run: downloads, embeddings, shards, whole runs, the report. */
export function jobsOf(grid: Grid, out: string): GridJob[] {
  const cells = cellsOf(grid);
  const downloads = downloadsOf(cells);
  const downloadOf = ({ missing }: GridModel) =>
    downloads.filter(({ model }) => model!.missing === missing).map(({ name }) => name);
  const embeds = new Map<string, GridJob>();
  const runs: GridJob[] = [];
  const shards: GridJob[] = [];
  for (const cell of cells) {
    const { model, data, experiment, folder: name } = cell;
    const embed = `embed/${model.name}/${data.name}`;
    if (needsEmbedding(data)) {
      const how = { after: downloadOf(model), folder: cacheFolder(out), model, data };
      embeds.set(embed, { name: embed, kind: "embed", ...how });
    }
    const after = embeds.has(embed) ? [embed] : downloadOf(model);
    const folder = join(out, name);
    const own = { model, data, cell };
    const n = experiment.shards;
    if (n === 1) {
      runs.push({ name, kind: "run", after, folder, ...own });
      continue;
    }
    const parts = Array.from({ length: n }, (_, i): GridJob => {
      const part = `${name}/${i + 1}_of_${n}`;
      const folder = join(out, "shards", part);
      return { name: part, kind: "shard", after, folder, ...own, shard: { k: i + 1, n } };
    });
    shards.push(...parts);
    runs.push({ name, kind: "merge", after: parts.map(({ name }) => name), folder, ...own });
  }
  const whole = runs.toSorted((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  const after = whole.map(({ name }) => name);
  const report: GridJob = { name: "report", kind: "report", after, folder: out };
  return [...downloads, ...embeds.values(), ...shards, ...whole, report];
}

function downloadsOf(cells: readonly GridCell[]): GridJob[] {
  const models = [...new Set(cells.map(({ model }) => model))];
  const missing = Map.groupBy(models.filter(({ missing }) => missing), ({ missing }) => missing);
  return [...missing.values()].map(([model]): GridJob => (
    { name: `download/${model!.name}`, kind: "download", after: [], folder: "", model: model! }
  ));
}

/** Whether the images of data are embedded by the model, which its runs then read from the cache. */
function needsEmbedding(data: GridData): boolean {
  return hasImages(data) && data.choice.imageEmbeddings === undefined;
}
