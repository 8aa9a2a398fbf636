/**
 * Measures the embedded model and writes the results into its README and its folder `measured`.
 *
 *     deno task shapes --seeds 0=FOLDER,1=FOLDER
 */

import { tableOf } from "./document.ts";
import { loadStudy } from "../../lib/opening/load_study.ts";
import { fileURLToPath } from "node:url";
import { mapPeaks, type Profile, profileModel, seedRows, topHeads } from "./shapes_tables.ts";
import { openInputs } from "../../lib/opening/choice/open_inputs.ts";
import type { StudyInputs } from "../../lib/study/choice/inputs.ts";
import { nodeRuntime } from "../../lib/runtime/node.ts";
import type { AnyTable } from "../../lib/tables/table.ts";
import { tableToCsv } from "../../lib/tables/csv.ts";
import { markdownTable, replaceMarked } from "../../lib/tables/markdown.ts";
import { lockFolder } from "../../lib/disk/folder_lock.ts";
import { writeWhole } from "../../lib/disk/write_whole.ts";
import { MOST_BYTES, readText } from "../../lib/files/read_file.ts";
import { textFlag, valueWrong } from "../../lib/cli/flag_values.ts";
import type { FlagValues } from "../../lib/cli/flags.ts";
import { say } from "../../lib/cli/say.ts";
import { runTask } from "../../lib/cli/task.ts";

const HELP = {
  name: "shapes",
  does:
    "measures the embedded model, and those of other seeds, for data/shapes/measured and data/shapes/README.md.",
  example: "deno task shapes --seeds 0=build/seed0,1=build/seed1",
};

/** The recipe's seed for the model in data/shapes. */
const SHIPPED_SEED = 2;

const SHAPES = fileURLToPath(new URL("../../data/shapes", import.meta.url));

const FLAGS = { seeds: { value: "LIST", help: "folders of the recipe's other seeds" } };

await runTask(HELP, FLAGS, async (values) => {
  const others = seedsFlag(values);
  for (const { folder } of others) await profiledInputs(folder); // all must be readable before the first is measured
  const shipped = await profileFolder(SHAPES);
  const seeds = seedRows(shipped, SHIPPED_SEED);
  for (const { seed, folder } of others) seeds.push(...seedRows(await profileFolder(folder), seed));
  using _held = await lockFolder(`${SHAPES}/measured`);
  let readme = await readText(`${SHAPES}/README.md`, MOST_BYTES.own);
  const tables: readonly AnyTable[] = [
    tableOf("seeds", seeds),
    tableOf("map", mapPeaks(shipped)),
    tableOf("heads", topHeads(shipped)),
  ];
  for (const table of tables) {
    await writeWhole(`${SHAPES}/measured/${table.name}.csv`, tableToCsv(table));
    readme = replaceMarked(readme, table.name, markdownTable(table));
  }
  await writeWhole(`${SHAPES}/README.md`, readme);
  say(markdownTable(tables[0]!));
});

function seedsFlag(values: FlagValues): { readonly seed: number; readonly folder: string }[] {
  const given = (textFlag(values, "seeds") ?? "").split(",").filter((part) => part !== "");
  return given.map((part) => {
    const [, seed, folder] = /^(\d+)=(.+)$/.exec(part) ?? [];
    if (folder === undefined) throw valueWrong("--seeds", part, "SEED=FOLDER");
    return { seed: Number(seed), folder };
  });
}

async function profiledInputs(folder: string): Promise<StudyInputs> {
  return await openInputs({
    model: `${folder}/model`,
    data: `${folder}/existence.json`,
    images: `${folder}/images`,
  });
}

async function profileFolder(folder: string): Promise<Profile> {
  await using study = await loadStudy(await profiledInputs(folder), {
    runtime: nodeRuntime(),
  });
  return await profileModel(study);
}
