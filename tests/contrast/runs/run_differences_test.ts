import { assertEquals } from "@std/assert";
import { modelFilesText, runDifferences } from "../../../lib/contrast/runs/run_differences.ts";

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

Deno.test("runDifferences() names options with both values, data files that other rows do not explain, and image embeddings", () => {
  const run = (options: Record<string, string>, images: string) => ({
    options: { model: images, ...options },
    sources: {
      model: [],
      data: [{ file: "pairs.json", sha256: "1" }, { file: "images", sha256: images }],
    },
  });
  assertEquals(runDifferences(run({ seed: "0" }, "a"), run({ seed: "0" }, "a")), []);
  assertEquals(runDifferences(run({}, "a"), run({}, "b")), ["the data (images)"]);
  assertEquals(runDifferences(run({}, "a"), run({ limit: "20", renormalize: "true" }, "b")), [
    ...["--limit (none, 20)", "--renormalize (none, true)"],
  ]);
  const traced = (options: Record<string, string>) => run({ site: "resid", ...options }, "a");
  assertEquals(runDifferences(traced({ direction: "denoise" }), traced({})), []); // the only one of earlier versions
  assertEquals(runDifferences(traced({ direction: "noise" }), traced({})), [
    "--direction (noise, denoise)",
  ]);
  const given = (embeddings: string, names: string) => ({
    ...run({ "image-embeddings": embeddings }, "a"),
    sources: {
      data: run({}, "a").sources.data,
      model: [
        { file: "config.json", sha256: embeddings },
        { file: "image embeddings", sha256: embeddings },
        { file: "image names", sha256: names },
      ],
    },
  });
  assertEquals(runDifferences(given("c", "d"), given("c", "d")), []);
  for (const other of [given("e", "d"), given("c", "e"), run({}, "a")]) {
    assertEquals(runDifferences(given("c", "d"), other), ["the image embeddings"]);
  }
  const sharded = (second: string) => ({
    sources: {
      data: [],
      model: [{ file: "image embeddings 1", sha256: "1" }, {
        ...{ file: "image embeddings 2", sha256: second },
      }],
    },
  });
  assertEquals(runDifferences(sharded("2"), sharded("2")), []);
  assertEquals(runDifferences(sharded("2"), sharded("3")), ["the image embeddings"]);
});
