/** Shows charts, tables, models and more: in full in a notebook, and as text in a terminal. As this module is loaded, they learn to show themselves as the last expression of a cell. */

import { visibleText } from "../errors/errors.ts";
import { ClipModel } from "../model/clip_model.ts";
import { ImageTower } from "../model/image/image_tower.ts";
import { TextTower } from "../model/text/text_tower.ts";
import type { Cells, Table } from "../tables/table.ts";
import { ActivationCache } from "../hooks/cache.ts";
import { Tensor } from "../hooks/tensor.ts";
import { Result } from "../study/result.ts";
import { Scores } from "../study/scores.ts";
import { StudyRow, StudySentence } from "../study/sentences/row.ts";
import { Study } from "../study/study.ts";
import { Sweep } from "../study/sweep.ts";
import { displayBy, showsItself } from "../tables/display.ts";
import {
  chartBundle,
  hooksBundle,
  type MimeBundle,
  pictureBundle,
  resultBundles,
  rowBundles,
  scoresBundles,
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
 * rows of its tables; scores; a sweep; the hook points of a model or a tower; the entries of a cache; a tensor's axes; a text; or the picture in
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
  await send(await bundlesOf(value, options));
}

async function send(bundles: readonly MimeBundle[]): Promise<void> {
  const jupyter = jupyterKernel();
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

displayBy(async function () {
  const bundles = await bundlesOf(this as Table<object>);
  if (jupyterKernel() !== undefined) {
    await send(bundles);
    return {}; // the kernel would lose some of what is returned, since it may send it after it has said that the cell is done
  }
  const text = bundles.map((bundle) => bundle["text/plain"]).join("\n");
  return { ...Object.assign({}, ...bundles), "text/plain": text };
});

for (
  const { prototype } of [
    ...[Study, StudyRow, StudySentence, Result, Scores, Sweep] as const,
    ...[ClipModel, TextTower, ImageTower, ActivationCache, Tensor] as const,
  ]
) showsItself(prototype);

/** The values that can be shown besides charts and tables. */
export type Shown =
  | Study
  | StudyRow
  | StudySentence
  | Result
  | Scores
  | Sweep
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
  if (typeof value === "string") return [{ "text/plain": value }];
  if (value instanceof Study) return [studyBundle(value)];
  if (value instanceof Result) return await resultBundles(value);
  if (value instanceof StudyRow) return await rowBundles(value);
  if (value instanceof Scores) return scoresBundles(value);
  if (value instanceof Sweep) return [{ "text/plain": `${value}` }, tableBundle(value.summary)];
  if (value instanceof Uint8Array) return [pictureBundle(value)];
  if (value instanceof ClipModel || value instanceof TextTower || value instanceof ImageTower) {
    return [hooksBundle(value)];
  }
  if ("$schema" in value) return [await chartBundle(value)];
  if ("columns" in value) return [tableBundle(value, options)];
  return [{ "text/plain": String(value) }];
}

/** The kernel's interface, or undefined outside of a notebook, where Deno throws. */
function jupyterKernel(): typeof Deno.jupyter | undefined {
  try {
    return Deno.jupyter;
  } catch {
    return undefined;
  }
}
