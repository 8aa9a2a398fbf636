/** Whole runs of `ablate --tower text`. */

import { withOptions } from "../../../lib/study/experiment/experiment.ts";
import { assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { SCREEN } from "../../../lib/charts/spec.ts";
import { ablate } from "../../../lib/experiments/ablate/index.ts";
import { outcomeFiles } from "../../../lib/study/experiment/outcome.ts";
import { runOnFiles } from "../../../lib/runs/run_experiment.ts";
import { Study } from "../../../lib/runs/study.ts";
import type { StudyChoice } from "../../../lib/study/choice/study_options.ts";
import { inFolder, namesIn } from "../../scripts/task_process.ts";
import { goldenImages, TINY } from "../../studies.ts";
import { writeMatrix } from "../../opening/embedding_files.ts";

const CHOICE = { model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1 };
const PICTURES = { formats: [], preset: SCREEN };

/** Runs the experiment into a folder. */
function run(
  options: Readonly<Record<string, unknown>>,
  out: string,
  choice: StudyChoice = CHOICE,
) {
  return runOnFiles(ablate, { tower: "text", ...options }, choice, {
    ...{ out, pictures: PICTURES, seed: 0, cache: undefined },
  });
}

Deno.test("ablate --tower text draws the whole tower and its heads, as it promises before the run", () =>
  inFolder(async (folder) => {
    await run({ method: "zero,twin", nodes: "heads,attention", heads: "1.2,3.1" }, folder);
    assertEquals(namesIn(folder).filter((name) => name.startsWith("ablation")), [
      ...["ablation.csv", "ablation.vl.json", "ablation_summary.csv"],
    ]);
    const promised = outcomeFiles(withOptions(ablate, { tower: "text" }), { scored: true });
    assertEquals(promised.charts, ["ablation"]);
  }));

Deno.test("ablate --tower text gives a row the same numbers with --limit, and counts rows without a partner", () =>
  inFolder(async (folder) => {
    const options = { method: "mean,resample", nodes: "mlps", role: "eot" };
    const whole = await run(options, `${folder}/whole`);
    const some = await run(options, `${folder}/some`, { ...CHOICE, limit: 3 });
    const measured = new Map(whole!.rows.map(({ pair, measured }) => [pair.id, measured]));
    assertEquals(some!.rows.length, 3);
    for (const row of some!.rows) assertEquals(row.measured, measured.get(row.pair.id));
    const { columns, rows } = read(`${folder}/whole/ablation.csv`);
    assertEquals(columns.join(), COLUMNS);
    assertEquals(rows.length, (8 + 5) * 3); // of 8 rows, 5 have a partner
    const counts = read(`${folder}/whole/ablation_summary.csv`).rows
      .filter((row) => row["segment"] === "all" && row["layer"] === "1");
    const counted = counts.map((row) => [row["method"], row["n"]].join(" "));
    assertEquals(counted, ["mean 4", "resample 2", "mean 4", "resample 3"]);
  }));

const COLUMNS = "id,negation,segment,method,role,part,layer,head,effect";

function read(path: string) {
  const text = Deno.readTextFileSync(path);
  const rows: Record<string, string>[] = parse(text, { skipFirstRow: true });
  return { columns: Object.keys(rows[0]!), rows };
}

Deno.test("ablate --tower text draws the pair whose values are resampled by the seed", async () => {
  const pairs = ["boat", "lamp", "tree", "wall", "door", "clock"].map((noun, i) => ({
    ...{
      id: noun,
      image: "photo.jpg",
      negation: i % 2 === 0 ? "foil" as const : "caption" as const,
    },
    ...(i % 2 === 0
      ? { caption: `There is a ${noun}.`, foil: `There is no ${noun}.` }
      : { caption: `There is no ${noun}.`, foil: `There is a ${noun}.` }),
  }));
  const { model, images } = CHOICE;
  const effects = await Promise.all([0, 0, 1, 2].map(async (seed) => {
    await using study = await Study.open({ model, images, pairs, seed, threads: 1, cache: false });
    const options = { tower: "text", method: ["resample"], nodes: ["mlps"] } as const;
    const { tables } = await study.run("ablate", options);
    return tables.ablation.rows.map(({ effect }) => effect).join();
  }));
  assertEquals(effects[0], effects[1]);
  assertEquals(new Set(effects).size, 3);
});

Deno.test("ablate --tower text needs no image tower where images have embeddings from elsewhere", () =>
  inFolder(async (folder) => {
    const imageEmbeddings = `${folder}/images.npy`;
    await writeMatrix(imageEmbeddings, goldenImages(TINY));
    const { images: _, ...rest } = CHOICE;
    const done = await run({ nodes: "mlps" }, `${folder}/run`, { ...rest, imageEmbeddings });
    assertEquals(done!.rows.length, 8);
  }));
