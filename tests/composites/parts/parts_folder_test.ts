import { assertEquals } from "@std/assert";
import { writeManifest } from "../../../lib/files/manifest.ts";
import { sha256Text } from "../../../lib/reading/sha256.ts";
import { PAPER_PARTS } from "../../../lib/composites/paper/paper.ts";
import {
  openPartsFolder,
  partsAtOnce,
  sameInputs,
  writeBeside,
} from "../../../lib/composites/parts/parts_folder.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { MANIFEST } from "../../runs/run_folders.ts";
import { inFolder, namesIn } from "../../scripts/task_process.ts";
import { SCREEN } from "../../../lib/charts/spec.ts";
import { readParts } from "../../../lib/composites/parts/part.ts";
import type { Sources } from "../../../lib/reading/path.ts";

const PAPER = { ...MANIFEST, command: "paper" };
const HOW = { files: ["paper.csv"], seed: 0, overwrite: true };

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
    await assertRejectsCode(() => opening(true), "folder-taken: own: trace.csv");
    assertEquals(namesIn(out), ["attend", "manifest.json", "paper.csv", "trace"]);
    assertEquals(namesIn(`${out}/attend`), ["attention.csv", "manifest.json"]);
    assertEquals(namesIn(victim), ["manifest.json", "trace.csv"]);
  }));

Deno.test("partsAtOnce() is one for each thread, four at the most; one on another device or of a model of more than 64 MiB", () =>
  inFolder(async (folder) => {
    const files = [`${folder}/text`, `${folder}/image`];
    for (const path of files) {
      await Deno.writeTextFile(path, "");
      await Deno.truncate(path, 2 ** 25); // a hole
    }
    const atOnce = [1, 2, 3, 16].map((threads) => partsAtOnce({ threads }, files));
    assertEquals(await Promise.all(atOnce), [1, 2, 3, 4]);
    assertEquals(await partsAtOnce({ threads: 4, device: "webgpu" }, files), 1);
    await Deno.truncate(files[0]!, 2 ** 25 + 1);
    assertEquals(await partsAtOnce({ threads: 4 }, files), 1);
  }));

const { model, data } = MANIFEST.sources;
const images = (sha256: string) => [...data, { file: "images", sha256 }];
const inputs = (sources: Partial<Sources>, protocol = "rephrased") => ({
  options: { protocol },
  sources: { model, data, ...sources },
});

Deno.test("sameInputs() takes parts of the same files, with other images for another protocol and a file that one alone reads", () => {
  const check = sameInputs(inputs({ data: images("1") }));
  check("trace", inputs({ data: images("1") }));
  check("standard", inputs({ data: images("2") }, "standard"));
  check("correlate", inputs({ data: [...data, { file: "sizes.csv", sha256: "3" }] }));
});

Deno.test("nothing is written beside parts of different files", () =>
  inFolder(async (out) => {
    const identity = { ...MANIFEST, command: "paper" };
    const { folder } = await openPartsFolder(PAPER_PARTS, identity, {
      ...{ out, files: ["parts.json"], seed: 0, overwrite: false },
    });
    using _folder = folder;
    const parts = PAPER_PARTS.all.filter(({ name }) => ["trace", "attend"].includes(name));
    for (const [i, { name }] of parts.entries()) {
      await Deno.mkdir(`${out}/${name}`);
      await Deno.writeTextFile(`${out}/${name}/summary.txt`, "found");
      await writeManifest(`${out}/${name}/manifest.json`, {
        ...{ ...MANIFEST, command: name, checksums: { "summary.txt": sha256Text("found") } },
        options: { ...MANIFEST.options, shard: "1/2" },
        sources: { ...MANIFEST.sources, data: [{ ...data[0]!, sha256: `b${2 + i}` }] },
      });
    }
    const pictures = { formats: [], preset: SCREEN };
    const opened = {
      folder,
      how: { out, pictures, seed: 0 },
      identity,

      parts,
      files: [],
    };
    const shown = await readParts(out, parts);
    const writing = () =>
      writeBeside(opened as never, { shown } as unknown as Parameters<typeof writeBeside>[1]);
    await assertRejectsCode(writing, 'file-changed: its data file "existence.json"');
    assertEquals(namesIn(out).includes("parts.json"), false);
  }));
