import { assertEquals } from "@std/assert";
import { MANIFEST, withRun } from "../runs/run_folders.ts";
import { inFolder } from "../scripts/task_process.ts";
import { readFinished, readManifest, readWritten, recordOf } from "../../lib/files/manifest.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
import { assertRejectsCode } from "../error_codes.ts";

async function inFile(use: (path: string) => Promise<void>): Promise<void> {
  await inFolder((folder) => use(`${folder}/manifest.json`));
}

Deno.test("readManifest() quotes nothing of a file that is no manifest", () =>
  inFile(async (path) => {
    await Deno.writeTextFile(path, "user:pw\nroot:pw2\n");
    const code = "run-edited";
    await assertRejectsCode(() => readManifest(path), code, ": Unexpected token 'u'; move");
  }));

Deno.test("readWritten() refuses a file of a run that was damaged or exchanged, or that the manifest does not have", () =>
  inFile(async (path) => {
    const folder = path.slice(0, path.lastIndexOf("/"));
    await Deno.writeTextFile(`${folder}/trace.csv`, "found");
    const sums = { "trace.csv": sha256Text("found") };
    assertEquals(await readWritten(folder, "trace.csv", sums), "found");
    for (const other of [{ "trace.csv": sha256Text("other") }, {}]) {
      const says = `"${folder}/trace.csv": it is not as the run wrote it; restore it, or move it`;
      await assertRejectsCode(() => readWritten(folder, "trace.csv", other), "run-edited", says);
    }
  }));

Deno.test("recordOf() has sizes, protocol, rows and files", () =>
  withRun({ "manifest.json": MANIFEST }, async (folder) => {
    const { layers, heads, width, projection } = MANIFEST.model.text;
    const record = recordOf(folder, await readFinished(folder));
    assertEquals(record.text, { layers, heads, width, projection });
    assertEquals(record.image, MANIFEST.model.image);
    assertEquals([record.folder, record.protocol, record.kept], [folder, "rephrased", 490]);
    assertEquals(record.sources, MANIFEST.sources);
  }));

Deno.test("readFinished() reports a missing folder, and says what to do", () =>
  withRun({ file: "" }, async (folder) => {
    for (const path of [`${folder}/none`, `${folder}/file`]) {
      const says =
        `run "${path}": there is no such folder; expected the folder of a finished run, su`;
      await assertRejectsCode(() => readFinished(path), "run-missing", says);
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
