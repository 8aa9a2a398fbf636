import { assertEquals } from "@std/assert";
import { readRunRecord } from "../../lib/files/run_record.ts";
import { MANIFEST, withRun } from "../runs/run_folders.ts";
import { assertRejectsCode } from "../error_codes.ts";

const UNKNOWN = { layers: undefined, heads: undefined, width: undefined, projection: undefined };

Deno.test("readRunRecord() reads sizes, protocol, rows and files", () =>
  withRun({ "manifest.json": MANIFEST }, async (folder) => {
    assertEquals(await readRunRecord(folder), {
      folder,
      text: MANIFEST.model.text,
      image: MANIFEST.model.image,
      protocol: "rephrased",
      kept: 490,
      sources: MANIFEST.sources,
    });
  }));

Deno.test("readRunRecord() leaves values undefined if the manifest lacks them or has them in another form", async () => {
  const other = {
    finished: true,
    options: { protocol: 1 },
    model: { text: { layers: "12", heads: 8.5, width: null }, image: "ViT-B/32" },
    rows: { kept: "490" },
    sources: { model: "config.json", data: [{ file: "pairs.json" }, null] },
  };
  for (const manifest of [{ finished: true }, other]) {
    await withRun({ "manifest.json": manifest }, async (folder) => {
      assertEquals(await readRunRecord(folder), {
        folder,
        text: UNKNOWN,
        image: UNKNOWN,
        protocol: undefined,
        kept: undefined,
        sources: { model: [], data: [] },
      });
    });
  }
});

Deno.test("readRunRecord() reports a missing folder, and says what to do", () =>
  withRun({ file: "" }, async (folder) => {
    for (const path of [`${folder}/none`, `${folder}/file`]) {
      const error = await assertRejectsCode(() => readRunRecord(path), "run-missing");
      assertEquals(
        error.message,
        `Cannot read run "${path}": there is no such folder; expected the folder of a finished run, such as results/trace after deno task trace`,
      );
    }
  }));

Deno.test("readRunRecord() reports a folder without a manifest", () =>
  withRun({ "trace.csv": "" }, async (folder) => {
    const message = `Cannot read run "${folder}": it holds no manifest.json; expected`;
    await assertRejectsCode(() => readRunRecord(folder), "run-manifest-missing", message);
  }));

Deno.test("readRunRecord() refuses a manifest that is not JSON", () =>
  withRun({ "manifest.json": "{" }, async (folder) => {
    const message = `Cannot read "${folder}/manifest.json" as a run's manifest: `;
    await assertRejectsCode(() => readRunRecord(folder), "run-manifest-unreadable", message);
  }));

Deno.test("readRunRecord() refuses a run that is not finished", async () => {
  for (const manifest of [{ ...MANIFEST, finished: false }, {}, [], null]) {
    await withRun({ "manifest.json": manifest }, async (folder) => {
      const message = `Cannot read run "${folder}": it is not finished`;
      await assertRejectsCode(() => readRunRecord(folder), "run-unfinished", message);
    });
  }
});
