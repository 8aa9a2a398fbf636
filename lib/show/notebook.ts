/** Showing charts, tables and models: in a notebook as they are meant to be seen, in a terminal as text. */

import { Clip } from "../model/clip.ts";
import { ImageTower } from "../model/image/image_tower.ts";
import { TextTower } from "../model/text/text_tower.ts";
import type { Cells, Table } from "../tables/table.ts";
import type { ActivationCache } from "../hooks/cache.ts";
import type { Tensor } from "../hooks/tensor.ts";
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
 * @throws {Error} If Vega or Vega-Lite warns of anything, or the chart loads data.
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
 * Shows a model's or a tower's hook points, what a cache holds, a tensor's axes, a text as it is, or the picture in the bytes
 * of a PNG or JPEG file.
 *
 * @param value What to show.
 * @throws {TypeError} If bytes are of no such file.
 */
export async function show(
  value: Clip | TextTower | ImageTower | ActivationCache | Tensor | string | Uint8Array,
): Promise<void>;
export async function show<Row extends Cells<Row>>(
  value: VegaLiteChart | Table<Row> | object | string,
  options?: ShownTable<Row>,
): Promise<void> {
  const bundle = await bundleOf(value, options);
  const jupyter = jupyterKernel();
  if (jupyter === undefined) return console.log(bundle["text/plain"]);
  await jupyter.display(bundle, { raw: true });
  await new Promise((sent) => setTimeout(sent, SENT));
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
  if ("$schema" in value) return chartBundle(value);
  if ("columns" in value) return tableBundle(value, options);
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
