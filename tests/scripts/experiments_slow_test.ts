import { assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, taskCommand } from "./task_process.ts";

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
    const run = await runHere("attend", [
      "--model",
      model,
      "--data",
      data,
      "--out",
      `${folder}/run`,
    ]);
    assertEquals([run.code, run.stderr], [0, ""]);
    assertStringIncludes(run.stdout, "distinct sentence pairs");
    assertEquals(namesIn(`${folder}/run`).includes("evaluate.csv"), false);
    const heads = parse(Deno.readTextFileSync(`${folder}/run/heads.csv`), { skipFirstRow: true });
    for (const row of heads) {
      assertEquals([row["correlation_with_d"], row["p_value"], row["q_value"]], ["", "", ""]);
    }
  }));
