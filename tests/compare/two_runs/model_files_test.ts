import { assertEquals } from "@std/assert";
import { modelFilesText } from "../../../lib/compare/two_runs/model_files.ts";

/** A run with these files of a model, by name. */
function run(files: Readonly<Record<string, string>>) {
  const model = Object.entries(files).map(([file, sha256]) => ({ file, sha256 }));
  return { sources: { model, data: [] } };
}

const OWN = { "config.json": "c", "model.safetensors": "m" };

Deno.test("modelFilesText() finds the same files under other names, and leaves out what options say", () => {
  const others = [
    OWN,
    { "config.json": "c", "elsewhere.safetensors": "m" },
    { ...OWN, "random weights (seed 1)": "r", "image embeddings 1": "e", "image names": "n" },
  ];
  for (const other of others) {
    assertEquals(modelFilesText(run(OWN), run(other)), "The models have the same files\n");
    assertEquals(modelFilesText(run(other), run(OWN)), "The models have the same files\n");
  }
});

Deno.test("modelFilesText() names weights that differ, under one name or two", () => {
  assertEquals(
    modelFilesText(run({ ...OWN, "tuned.pt": "1" }), run({ ...OWN, "tuned.pt": "2" })),
    "The models differ in tuned.pt (other contents)\n",
  );
  assertEquals(
    modelFilesText(run({ ...OWN, "config.json": "d" }), run({ "config.json": "c", "t.pt": "2" })),
    "The models differ in config.json (other contents), model.safetensors (first run\n" +
      "  only), t.pt (second run only)\n",
  );
});
