import { assertEquals, assertStringIncludes } from "@std/assert";
import { runHere } from "./task_here.ts";
import { inFolder, namesIn, runTask, TINY } from "./task_process.ts";

Deno.test("evaluate writes scores, summary and chart, the tables with the bytes of trace, and prints the summary", () =>
  inFolder(async (folder) => {
    const out = `${folder}/run`;
    const run = await runTask("evaluate", [...TINY, "--out", out]);
    assertEquals([run.code, run.stderr], [0, ""]);
    assertEquals(namesIn(out), [
      ...["evaluate.csv", "manifest.json", "report.html"],
      ...["scores.svg", "scores.vl.json", "summary.csv", "summary.txt"],
    ]);
    const lines = run.stdout.split("\n");
    assertEquals(lines[0], "negscope evaluate: clip-tiny, 8 of 8 rows, rephrased protocol");
    assertStringIncludes(run.stdout, "negated  n  accuracy  95 % interval");
    assertStringIncludes(run.stdout, `Files in ${out}: evaluate.csv`);

    const flags = [...TINY, "--format", "none", "--quiet"];
    const traced = await runHere("trace", [...flags, "--out", `${folder}/trace`]);
    assertEquals([traced.code, traced.stdout], [0, ""]);
    for (const name of ["evaluate.csv", "summary.csv"]) {
      assertEquals(
        Deno.readTextFileSync(`${out}/${name}`),
        Deno.readTextFileSync(`${folder}/trace/${name}`),
      );
    }
  }));
