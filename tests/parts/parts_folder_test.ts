import { assertEquals } from "@std/assert";
import { writeManifest } from "../../lib/files/manifest_file.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
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

Deno.test("openPartsFolder() refuses a part's folder that is a link or holds other files, and removes nothing", () =>
  inFolder(async (folder) => {
    const [out, victim] = [`${folder}/paper`, `${folder}/victim`];
    await writeRun(out, PAPER, "paper.csv");
    await writeRun(`${out}/attend`, { ...MANIFEST, command: "attend" }, "attention.csv");
    await writeRun(victim, MANIFEST, "trace.csv"); // somebody's finished run
    const opening = (overwrite: boolean) =>
      openPartsFolder(PAPER_PARTS, PAPER, { ...HOW, out, overwrite });
    for (const target of [victim, `${folder}/nowhere`]) {
      await Deno.symlink(target, `${out}/trace`);
      for (const overwrite of [true, false]) {
        await assertRejectsCode(() => opening(overwrite), "link-in-the-way");
      }
      await Deno.remove(`${out}/trace`);
    }
    await writeRun(`${out}/trace`, MANIFEST, "trace.csv");
    await Deno.writeTextFile(`${out}/trace/trace.csv`, "edited");
    await assertRejectsCode(() => opening(true), "folder-taken", "own: trace.csv");
    assertEquals(namesIn(out), ["attend", "manifest.json", "paper.csv", "trace"]);
    assertEquals(namesIn(`${out}/attend`), ["attention.csv", "manifest.json"]);
    assertEquals(namesIn(victim), ["manifest.json", "trace.csv"]);
  }));
