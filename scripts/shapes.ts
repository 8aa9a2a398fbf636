/**
 * Measures the embedded model and writes the results into its README and its folder `measured`.
 *
 *     deno task shapes --seeds 0=FOLDER,1=FOLDER
 */

import { fileURLToPath } from "node:url";
import { readImage } from "../lib/data/image_folder.ts";
import { Clip } from "../lib/model/clip.ts";
import type { Pair } from "../lib/data/pairs.ts";
import { readPairs } from "../lib/data/read.ts";
import { profileModel } from "../lib/profile/profile.ts";
import {
  mapPeaks,
  type SeedRow,
  seedRows,
  seedTable,
  topHeads,
} from "../lib/profile/profile_tables.ts";
import { tableToCsv } from "../lib/tables/csv.ts";
import { markdownTable, replaceMarked } from "../lib/tables/markdown.ts";
import { writeWhole } from "../lib/files/write_whole.ts";
import { textFlag, valueWrong } from "../lib/cli/flag_values.ts";
import { flagSet, type FlagValues } from "../lib/cli/flags.ts";
import { runTask } from "../lib/cli/task.ts";

const HELP = {
  name: "shapes",
  does:
    "measures the embedded model, and those of other seeds, for data/shapes/measured and data/shapes/README.md.",
  example: "deno task shapes --seeds 0=build/seed0,1=build/seed1",
};

/** The recipe's seed for the model in data/shapes. */
const SHIPPED_SEED = 2;

const SHAPES = fileURLToPath(new URL("../data/shapes", import.meta.url));

await runTask(HELP, flagSet("seeds"), async (values) => {
  const others = seedsFlag(values);
  for (const { folder } of others) await readProfiled(folder); // all must be readable before the first is measured
  const shipped = await profileFolder(SHAPES);
  const rows: SeedRow[] = seedRows(shipped, SHIPPED_SEED);
  for (const { seed, folder } of others) rows.push(...seedRows(await profileFolder(folder), seed));
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

function seedsFlag(values: FlagValues): { readonly seed: number; readonly folder: string }[] {
  const given = (textFlag(values, "seeds") ?? "").split(",").filter((part) => part !== "");
  return given.map((part) => {
    const [, seed, folder] = /^(\d+)=(.+)$/.exec(part) ?? [];
    if (folder === undefined) throw valueWrong("--seeds", part, "SEED=FOLDER");
    return { seed: Number(seed), folder };
  });
}

async function readProfiled(folder: string): Promise<readonly Pair[]> {
  const { pairs } = await readPairs(`${folder}/existence.json`, { protocol: "rephrased" });
  return pairs;
}

async function profileFolder(folder: string) {
  const pairs = await readProfiled(folder);
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
