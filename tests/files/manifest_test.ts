import { assertEquals } from "@std/assert";
import {
  type Manifest,
  readManifest,
  readWritten,
  writeManifest,
} from "../../lib/files/manifest.ts";
import { sha256Text } from "../../lib/reading/sha256.ts";
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

Deno.test("writeManifest() writes JSON that reads back as the manifest, in the same order", () =>
  inFile(async (path) => {
    await writeManifest(path, MANIFEST);
    const text = await Deno.readTextFile(path);
    const manifest = JSON.parse(text);
    assertEquals(manifest, MANIFEST);
    assertEquals(Object.keys(manifest), Object.keys(MANIFEST));
    assertEquals(text.endsWith("}\n"), true);
    assertEquals(await readManifest(path), MANIFEST);
    await Deno.writeTextFile(path, JSON.stringify(JSON.parse(text))); // another layout says the same
    assertEquals(await readManifest(path), MANIFEST);
  }));

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
      await assertRejectsCode(
        () => readWritten(folder, "trace.csv", other),
        "run-edited",
        `Cannot trust "${folder}/trace.csv": it is not as the run wrote it; restore it, or move it away and repeat the run that wrote it`,
      );
    }
  }));
