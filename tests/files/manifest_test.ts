import { assertEquals } from "@std/assert";
import type { Manifest } from "../../lib/files/manifest.ts";
import {
  readIntactManifest,
  readManifest,
  writeManifest,
} from "../../lib/files/sealed_manifest.ts";
import { assertRejectsCode } from "../error_codes.ts";

const MANIFEST: Manifest = {
  command: "trace",
  options: { segments: ["correct", "incorrect"], limit: 3, model: null },
  seed: 0,
  model: {
    name: "clip-tiny",
    text: { layers: 12, heads: 8, width: 512, projection: 512 },
    image: { layers: 12, heads: 12, width: 768, projection: 512 },
  },
  versions: { kit: "0.1.0", deno: "2.9.6", onnxruntime: "1.27.0" },
  sources: { model: [{ file: "config.json", sha256: "0".repeat(64) }], data: [] },
  rows: { read: 534, kept: 505, dropped: [{ reason: "fewer than 2 annotators agreed", n: 29 }] },
  files: ["evaluate.csv", "summary.csv"],
  finished: true,
  start: "2024-08-16T09:30:00.000Z",
  seconds: { load: 0.7 },
};

async function inFile(use: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(`${folder}/manifest.json`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("writeManifest() writes JSON that reads back as the manifest, in the same order, with its checksum", () =>
  inFile(async (path) => {
    await writeManifest(path, MANIFEST);
    const text = await Deno.readTextFile(path);
    const { sha256, ...manifest } = JSON.parse(text);
    assertEquals(manifest, MANIFEST);
    assertEquals(Object.keys(manifest), Object.keys(MANIFEST));
    assertEquals([typeof sha256, text.endsWith("}\n")], ["string", true]);
    assertEquals(await readIntactManifest(path), MANIFEST);
    await Deno.writeTextFile(path, JSON.stringify(JSON.parse(text))); // another layout says the same
    assertEquals(await readIntactManifest(path), MANIFEST);
  }));

Deno.test("readIntactManifest() quotes nothing of a file that is no manifest", () =>
  inFile(async (path) => {
    await Deno.writeTextFile(path, "user:pw\nroot:pw2\n");
    const code = "run-edited";
    await assertRejectsCode(() => readIntactManifest(path), code, ": Unexpected token 'u'; move");
  }));

Deno.test("readIntactManifest() refuses a manifest in which anything was changed, and one without a checksum", () =>
  inFile(async (path) => {
    await writeManifest(path, MANIFEST);
    const text = await Deno.readTextFile(path);
    const edits: readonly (readonly [string, string])[] = [
      ['"kept": 505', '"kept": 506'],
      ['"limit": 3', '"limit": 4'],
      ['"model": null', '"model": "other"'],
      ["evaluate.csv", "notes.csv"],
      ['"sha256": "0000', '"sha256": "1000'],
      ['  "finished": true,\n', '  "finished": true,\n  "more": 1,\n'],
      [/,\s*"sha256": "\w+"\n}/.exec(text)![0], "\n}"],
    ];
    for (const [old, fresh] of edits) {
      assertEquals(text.includes(old), true, old);
      await Deno.writeTextFile(path, text.replace(old, fresh));
      assertEquals((await readManifest(path))!.state, "edited");
      const { message } = await assertRejectsCode(() => readIntactManifest(path), "run-edited");
      assertEquals(
        message,
        `Cannot trust "${path}": it is not as the run wrote it; restore it, or repeat its run in another folder (--out)`,
      );
    }
  }));
