import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runHere } from "./task_here.ts";
import {
  fixture,
  inFolder,
  namesIn,
  recordsIn,
  reportIn,
  runTask,
  taskCommand,
  TINY,
} from "./task_process.ts";

const FILES = [
  ...["blocks.csv", "blocks_summary.csv", "effects.csv", "effects.json", "evaluate.csv"],
  ...["findings.json", "manifest.json", "report.html", "summary.csv", "summary.txt", "trace.csv"],
  ...["trace_map.svg", "trace_map.vl.json"],
];

Deno.test("trace writes the promised files completely, says where they are, and writes the same bytes again", () =>
  inFolder(async (folder) => {
    const out = `${folder}/deep/run`;
    const run = await runTask("trace", [...TINY, "--out", out]);
    assertEquals([run.code, run.stderr], [0, ""]); // no bar without a terminal
    assertEquals(namesIn(out), FILES);
    for (const name of FILES.filter((name) => name.endsWith(".csv"))) {
      const text = Deno.readTextFileSync(`${out}/${name}`);
      assert(text.endsWith("\r\n"), name);
      assertEquals(text.replaceAll("\r\n", "").match(/[\r\n]/), null, name);
    }
    assertEquals(recordsIn(`${out}/evaluate.csv`).length, 8);
    const segments = new Set(recordsIn(`${out}/effects.csv`).map(({ segment }) => segment));
    assertEquals(segments, new Set(["correct", "incorrect"])); // ambiguous rows are left out
    const head = "negscope trace: clip-tiny, 8 of 8 rows, rephrased protocol\n\nWhether clip-tiny ";
    assert(run.stdout.startsWith(`${head}tells negation cannot be told `));
    assertStringIncludes(run.stdout, "Too few rows for an interval");
    assertStringIncludes(run.stdout, `Report, which explains the words: ${out}/report.html`);
    const summary = Deno.readTextFileSync(`${out}/summary.txt`);
    assert(run.stdout.startsWith(summary));
    assert(run.stdout.split("\n").length <= 26); // the last is empty
    assertEquals(summary.split("\n").filter((line) => line.length > 80), []);
    const page = Deno.readTextFileSync(`${out}/report.html`);
    for (const word of ["d", "accuracy", "segment", "CTE", "95 % interval", "sentence pairs"]) {
      assertStringIncludes(page, `<dt>${word}<dd>`);
    }
    assertStringIncludes(page, "3 blocks x 2 heads, width 16");
    assertStringIncludes(page, '<section id="rows">');
    assertStringIncludes(page, '<img src="data:image/webp');
    const manifest = JSON.parse(Deno.readTextFileSync(`${out}/manifest.json`));
    assertEquals([manifest.command, manifest.finished, manifest.seed], ["trace", true, 0]);
    assertEquals(manifest.rows, { read: 8, kept: 8, dropped: [], format: "list" });
    assertEquals(manifest.options.segments, "correct,incorrect");
    const names = manifest.sources.data.map(({ file }: { readonly file: string }) => file);
    assertEquals(names, ["pairs.json", "images"]); // without folders, which differ between clones
    for (const phase of ["load", "images", "evaluate", "trace"]) {
      assertEquals(typeof manifest.seconds[phase], "number", phase);
    }
    const again = `${folder}/again`;
    await runHere("trace", [...TINY, "--out", again, "--threads", "1", "--quiet"]);
    assertEquals(namesIn(again), FILES);
    for (const name of FILES) {
      if (name === "manifest.json") continue;
      const [a, b] = [out, again].map((run) => Deno.readFileSync(`${run}/${name}`));
      assertEquals(a, b, name);
    }
  }));

const TASKS = ["evaluate", "attend", "knockout", "ablate", "attribute", "correlate"];

Deno.test("the tasks of experiments run with the same variables and rights", () => {
  const command = (task: string) => JSON.stringify(taskCommand(task));
  for (const task of TASKS) {
    assertEquals(command(task).replace(`/${task}.ts`, "/trace.ts"), command("trace")); // which runs as a process in trace_slow_test.ts
  }
});

Deno.test("attend runs without images and leaves columns that depend on d empty", () =>
  inFolder(async (folder) => {
    const [model, data] = [fixture("clip-tiny"), fixture("pairs.json")];
    const flags = ["--model", model, "--data", data, "--out", `${folder}/run`];
    const run = await runHere("attend", flags);
    assertEquals([run.code, run.stderr], [0, ""]);
    assertStringIncludes(reportIn(`${folder}/run`), "distinct sentence pairs");
    assertEquals(namesIn(`${folder}/run`).includes("evaluate.csv"), false);
    for (const row of recordsIn(`${folder}/run/heads.csv`)) {
      assertEquals([row["correlation_with_d"], row["p_value"], row["q_value"]], ["", "", ""]);
    }
  }));
