/**
 * Measures the embedded model and those to compare it with, and writes the results into their README and the folder `measured`.
 *
 *     deno task dev shapes
 */

import { say } from "../../lib/show/terminal.ts";
import { fileURLToPath } from "node:url";
import { runTask } from "../../lib/cli/task.ts";
import { lockFolder, writeWhole } from "../../lib/files/write_whole.ts";
import { MOST_BYTES, readText } from "../../lib/files/read_file.ts";
import { SHAPES_NAMES } from "../../lib/opening/find_model.ts";
import { EMBEDDED } from "../../lib/study/choice/study_options.ts";
import { tableToCsv } from "../../lib/tables/csv.ts";
import { markdownTable, replaceMarked } from "../../lib/tables/text_table.ts";
import type { TableCell } from "../../lib/tables/table.ts";
import { tableOf } from "../bench/document.ts";
import { besideEachOther, measureModel } from "./shapes_tables.ts";

const HELP = {
  name: "shapes",
  command: "deno task dev shapes",
  does:
    "measures the embedded model and those to compare it with, for data/shapes/measured and data/shapes/README.md.",
  example: "",
};

const SHAPES = fileURLToPath(new URL("../../data/shapes", import.meta.url));

await runTask(HELP, {}, async () => {
  const found = [];
  for (const model of [EMBEDDED, ...SHAPES_NAMES.map((name) => `${EMBEDDED}/${name}`)]) {
    found.push(await measureModel(model));
    say(`${model} is measured`);
  }
  const models = found.flatMap((tables) => tables.models);
  const frames = found.flatMap((tables) => tables.frames);
  const map = found.flatMap((tables) => tables.map);
  const heads = found.flatMap((tables) => tables.heads);
  using _held = await lockFolder(`${SHAPES}/measured`);
  for (const [name, rows] of Object.entries({ models, frames, map, heads })) {
    await writeWhole(`${SHAPES}/measured/${name}.csv`, tableToCsv(tableOf<AnyRow>(name, rows)));
  }
  let readme = await readText(`${SHAPES}/README.md`, MOST_BYTES.own);
  const shown = {
    models,
    frames: besideEachOther(frames, ["frame", "n"], ({ accuracy }) => accuracy),
    map: besideEachOther(map, ["negation", "layer"], ({ role, cte }) => `${role} ${short(cte!)}`),
    heads: besideEachOther(
      heads,
      ["negation", "rank"],
      ({ layer, head, selectivity }) => `${layer}.${head} ${short(selectivity!)}`,
    ),
  };
  for (const [name, rows] of Object.entries(shown)) {
    readme = replaceMarked(readme, name, markdownTable(tableOf<AnyRow>(name, rows)));
  }
  await writeWhole(`${SHAPES}/README.md`, readme);
});

type AnyRow = Readonly<Record<string, TableCell>>;

function short(value: number): string {
  return value.toFixed(2);
}
