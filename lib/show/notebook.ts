/** Showing charts, tables and models: in a notebook as they are meant to be seen, in a terminal as text. */

import { Clip } from "../model/clip.ts";
import { ImageTower } from "../model/image/image_tower.ts";
import { TextTower } from "../model/text/text_tower.ts";
import type { Cells, Table } from "../tables/table.ts";
import type { ActivationCache } from "../hooks/cache.ts";
import type { Tensor } from "../hooks/tensor.ts";
import { Result } from "../study/result.ts";
import { Scores } from "../study/scores.ts";
import type { Study } from "../study/study.ts";
import {
  chartBundle,
  hooksBundle,
  type MimeBundle,
  pictureBundle,
  type ShownTable,
  tableBundle,
  type VegaLiteChart,
} from "./mime_bundle.ts";

export type { ShownTable, VegaLiteChart };

/** Milliseconds after which the Deno kernel has sent a display: a cell that ends at once loses about 2 % of them. */
const SENT = 30;

/**
 * Shows a chart: interactive or as a picture in a notebook, its title and description in a terminal.
 *
 * @param chart A Vega-Lite chart with its data in it, one of this kit's or any other.
 * @throws {NegscopeError} If Vega or Vega-Lite warns of anything, or the chart loads data.
 */
export async function show<Chart extends VegaLiteChart>(chart: Chart): Promise<void>;
/**
 * Shows the first rows of a table and how many there are.
 *
 * @param table The table.
 * @param options What to show of it.
 */
export async function show<Row extends Cells<Row>>(
  table: Table<Row>,
  options?: ShownTable<Row>,
): Promise<void>;
/**
 * Shows what a study is of; an experiment's findings, charts and the first rows of its tables; scores; a model's or a tower's hook
 * points; what a cache holds; a tensor's axes; a text as it is; or the picture in the bytes of a PNG or JPEG file.
 *
 * @param value What to show.
 * @throws {NegscopeError} If bytes are of no such file.
 */
export async function show(value: Shown): Promise<void>;
export async function show<Row extends Cells<Row>>(
  value: VegaLiteChart | Table<Row> | Shown,
  options?: ShownTable<Row>,
): Promise<void> {
  const jupyter = jupyterKernel();
  for (const bundle of await bundlesOf(value, options)) {
    if (jupyter === undefined) {
      console.log(bundle["text/plain"]);
      continue;
    }
    await jupyter.display(bundle, { raw: true });
    await new Promise((sent) => setTimeout(sent, SENT));
  }
}

/** What can be shown besides charts and tables. */
export type Shown =
  | Study
  | Result
  | Scores
  | Clip
  | TextTower
  | ImageTower
  | ActivationCache
  | Tensor
  | string
  | Uint8Array;

/** Rows of a result's tables that are shown. */
const RESULT_ROWS = 5;

async function bundlesOf<Row extends Cells<Row>>(
  value: VegaLiteChart | Table<Row> | Shown,
  options?: ShownTable<Row>,
): Promise<readonly MimeBundle[]> {
  if (value instanceof Result) return await resultBundles(value);
  if (value instanceof Scores) return [tableBundle(value.table)];
  return [await bundleOf(value, options)];
}

/** Findings, then the charts, then the beginnings of the tables. */
async function resultBundles({ findings, charts, allTables }: Result): Promise<MimeBundle[]> {
  const drawn: MimeBundle[] = [];
  for (const chart of charts.values()) drawn.push(await chartBundle(chart));
  const tables = allTables.map((table) => tableBundle(table, { limit: RESULT_ROWS }));
  return [{ "text/plain": findings }, ...drawn, ...tables];
}

function bundleOf<Row extends Cells<Row>>(
  value: VegaLiteChart | Table<Row> | object | string,
  options?: ShownTable<Row>,
): MimeBundle | Promise<MimeBundle> {
  if (typeof value === "string") return { "text/plain": value };
  if (value instanceof Uint8Array) return pictureBundle(value);
  if (value instanceof Clip || value instanceof TextTower || value instanceof ImageTower) {
    return hooksBundle(value);
  }
  if ("$schema" in value) return chartBundle(value as VegaLiteChart);
  if ("columns" in value) return tableBundle(value as Table<Row>, options);
  return { "text/plain": String(value) };
}

/** The kernel's interface; outside of a notebook Deno throws instead of leaving it undefined. */
function jupyterKernel(): typeof Deno.jupyter | undefined {
  try {
    return Deno.jupyter;
  } catch {
    return undefined;
  }
}
