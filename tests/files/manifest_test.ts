import { assertEquals } from "@std/assert";
import { type Manifest, writeManifest } from "../../lib/files/manifest.ts";

Deno.test("writeManifest() writes JSON that reads back as the manifest, in the same order", async () => {
  const manifest: Manifest = {
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
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/manifest.json`;
    await writeManifest(path, manifest);
    const text = await Deno.readTextFile(path);
    assertEquals(JSON.parse(text), manifest);
    assertEquals(Object.keys(JSON.parse(text)), Object.keys(manifest));
    assertEquals(text.endsWith("}\n"), true);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
