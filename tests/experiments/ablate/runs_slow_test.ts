/** Whole runs of `ablate --tower text`. */

import { assert, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { SCREEN } from "../../../lib/charts/spec.ts";
import { ablate } from "../../../lib/experiments/ablate/index.ts";
import { PLANTED } from "../../../lib/opening/find_model.ts";
import { runOnFiles } from "../../../lib/runs/run_experiment.ts";
import type { StudyChoice } from "../../../lib/study/choice/study_options.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { TINY } from "../../studies.ts";

const CHOICE = { model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1 };
const PICTURES = { formats: [], preset: SCREEN };

function run(
  options: Readonly<Record<string, unknown>>,
  out: string,
  choice: StudyChoice = CHOICE,
) {
  return runOnFiles(ablate, { tower: "text", ...options }, choice, {
    ...{ out, pictures: PICTURES, seed: 0, cache: undefined },
  });
}

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
    assertEquals(counted, [
      ...["mean 4", "resample 2", "mean 4", "resample 3"],
      ...["mean 8", "resample 5"], // both sides
    ]);
  }));

Deno.test("ablate by restore and remove changes pairs of parts, the same bytes each time, but none in a shard or at a role", () =>
  inFolder(async (folder) => {
    const { data, images } = PLANTED;
    const pairsOf = async (name: string, options: object, choice: StudyChoice = {}) => {
      const planted = { model: "planted/and", data, images, ...choice };
      const given = { method: "twin,restore,remove", nodes: "heads,mlps", ...options };
      await run(given, `${folder}/${name}`, planted);
      return read(`${folder}/${name}/ablation.csv`).rows
        .filter(({ part }) => part!.includes("+")).map(({ method, part }) => `${method} ${part}`);
    };
    const found = await pairsOf("whole", {}, { threads: 1 });
    assertEquals(found, Array(48).fill("restore head 2.1 + head 2.3"));
    const together = read(`${folder}/whole/ablation_summary.csv`).rows
      .filter(({ part, segment }) => part!.includes("+") && segment === "all");
    assert(together.every(({ share }) => Number(share) > 0.5)); // both inputs of the gate
    assertEquals(await pairsOf("again", {}, { threads: 2 }), found);
    for (const table of ["ablation", "ablation_summary"]) {
      const [one, other] = ["whole", "again"].map((name) =>
        Deno.readTextFileSync(`${folder}/${name}/${table}.csv`)
      );
      assertEquals(one, other);
    }
    assertEquals(await pairsOf("role", { role: "eot" }), []);
    assertEquals(await pairsOf("shard", {}, { shard: { k: 1, n: 2 } }), []);
  }));

const COLUMNS = "id,negation,segment,method,role,part,layer,head,effect";

function read(path: string) {
  const text = Deno.readTextFileSync(path);
  const rows: Record<string, string>[] = parse(text, { skipFirstRow: true });
  return { columns: Object.keys(rows[0]!), rows };
}
