import { assertEquals } from "@std/assert";
import { runDifferences } from "../../lib/contrast/contrast_runs.ts";

/** A run with these files of a model, and this checksum of its images. */
function run(
  files: Readonly<Record<string, string>>,
  { images = "i", ...options }: Record<string, string> = {},
) {
  const model = Object.entries(files).map(([file, sha256]) => ({ file, sha256 }));
  return { options, sources: { model, data: [{ file: "images", sha256: images }] } };
}

const OWN = { "config.json": "c", "model.safetensors": "m" };

Deno.test("runDifferences() finds the same files under other names, and leaves out what options say", () => {
  assertEquals(runDifferences(run(OWN), run({ "config.json": "c", "elsewhere.pt": "m" })), []);
  const options = { "random-weights": "1", model: "elsewhere" };
  const random = run({ ...OWN, "random weights (seed 1)": "r" }, options);
  assertEquals(runDifferences(run(OWN), random), ["--random-weights (none, 1)"]);
});

Deno.test("runDifferences() names options with both values, and files of data and model whose contents differ", () => {
  assertEquals(
    runDifferences(
      run({ ...OWN, "tuned.pt": "1" }, { site: "resid", seed: "0" }),
      run({ ...OWN, "tuned.pt": "2", "image embeddings": "e" }, { images: "j", seed: "0" }),
    ),
    ["--site (resid, none)", "the data (images)", "the model (tuned.pt, image embeddings)"],
  );
});
