/** A search that is interrupted, and files of a run that other runs take. */

import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { tableToCsv } from "../../../lib/tables/csv.ts";
import { SCREEN } from "../../../lib/charts/spec.ts";
import { ALL_EXPERIMENTS } from "../../../lib/experiments/all.ts";
import { circuit } from "../../../lib/experiments/circuit/index.ts";
import { readFinished } from "../../../lib/files/manifest.ts";
import { mergeRuns } from "../../../lib/runs/merge_runs.ts";
import { runOnFiles } from "../../../lib/runs/run_experiment.ts";
import { Study } from "../../../lib/runs/study.ts";
import type { StudyChoice } from "../../../lib/study/choice/study_options.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { differingFiles } from "../../scripts/killed_run.ts";
import { inFolder } from "../../scripts/task_process.ts";
import { TINY } from "../../studies.ts";

const CHOICE: StudyChoice = {
  ...{ model: TINY.model, data: TINY.pairs, images: TINY.images, threads: 1 },
};
const PICTURES = { formats: [], preset: SCREEN };
const SEARCH = { faithfulness: 0.3 };

function run(
  out: string,
  options: object,
  { stop = Infinity, shard, report = () => {} }: {
    readonly stop?: number;
    readonly shard?: StudyChoice["shard"];
    readonly report?: (done: number, total: number) => void;
  } = {},
) {
  let reports = 0;
  return runOnFiles(circuit, { ...options }, { ...CHOICE, shard }, {
    ...{ out, pictures: PICTURES, seed: 0 },
    bar: (label) => ({
      report: (done, total) => {
        if (label !== circuit.name) return;
        report(done, total);
        if (++reports === stop) throw new Error("stopped here");
      },
      [Symbol.dispose]: () => {},
    }),
  });
}

Deno.test("a search that is interrupted has the bytes of a whole one, and its sets and its circuit, given to other runs, have its scores, in shards too", () =>
  inFolder(async (folder) => {
    const progress: [number, number][] = [];
    const [whole, again] = [`${folder}/whole`, `${folder}/again`];
    const searched = (await run(whole, SEARCH, { report: (...now) => void progress.push(now) }))!;
    progress.forEach(([done, total], i) => {
      assertEquals(done > (progress[i - 1]?.[0] ?? -1) && done <= total, true, `${progress}`);
    });
    for (const share of [.1, .7]) {
      const stop = Math.ceil(share * progress.length);
      const stopped = () => run(`${folder}/part`, SEARCH, { stop });
      if (share < .2) await assertRejects(stopped, Error, "stopped here");
      else await stopped().catch(() => {}); // what the earlier attempt has finished is not done again
    }
    await run(`${folder}/part`, SEARCH);
    assertEquals(differingFiles(`${folder}/part`, whole), []);

    const found = JSON.parse(await Deno.readTextFile(`${whole}/circuit.json`));
    assertStringIncludes(searched.summary, `A circuit of ${found.nodes.length} of `);
    await using study = await Study.open({ ...CHOICE, cache: false });
    const sets = await study.run(
      "circuit",
      { sets: `${whole}/circuit_sets.json` } as object,
    );
    const csv = await Deno.readTextFile(`${whole}/circuit_sets.csv`);
    assertEquals(csv.startsWith(tableToCsv(sets.tables.sets)), true); // frames and areas follow

    for (const k of [1, 2]) {
      await run(`${folder}/${k}`, { circuit: `${whole}/circuit.json` }, {
        shard: { k, n: 2 },
      });
    }
    const shards = [`${folder}/1`, `${folder}/2`];
    await Deno.remove(`${whole}/circuit.json`); // the shards know what it held
    await mergeRuns(shards, ALL_EXPERIMENTS, { out: again, pictures: PICTURES });
    const { options } = await readFinished(again);
    assertEquals(JSON.parse(String(options["circuit"])).nodes, found.nodes);
    const given = JSON.parse(await Deno.readTextFile(`${again}/circuit.json`));
    assertEquals(given, found);
    const cells = parse(await Deno.readTextFile(`${again}/circuit.csv`), {
      skipFirstRow: true,
    })[0]!;
    assertEquals(Number(cells["faithfulness"]), found.faithfulness.all.estimate);
  }));

Deno.test("circuit refuses a search in a shard, nodes that the model lacks, and options that would do nothing", async () => {
  await using study = await Study.open({ ...CHOICE, cache: false });
  const wrong = [
    [
      { sets: { none: [], far: ["mlp 9", "head 1.1", "head 3.12"] } },
      "usage-value-wrong: Cannot use mlp 9: the text tower lacks it; expected layers from 1 to 3 and heads from 1 to 2",
    ],
    [{ circuit: { nodes: ["head 7.1"] } }, "usage-value-wrong: Cannot use head 7.1"],
    [
      { sets: { a: [] }, circuit: { nodes: ["mlp 1"] } },
      "usage-value-wrong: Cannot use --circuit and --sets together: each names what is run; expected one of them",
    ],
    [
      { sets: { a: [] }, control: ["random"] },
      "usage-value-wrong: --control and --sets together: only a circuit has controls",
    ],
    [
      { sets: { a: [] }, ranking: ["noise"] },
      "usage-value-wrong: --ranking and --sets together: --sets is run without a search",
    ],
    [
      { circuit: { nodes: ["mlp 1"] }, faithfulness: 0.8 },
      "usage-value-wrong: Cannot use --faithfulness and --circuit together",
    ],
  ] as const;
  for (const [options, says] of wrong) {
    await assertRejectsCode(() => study.run("circuit", options as object), says);
  }
  await using part = await Study.open({ ...CHOICE, cache: false, shard: { k: 1, n: 2 } });
  await assertRejectsCode(
    () => part.run("circuit"),
    "search-sharded: Cannot search a circuit in a shard: the search decides by all rows what to run next",
  );
});
