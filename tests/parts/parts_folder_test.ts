import { assertEquals } from "@std/assert";
import { writeManifest } from "../../lib/files/sealed_manifest.ts";
import { sha256Text } from "../../lib/files/sha256.ts";
import { PAPER_PARTS } from "../../lib/paper/parts.ts";
import { openPartsFolder } from "../../lib/parts/parts_folder.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { MANIFEST } from "../runs/run_folders.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";

const PAPER = { ...MANIFEST, command: "paper" };
const HOW = { files: ["paper.csv"], seed: 0, overwrite: true };

/** Writes a finished run with one table. */
async function writeRun(folder: string, manifest: typeof PAPER, table: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/${table}`, "rows");
  const checksums = { [table]: sha256Text("rows") };
  await writeManifest(`${folder}/manifest.json`, { ...manifest, files: [table], checksums });
}

Deno.test("openPartsFolder() with overwrite removes the results and their parts", () =>
  inFolder(async (folder) => {
    const out = `${folder}/paper`;
    await writeRun(out, PAPER, "paper.csv");
    await writeRun(`${out}/trace`, MANIFEST, "trace.csv");
    await Deno.writeTextFile(`${out}/trace/notes.txt`, "mine");
    const { folder: opened } = await openPartsFolder(PAPER_PARTS, PAPER, { ...HOW, out });
    opened?.[Symbol.dispose]();
    assertEquals([namesIn(out), namesIn(`${out}/trace`)], [["manifest.json", "trace"], [
      "notes.txt",
    ]]);
  }));

Deno.test("openPartsFolder() refuses a part's folder that is a link, a file or not as it was, and removes nothing", () =>
  inFolder(async (folder) => {
    const [out, victim] = [`${folder}/paper`, `${folder}/victim`];
    await writeRun(out, PAPER, "paper.csv");
    await writeRun(`${out}/attend`, { ...MANIFEST, command: "attend" }, "attention.csv");
    await writeRun(victim, MANIFEST, "trace.csv"); // somebody's finished run
    await writeRun(`${victim}/sentences`, MANIFEST, "attention.csv");
    const part = `${out}/trace`;
    const attacks = [
      ["link-in-the-way", () => Deno.symlinkSync(victim, part)],
      ["link-in-the-way", () => Deno.symlinkSync(`${folder}/nowhere`, part)],
      ["file-not-written", () => Deno.writeTextFileSync(part, "mine")],
      ["folder-taken", () => {
        Deno.mkdirSync(part);
        Deno.symlinkSync(`${victim}/trace.csv`, `${part}/trace.csv`);
        Deno.writeTextFileSync(`${part}/trace_map.svg`, "mine");
      }],
    ] as const;
    for (const [code, plant] of attacks) {
      plant();
      for (const overwrite of code === "folder-taken" ? [true] : [true, false]) {
        await assertRejectsCode(
          () => openPartsFolder(PAPER_PARTS, PAPER, { ...HOW, out, overwrite }),
          code,
        );
      }
      assertEquals(namesIn(out), ["attend", "manifest.json", "paper.csv", "trace"]);
      await Deno.remove(part, { recursive: true });
    }
    await Deno.symlink(victim, `${out}/generalise`);
    await assertRejectsCode(
      () => openPartsFolder(PAPER_PARTS, PAPER, { ...HOW, out }),
      "link-in-the-way",
    );
    await Deno.remove(`${out}/generalise`);
    await Deno.link(`${victim}/trace.csv`, `${out}/attend/peaks.csv`); // a second name of a file elsewhere
    const { folder: opened } = await openPartsFolder(PAPER_PARTS, PAPER, { ...HOW, out });
    opened?.[Symbol.dispose]();
    assertEquals([namesIn(out), namesIn(`${out}/attend`)], [
      ["attend", "manifest.json"],
      ["peaks.csv"],
    ]);
    for (const table of ["trace.csv", "sentences/attention.csv"]) {
      assertEquals(await Deno.readTextFile(`${victim}/${table}`), "rows");
    }
    assertEquals(namesIn(victim), ["manifest.json", "sentences", "trace.csv"]);
  }));
