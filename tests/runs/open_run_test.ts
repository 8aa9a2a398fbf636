import { assertEquals } from "@std/assert";
import { HEADS as HEADS_TABLE } from "../../lib/experiments/attend/tables.ts";
import { openRun, tableOf } from "../../lib/runs/open_run.ts";
import { TRACE } from "../../lib/experiments/trace/tables.ts";
import { key, table, text } from "../../lib/tables/table.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { HEADS, MANIFEST, NOTHING_FOUND, rewriteManifest, withRun } from "./run_folders.ts";

const RUN = { "manifest.json": { ...MANIFEST, command: "attend" }, "heads.csv": HEADS };

Deno.test("openRun() gives a run's record, what it found, and its tables with typed rows", () =>
  withRun(RUN, async (folder) => {
    const run = await openRun(folder);
    assertEquals([run.folder, run.record.folder, run.manifest.command], [folder, folder, "attend"]);
    assertEquals(run.findings, NOTHING_FOUND);
    assertEquals([...run.schemas.keys()], ["heads"]);
    const [{ negation, layer, head, n, selectivity } = undefined!] = run.rows(HEADS_TABLE);
    assertEquals([negation, layer, head, n, selectivity], ["foil", 4, 2, 240, 0.25]);
    assertEquals(tableOf(run, "heads")!.columns, HEADS.split("\n", 1)[0]!.split(","));
    assertEquals([run.rows(TRACE), tableOf(run, "trace")], [[], undefined]);
  }));

Deno.test("openRun() takes off the apostrophes of tables for a spreadsheet, which those of earlier versions are", async () => {
  const texts = table("texts", "", { id: key(text("")) });
  for (const [spreadsheet, id] of [[undefined, "=a"], [true, "=a"], [false, "'=a"]] as const) {
    const effects = JSON.stringify({ seed: 0, spreadsheet, tables: [texts] });
    const files = { "manifest.json": MANIFEST, "effects.json": effects, "texts.csv": "id\n'=a\n" };
    await withRun(files, async (folder) => {
      assertEquals((await openRun(folder)).rows(texts), [{ id }]);
    });
  }
});

Deno.test("openRun() refuses a run of an earlier version by name, and says what to do", () =>
  withRun(RUN, async (folder) => {
    await rewriteManifest(folder, (text) => {
      const { checksums: { "effects.json": _, ...checksums }, ...manifest } = JSON.parse(text);
      return JSON.stringify({ ...manifest, checksums });
    });
    const said = "it has no effects.json: an earlier version of the kit made it; run the same";
    await assertRejectsCode(() => openRun(folder), "run-edited", said);
  }));

Deno.test("openRun() refuses a run that is not finished, and a table that was edited or removed, by name", async () => {
  const unfinished = { "manifest.json": { ...MANIFEST, finished: false } };
  await withRun(unfinished, async (folder) => {
    await assertRejectsCode(() => openRun(folder), "run-unfinished", "it is not finished");
  });
  await withRun(RUN, async (folder) => {
    const run = await openRun(folder);
    await Deno.writeTextFile(`${folder}/heads.csv`, HEADS.replace("0.25", "0.5"));
    const refused = (said: string) =>
      assertThrowsCode(() => run.rows(HEADS_TABLE), "run-edited", said);
    refused(`Cannot trust "${folder}/heads.csv": it is not as the run wrote it`);
    await Deno.remove(`${folder}/heads.csv`);
    refused(`Cannot read table "${folder}/heads.csv": there is no such file`);
  });
});
