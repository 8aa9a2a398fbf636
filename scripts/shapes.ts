/**
 * Measures the embedded model and writes what its README and its tests say of it.
 *
 *     deno task shapes --seeds 0=FOLDER,1=FOLDER
 */

import { fileURLToPath } from "node:url";
import { readImage } from "../lib/clip/image_folder.ts";
import { Clip } from "../lib/clip/clip.ts";
import { flagValueWrong } from "../lib/errors.ts";
import { readPairs } from "../lib/data/read.ts";
import { profileModel } from "../lib/experiments/profile.ts";
import {
  mapPeaks,
  type SeedRow,
  seedRows,
  seedTable,
  topHeads,
} from "../lib/experiments/profile_tables.ts";
import { tableToCsv } from "../lib/report/csv.ts";
import { markdownTable, replaceMarked } from "../lib/report/markdown.ts";
import { writeWhole } from "../lib/report/write_whole.ts";
import { textFlag } from "./flags.ts";
import { runTask } from "./task.ts";

const HELP = {
  name: "shapes",
  does:
    "measures the embedded model, and those of other seeds, for data/shapes/measured and data/shapes/README.md.",
  example: "deno task shapes --seeds 0=build/seed0,1=build/seed1",
};

/** The recipe's seed of the model in data/shapes. */
const SHIPPED_SEED = 2;

const SHAPES = fileURLToPath(new URL("../data/shapes", import.meta.url));

await runTask(HELP, ["seeds"], async (values) => {
  const others = (textFlag(values, "seeds") ?? "").split(",").filter((part) => part !== "");
  const shipped = await profileFolder(SHAPES);
  const rows: SeedRow[] = seedRows(shipped, SHIPPED_SEED);
  for (const part of others) {
    const [, seed, folder] = /^(\d+)=(.+)$/.exec(part) ?? [];
    if (folder === undefined) throw flagValueWrong("--seeds", part, "SEED=FOLDER");
    rows.push(...seedRows(await profileFolder(folder), Number(seed)));
  }
  const tables = { seeds: seedTable(rows), map: mapPeaks(shipped), heads: topHeads(shipped) };
  await Deno.mkdir(`${SHAPES}/measured`, { recursive: true });
  await writeWhole(`${SHAPES}/measured/seeds.csv`, tableToCsv(tables.seeds));
  await writeWhole(`${SHAPES}/measured/map.csv`, tableToCsv(tables.map));
  await writeWhole(`${SHAPES}/measured/heads.csv`, tableToCsv(tables.heads));
  let readme = await Deno.readTextFile(`${SHAPES}/README.md`);
  readme = replaceMarked(readme, "seeds", markdownTable(tables.seeds));
  readme = replaceMarked(readme, "map", markdownTable(tables.map));
  readme = replaceMarked(readme, "heads", markdownTable(tables.heads));
  await writeWhole(`${SHAPES}/README.md`, readme);
  console.log(markdownTable(tables.seeds));
});

async function profileFolder(folder: string) {
  const { pairs } = await readPairs(`${folder}/existence.json`, { protocol: "rephrased" });
  const clip = await Clip.load(`${folder}/model`);
  try {
    return await profileModel(clip, pairs, {
      read: ({ image, id }) => readImage(`${folder}/images`, image, { pair: id }),
      seed: 0,
    });
  } finally {
    await clip.release();
  }
}
