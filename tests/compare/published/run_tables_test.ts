import { assertEquals } from "@std/assert";
import { readRunTables } from "../../../lib/compare/published/run_tables.ts";
import { HEAD_ROLES, HEADS, MANIFEST, SUMMARY, TRACE, withRun } from "../../runs/run_folders.ts";
import { assertRejectsCode } from "../../error_codes.ts";

const RUN = { "manifest.json": MANIFEST };

Deno.test("readRunTables() reads the tables of a trace, with the rows by side and segment", () =>
  withRun({ ...RUN, "trace.csv": TRACE, "summary.csv": SUMMARY }, async (folder) => {
    const run = await readRunTables(folder);
    assertEquals(run.record.folder, folder);
    assertEquals([...run.tables.keys()], ["causal_trace"]);
    assertEquals(run.tables.get("causal_trace")!.map(({ value }) => value), [0.5, undefined]);
    assertEquals(run.files, ["trace.csv", "summary.csv"]);
    assertEquals([...run.counts], [
      ["foil", { n: 240, segments: { correct: 81, ambiguous: 145, incorrect: 14 } }],
      ["caption", { n: 250, segments: { correct: 72, ambiguous: 150, incorrect: 28 } }],
    ]);
  }));

Deno.test("readRunTables() takes rows by side from heads.csv if there is no summary.csv", () =>
  withRun({ ...RUN, "heads.csv": HEADS, "head_roles.csv": HEAD_ROLES }, async (folder) => {
    const run = await readRunTables(folder);
    const names = ["negator_attention", "correlation_with_d", "negator_attention_layer4"];
    assertEquals([...run.tables.keys()].map(String), names);
    assertEquals(run.files, ["heads.csv", "head_roles.csv"]);
    assertEquals([...run.counts], [
      ["foil", { n: 240, segments: undefined }],
      ["caption", { n: 250, segments: undefined }],
    ]);
  }));

Deno.test("readRunTables() counts no rows of a side that heads.csv lacks, and has no counts without it", async () => {
  const foil = HEADS.split("\n").filter((line) => !line.startsWith("caption")).join("\n");
  await withRun({ ...RUN, "heads.csv": foil }, async (folder) => {
    assertEquals((await readRunTables(folder)).counts.get("caption")!.n, 0);
  });
  await withRun({ ...RUN, "head_roles.csv": HEAD_ROLES }, async (folder) => {
    assertEquals((await readRunTables(folder)).counts.size, 0);
  });
});

Deno.test("readRunTables() names the comparable tables if a run has none of them", () =>
  withRun({ ...RUN, "summary.csv": SUMMARY, "effects.csv": "" }, async (folder) => {
    const error = await assertRejectsCode(() => readRunTables(folder), "not-comparable");
    assertEquals(
      error.message,
      `Cannot compare run "${folder}": it has no table that was published; expected trace.csv of deno task trace, heads.csv of deno task attend, head_roles.csv of deno task attend; two runs are put side by side by: deno task contrast ${folder} RUN`,
    );
  }));

/** A trace of two cells in each of some directions. */
function directed(...directions: readonly string[]): string {
  const [header, ...rows] = TRACE.trim().split("\n");
  const lines = directions.flatMap((direction, i) =>
    rows.map((row) => row.replace("resid,", `resid,${direction},`).replace("0.5", `0.${5 + i}`))
  );
  return `${[header!.replace("site,", "site,direction,"), ...lines].join("\n")}\n`;
}

Deno.test("readRunTables() takes the published direction of a trace in both", async () => {
  for (const directions of [["denoise"], ["denoise", "noise"]]) {
    await withRun({ ...RUN, "trace.csv": directed(...directions) }, async (folder) => {
      const { tables } = await readRunTables(folder);
      assertEquals(tables.get("causal_trace")!.map(({ value }) => value), [0.5, undefined]);
    });
  }
});

Deno.test("readRunTables() refuses a trace in the other direction than the published one, or in an unknown one", async () => {
  await withRun({ ...RUN, "trace.csv": directed("noise") }, async (folder) => {
    const error = await assertRejectsCode(() => readRunTables(folder), "not-comparable");
    assertEquals(
      error.message,
      `Cannot compare run "${folder}": its trace.csv is of direction "noise", but the published one is of "denoise"; trace with --direction denoise or both`,
    );
  });
  await withRun({ ...RUN, "trace.csv": directed("forth") }, async (folder) => {
    await assertRejectsCode(() => readRunTables(folder), "run-edited");
  });
});

Deno.test("readRunTables() refuses a trace of another site than the published one", () =>
  withRun({ ...RUN, "trace.csv": TRACE.replaceAll("resid", "mlp_out") }, async (folder) => {
    const error = await assertRejectsCode(() => readRunTables(folder), "not-comparable");
    assertEquals(
      error.message,
      `Cannot compare run "${folder}": its trace.csv is of site "mlp_out", but the published one is of "resid"; trace with --site resid`,
    );
  }));

Deno.test("readRunTables() names the table and row that it cannot read", () =>
  withRun({ ...RUN, "trace.csv": TRACE.replace("0.5", "half") }, async (folder) => {
    const message = `Cannot read row 2 of table "${folder}/trace.csv": "cte" must be a number`;
    await assertRejectsCode(() => readRunTables(folder), "run-edited", message);
  }));

Deno.test("readRunTables() refuses a run that is not finished before it reads a table", () =>
  withRun(
    { "manifest.json": { ...MANIFEST, finished: false }, "trace.csv": "broken" },
    async (folder) => {
      await assertRejectsCode(() => readRunTables(folder), "run-unfinished", "it is not finished");
    },
  ));

Deno.test("readRunTables() refuses a table that was edited or removed since the run wrote it, by name, and ignores others", () =>
  withRun({ ...RUN, "trace.csv": TRACE }, async (folder) => {
    await Deno.writeTextFile(`${folder}/trace.csv`, TRACE.replace("0.5", "0.6"));
    const refused = (name: string) =>
      assertRejectsCode(
        () => readRunTables(folder),
        "run-edited",
        `Cannot trust "${folder}/${name}": it is not as the run wrote it; restore it, or move it away and repeat the run that wrote it`,
      );
    await refused("trace.csv");
    await Deno.writeTextFile(`${folder}/trace.csv`, TRACE);
    await Deno.writeTextFile(`${folder}/heads.csv`, HEADS); // which the run did not write
    assertEquals((await readRunTables(folder)).files, ["trace.csv"]);
    await Deno.remove(`${folder}/trace.csv`);
    await assertRejectsCode(
      () => readRunTables(folder),
      "run-edited",
      `Cannot read table "${folder}/trace.csv": there is no such file`,
    );
  }));
