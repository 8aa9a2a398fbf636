import { assertEquals } from "@std/assert";
import { readFinished, recordOf } from "../../lib/files/manifest.ts";
import { MANIFEST, withRun } from "../runs/run_folders.ts";
import { assertRejectsCode } from "../error_codes.ts";

const UNKNOWN = { layers: undefined, heads: undefined, width: undefined, projection: undefined };

Deno.test("recordOf() has sizes, protocol, rows and files", () =>
  withRun({ "manifest.json": MANIFEST }, async (folder) => {
    const { layers, heads, width, projection } = MANIFEST.model.text;
    const record = recordOf(folder, await readFinished(folder));
    assertEquals(record.text, { layers, heads, width, projection });
    assertEquals(record.image, MANIFEST.model.image);
    assertEquals([record.folder, record.protocol, record.kept], [folder, "rephrased", 490]);
    assertEquals(record.sources, MANIFEST.sources);
  }));

Deno.test("recordOf() leaves values undefined that the manifest lacks", () => {
  const { model: _, ...manifest } = MANIFEST;
  const record = recordOf("run", { ...manifest, options: { protocol: 1 } });
  assertEquals([record.text, record.image, record.protocol], [UNKNOWN, UNKNOWN, undefined]);
});

Deno.test("readFinished() reports a missing folder, and says what to do", () =>
  withRun({ file: "" }, async (folder) => {
    for (const path of [`${folder}/none`, `${folder}/file`]) {
      const error = await assertRejectsCode(() => readFinished(path), "run-missing");
      assertEquals(
        error.message,
        `Cannot read run "${path}": there is no such folder; expected the folder of a finished run, such as results/trace after deno task trace`,
      );
    }
  }));

Deno.test("readFinished() reports a folder without a manifest", () =>
  withRun({ "trace.csv": "" }, async (folder) => {
    const message = `Cannot read run "${folder}": it holds no manifest.json; expected`;
    await assertRejectsCode(() => readFinished(folder), "run-missing", message);
  }));

Deno.test("readFinished() refuses a manifest that is not JSON or not of a run", async () => {
  const { versions: _, ...others } = MANIFEST;
  const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
  const texts = [deep, "{", "[]", "null", "{}", '{"name":"an app"}', JSON.stringify(others)];
  for (const text of texts) {
    await withRun({ "manifest.json": text }, async (folder) => {
      const message = `Cannot read "${folder}/manifest.json" as a run's manifest: `;
      await assertRejectsCode(() => readFinished(folder), "run-edited", message);
    });
  }
});

Deno.test("readFinished() refuses a run that is not finished", () =>
  withRun({ "manifest.json": { ...MANIFEST, finished: false } }, async (folder) => {
    const message = `Cannot read run "${folder}": it is not finished`;
    await assertRejectsCode(() => readFinished(folder), "run-unfinished", message);
  }));
