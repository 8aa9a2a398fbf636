/** Downloads of data: VALSE, the images that it names, and CANNOT. */

import { textFlag } from "../../lib/cli/flag_values.ts";
import type { FlagValues } from "../../lib/cli/flags.ts";
import { readPairs } from "../../lib/data/read.ts";
import { lockFolder } from "../../lib/disk/folder_lock.ts";
import { writeWhole } from "../../lib/disk/write_whole.ts";
import { NegscopeError } from "../../lib/errors.ts";
import { onDisk } from "../../lib/files/disk.ts";
import type { DownloadOptions } from "../../lib/hub/attempts.ts";
import { downloadImages, fetchCannot, fetchValse } from "../../lib/hub/download_data.ts";
import { CANNOT, VALSE, VISUAL7W } from "../../lib/hub/hosts.ts";
import type { Progress } from "../../lib/show/progress.ts";

/** Where valse, visual7w and cannot go without `--out`. */
export const FOLDER = "results/download";

export interface Task {
  readonly values: FlagValues;
  readonly options: DownloadOptions;
  /** Draws a bar until the download ends. */
  readonly bar: (label: string, total: number, unit: "rows" | "bytes") => Progress;
  /** Prints a line, unless `--quiet` is set. */
  readonly say: (line: string) => void;
}

export async function valse({ values, options, say }: Task): Promise<void> {
  const folder = textFlag(values, "out") ?? FOLDER;
  using _held = await lockFolder(folder);
  const { bytes, rows } = await fetchValse(VALSE, options);
  const path = `${folder}/existence.json`;
  await writeWhole(path, bytes);
  say(`VALSE, existence: ${rows} rows in ${path}`);
}

export async function cannot({ values, options, say }: Task): Promise<void> {
  const folder = textFlag(values, "out") ?? FOLDER;
  using _held = await lockFolder(folder);
  const { bytes, rows, usable } = await fetchCannot(CANNOT, options);
  const path = `${folder}/cannot_dataset_v1.1.tsv`;
  await writeWhole(path, bytes);
  say(`CANNOT 1.1: ${rows} rows in ${path}, ${usable} of them with "no" before a noun`);
  say("Licence: CC BY-SA 4.0, by Anschütz et al. 2023, https://github.com/dmlls/cannot-dataset");
}

/** Downloads the images that a data file names. */
export async function visual7w({ values, options, bar, say }: Task): Promise<void> {
  const path = textFlag(values, "data") ?? `${FOLDER}/existence.json`;
  const there = await Deno.stat(path).then(() => true, () => false);
  if (!there && values["data"] === undefined) {
    throw new NegscopeError("file-unreadable", {
      problem: "Cannot tell which images to download",
      subject: path,
      reason: `there is no "${path}"`,
      fix: "give --data FILE, or first run: deno task download valse",
    });
  }
  const { pairs } = await readPairs(onDisk(path), { protocol: "all" }); // it keeps the most rows
  const names = new Set(pairs.map(({ image }) => image));
  const folder = textFlag(values, "out") ?? `${FOLDER}/visual7w`;
  using _held = await lockFolder(folder);
  const shown = bar("visual7w", names.size, "rows");
  const fresh = await downloadImages(names, {
    ...options,
    from: VISUAL7W,
    folder,
    onImage: (isNew) => isNew ? shown.advance() : shown.skip(1),
  });
  say(`Visual7W: ${names.size} images in ${folder}, ${fresh} new`);
}
