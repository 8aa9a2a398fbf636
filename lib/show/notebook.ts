/** Shows charts, tables, models and more: in full in a notebook, and as text in a terminal. */

import { visibleText } from "../errors.ts";
import { ClipModel } from "../model/clip_model.ts";
import { ImageTower } from "../model/image/image_tower.ts";
import { TextTower } from "../model/text/text_tower.ts";
import type { Cells, Table } from "../tables/table.ts";
import type { ActivationCache } from "../hooks/cache.ts";
import type { Tensor } from "../hooks/tensor.ts";
import { Result } from "../study/result.ts";
import { Scores } from "../study/scores.ts";
import { StudyRow, type StudySentence } from "../study/sentences/row.ts";
import { Study } from "../study/study.ts";
import {
  chartBundle,
  hooksBundle,
  type MimeBundle,
  pictureBundle,
  resultBundles,
  rowBundles,
  scoresBundle,
  type ShownTable,
  studyBundle,
  tableBundle,
  type VegaLiteChart,
} from "./bundles.ts";
import { print } from "./terminal.ts";

export type { ShownTable, VegaLiteChart };

/** Milliseconds until the Deno kernel has sent a display; a cell that ends at once loses about 2 % of its displays. */
const SENT = 30;

/**
 * Shows a chart: interactively or as a picture in a notebook, and its title and description in a terminal.
 *
 * @param chart A Vega-Lite chart with its data in it, one of this kit's or any other.
 * @throws {NegscopeError} If Vega or Vega-Lite warns of anything, or the chart loads data.
 */
export async function show<Chart extends VegaLiteChart>(chart: Chart): Promise<void>;
/**
 * Shows the first rows of a table and its number of rows.
 *
 * @param table The table.
 * @param options What to show of it.
 */
export async function show<Row extends Cells<Row>>(
  table: Table<Row>,
  options?: ShownTable<Row>,
): Promise<void>;
/**
 * Shows the model and rows of a study; one of its rows with picture, scores and tokens, or a sentence of it; an experiment's findings, charts and the first
 * rows of its tables; scores; the hook points of a model or a tower; the entries of a cache; a tensor's axes; a text; or the picture in
 * the bytes of a PNG or JPEG file.
 *
 * @param value What to show.
 * @throws {NegscopeError} If the bytes are not those of a PNG or JPEG file.
 */
export async function show(value: Shown): Promise<void>;
export async function show<Row extends Cells<Row>>(
  value: VegaLiteChart | Table<Row> | Shown,
  options?: ShownTable<Row>,
): Promise<void> {
  const jupyter = jupyterKernel();
  const bundles = await bundlesOf(value, options);
  for (const [index, data] of bundles.entries()) {
    if (jupyter === undefined) {
      print(data["text/plain"]);
      continue;
    }
    const shown = { ...data, "text/plain": visibleText(data["text/plain"]) };
    const metadata = { negscope: { part: index + 1, parts: bundles.length } }; // reveals a lost output
    await jupyter.broadcast("display_data", { data: shown, metadata, transient: {} });
    await new Promise((sent) => setTimeout(sent, SENT));
  }
}

/** The values that can be shown besides charts and tables. */
export type Shown =
  | Study
  | StudyRow
  | StudySentence
  | Result
  | Scores
  | ClipModel
  | TextTower
  | ImageTower
  | ActivationCache
  | Tensor
  | string
  | Uint8Array;

async function bundlesOf<Row extends Cells<Row>>(
  value: VegaLiteChart | Table<Row> | Shown,
  options?: ShownTable<Row>,
): Promise<readonly MimeBundle[]> {
  if (value instanceof Result) return await resultBundles(value);
  if (value instanceof StudyRow) return await rowBundles(value);
  if (value instanceof Scores) return [scoresBundle(value)];
  return [await bundleOf(value, options)];
}

function bundleOf<Row extends Cells<Row>>(
  value: VegaLiteChart | Table<Row> | object | string,
  options?: ShownTable<Row>,
): MimeBundle | Promise<MimeBundle> {
  if (typeof value === "string") return { "text/plain": value };
  if (value instanceof Study) return studyBundle(value);
  if (value instanceof Uint8Array) return pictureBundle(value);
  if (value instanceof ClipModel || value instanceof TextTower || value instanceof ImageTower) {
    return hooksBundle(value);
  }
  if ("$schema" in value) return chartBundle(value as VegaLiteChart);
  if ("columns" in value) return tableBundle(value as Table<Row>, options);
  return { "text/plain": String(value) };
}

/** The kernel's interface, or undefined outside of a notebook, where Deno throws. */
function jupyterKernel(): typeof Deno.jupyter | undefined {
  try {
    return Deno.jupyter;
  } catch {
    return undefined;
  }
}
