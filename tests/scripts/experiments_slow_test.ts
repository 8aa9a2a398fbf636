import { assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, taskCommand, TINY } from "./task_process.ts";

const COMMON = [
  ...["evaluate.csv", "summary.csv"],
  ...["summary.txt", "report.html", "manifest.json"],
];

const TASKS = {
  evaluate: { files: pictures("scores"), says: "negated  n  accuracy  95 % interval" },
  attend: {
    files: [
      "attention.csv",
      "heads.csv",
      "head_roles.csv",
      ...pictures("selectivity", "head_roles"),
    ],
    says: "no head is tested, since an interval takes at least",
  },
  knockout: {
    files: [
      ...["knockout.csv", "knockout_summary.csv"],
      ...pictures("knockout"),
    ],
    says: "no head is tested, since an interval takes at least",
  },
  ablate: {
    files: ["ablation.csv", "ablation_summary.csv", ...pictures("ablation")],
    says: "no part is tested, since an interval takes at least",
  },
  attribute: {
    files: [
      ...["attribution.csv", "attribution_summary.csv"],
      "attribution_summary_controls.csv",
      ...pictures("attribution"), // no head is named whose roles could be drawn
    ],
    says: "no part is tested, since an interval takes at least",
  },
  correlate: {
    files: [
      ...["features.csv", "correlations.csv", "size_accuracy.csv"],
      ...pictures("features", "size_accuracy"),
    ],
    says: "distinct sentence pairs in",
  },
} as const;

function pictures(...names: string[]): string[] {
  return names.flatMap((name) => [`${name}.vl.json`, `${name}.svg`]);
}

Deno.test("the tasks of experiments run with the same variables and rights", () => {
  const command = (task: string) => JSON.stringify(taskCommand(task));
  for (const task of Object.keys(TASKS)) {
    assertEquals(command(task).replace(`/${task}.ts`, "/trace.ts"), command("trace")); // which runs as a process in trace_slow_test.ts
  }
});

for (const [task, { files, says }] of Object.entries(TASKS)) {
  Deno.test(`${task} writes the promised files and prints its findings`, () =>
    inFolder(async (folder) => {
      const out = `${folder}/run`;
      const { code, stderr, stdout } = await runHere(task, [...TINY, "--out", out]);
      assertEquals([code, stderr], [0, ""]);
      assertStringIncludes(stdout, says);
      assertEquals(namesIn(out), [...COMMON, ...files].sort());
    }));
}

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
