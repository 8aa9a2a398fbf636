import { assertEquals, assertStringIncludes } from "@std/assert";
import { MANIFEST as PUBLISHED, TRACE, withRun } from "../runs/run_folders.ts";
import { TINY } from "../studies.ts";
import { done, runHere } from "./task_here.ts";
import { inFolder, namesIn, recordsIn, runTask } from "./task_process.ts";

async function runTiny(task: "trace" | "attend", out: string): Promise<void> {
  const { model, pairs, images } = TINY;
  const flags = ["--model", model, "--data", pairs, "--images", images, "--format", "none"];
  const segments = task === "trace" ? ["--segments", "correct,ambiguous,incorrect"] : [];
  await done(task, [...flags, ...segments, "--quiet", "--out", out]);
}

Deno.test("compare puts a trace and its heads beside the published figures without claiming agreement", () =>
  inFolder(async (folder) => {
    const [trace, attend, out] = ["trace", "attend", "out"].map((name) => `${folder}/${name}`);
    await runTiny("trace", trace!);
    await runTiny("attend", attend!);
    const flags = [trace!, attend!, "--out", out!, "--format", "none"];
    const run = await runTask("compare", flags);
    assertEquals([run.code, run.stderr], [0, ""]);
    assertEquals(namesIn(out!).filter((name) => !name.endsWith(".vl.json")), [
      ...["agreement.csv", "comparison.csv", "effects.json", "findings.json", "manifest.json"],
      ...["report.html", "summary.txt"],
    ]);

    const rows = recordsIn(`${out}/comparison.csv`);
    assertEquals(
      [...Map.groupBy(rows, ({ quantity }) => quantity)].map(([name, own]) => [
        ...[name, own.length, own.filter(({ measured }) => measured !== "").length],
      ]),
      [
        ["accuracy", 3, 3],
        ...["correct", "ambiguous", "incorrect"].map((name) => [name, 1, 1]),
        ["causal_trace", 312, 3 * 4 * 8], // 3 groups, layers 0 to 3, 8 roles
        ["negator_attention", 192, 2 * 3 * 2], // 2 sides, 3 layers, 2 heads
        ["correlation_with_d", 192, 12],
        ["negator_attention_layer4", 128, 0], // the model has 3 layers
      ],
    );
    const said = "Model or data are not those of the paper, so that other numbers are expected.";
    assertStringIncludes(run.stdout.replace(/\s+/g, " "), said);
    const manifest = JSON.parse(Deno.readTextFileSync(`${out}/manifest.json`));
    assertEquals([manifest.command, manifest.finished], ["compare", true]);
    const again = await done("compare", flags);
    assertStringIncludes(again, `This run is finished already: ${out} (--overwrite rep`);
    const one = await runHere("compare", [trace!, "--out", out!, "--quiet", "--format", "none"]);
    assertEquals([one.code, one.stdout], [1, ""]);
    assertStringIncludes(one.stderr, `${attend}", this run's are "${trace}"`);
    await done("compare", [trace!, "--out", out!, "--quiet", "--format", "none", "--overwrite"]);
    assertEquals(recordsIn(`${out}/comparison.csv`).length, 6 + 312);
  }));

Deno.test("compare never writes over a run that it reads, even with --overwrite", () =>
  withRun({ "manifest.json": PUBLISHED, "trace.csv": TRACE }, async (folder) => {
    const run = await runHere("compare", [`${folder}/`, "--out", folder, "--overwrite"]);
    assertEquals([run.code, run.stdout], [2, ""]);
    assertStringIncludes(run.stderr, "expected another folder than that of a run");
    assertEquals(namesIn(folder), ["effects.json", "findings.json", "manifest.json", "trace.csv"]);
  }));
