import { assertAlmostEquals, assertStringIncludes } from "@std/assert";
import { Study } from "../../../lib/runs/study.ts";
import { inFolder } from "../../scripts/task_process.ts";

Deno.test("a head with all its attention on the negator looks elsewhere if the others' weights are renormalised, alone and in a set", () =>
  inFolder(async (folder) => {
    await using study = await Study.open({ model: "planted/constant", threads: 1, cache: false });
    const run = await study.run("knockout", { renormalize: true, heads: [{ layer: 4, head: 1 }] });
    for (const { layer, head, part, mean_effect } of run.tables.summary.rows) {
      const isAlone = layer === 4 && head === 1;
      if (isAlone || part === "heads 4.1") assertAlmostEquals(mean_effect!, 0, 1e-4); // it writes the same wherever it looks
    }
    await run.save(`${folder}/run`, { formats: [] });
    const summary = await Deno.readTextFile(`${folder}/run/summary.txt`);
    assertStringIncludes(summary, " --renormalize --heads 4.1\n");
  }));
