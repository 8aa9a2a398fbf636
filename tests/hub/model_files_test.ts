import { assertEquals } from "@std/assert";
import { type Form, formsOf, graphFiles, modelFiles, oneFile } from "../../lib/hub/model_files.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { remote } from "./fake_hub.ts";

const formsIn = (paths: readonly string[], huggingFace = true) =>
  Object.fromEntries(formsOf(new Set(paths), { huggingFace }));

Deno.test("formsOf() takes whole weights before shards", () => {
  const [whole, index] = ["model.safetensors", "model.safetensors.index.json"];
  const shards = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"];
  assertEquals(formsIn(["config.json", index, ...shards]), { safetensors: index });
  assertEquals(formsIn(["config.json", index, ...shards, whole]), { safetensors: whole });
  assertEquals(formsIn(["config.json", ...shards]), {});
  const torch = "pytorch_model.bin.index.json";
  assertEquals(formsIn(["config.json", torch]), { bin: torch });
});

Deno.test("formsOf() takes open_clip's weights in the order of open_clip", () => {
  const names = [
    ...["open_clip_model.safetensors", "open_clip_pytorch_model.safetensors"],
    ...["open_clip_pytorch_model.bin", "open_clip_pytorch_model.pth"],
    ...["open_clip_model.bin", "model.safetensors", "pytorch_model.bin"],
  ];
  for (const [i, name] of names.entries()) {
    const paths = ["open_clip_config.json", ...names.slice(i).toReversed()];
    assertEquals(formsIn(paths), { open_clip: name });
  }
});

Deno.test("formsOf() needs settings, and knows no other framework's weights", () => {
  const weights = ["model.safetensors", "pytorch_model.bin", "open_clip_model.safetensors"];
  assertEquals(formsIn([...weights, "onnx/model.onnx"]), {});
  const others = ["flax_model.msgpack", "tf_model.h5", "rust_model.ot", "onnx/model.onnx_data"];
  assertEquals(formsIn(["config.json", "open_clip_config.json", ...others]), {});
});

const graphsOf = (paths: readonly string[], suffix = "") =>
  graphFiles(remote(paths).files, { repository: "a/b", suffix }).map(({ path }) => path);

Deno.test("graphFiles() takes only the files that hold a graph's weights", () => {
  const weights = ["onnx/model.onnx_data", "onnx/model.onnx_data_1", "onnx/model.onnx.data"];
  const others = ["onnx/model.onnx.txt", "onnx/model.onnx_data.lock", "onnx/model_q4.onnx_data"];
  assertEquals(graphsOf(["onnx/model.onnx", ...weights, ...others]), [
    "onnx/model.onnx",
    ...weights,
  ]);
});

Deno.test("graphFiles() says which graphs there are instead", () => {
  const says =
    "it has no onnx/text_model_fp16.onnx with onnx/vision_model_fp16.onnx, or onnx/model_fp16.onnx, but onnx/model.onnx, onnx/model_q4.onnx; choose another suffix";
  const there = ["onnx/model_q4.onnx", "onnx/model.onnx", "onnx/model.onnx_data"];
  assertThrowsCode(() => graphsOf(there, "_fp16"), "hub-files-missing", says);
});

const SETTINGS = ["config.json", "tokenizer.json", "preprocessor_config.json"];
const OPEN_CLIP = ["open_clip_config.json", "tokenizer.json", "open_clip_model.safetensors"];
type Options = { readonly form?: Form; readonly suffix?: string };

async function choose(
  given: readonly string[] | Readonly<Record<string, string>>,
  options: Options = {},
) {
  const { files, read, asked } = remote(given);
  const chosen = await modelFiles(files, { repository: "a/b", read, ...options });
  return { ...chosen, asked, paths: chosen.files.map(({ path }) => path) };
}

Deno.test("modelFiles() takes the settings and the first form of weights, and says what it leaves out", async () => {
  const all = [
    ...["README.md", "flax_model.msgpack", "tf_model.h5", "vocab.json", "merges.txt"],
    ...["onnx/text_model.onnx", "onnx/vision_model.onnx", "onnx/model.onnx", "pytorch_model.bin"],
    ...["model.safetensors", ...SETTINGS],
  ];
  const { paths, form, weights, others } = await choose(all);
  assertEquals(paths, [...SETTINGS, "model.safetensors"]);
  assertEquals([form, weights], ["safetensors", "model.safetensors"]);
  assertEquals([...others], [["bin", "pytorch_model.bin"], ["onnx", "onnx/"]]);
  const towers = ["onnx/text_model.onnx", "onnx/vision_model.onnx"];
  assertEquals((await choose(all, { form: "bin" })).paths, [...SETTINGS, "pytorch_model.bin"]);
  assertEquals((await choose(all, { form: "onnx" })).paths, [...SETTINGS, ...towers]);
  assertEquals((await choose(all, { suffix: "" })).paths, [...SETTINGS, ...towers]);
});

Deno.test("modelFiles() takes ONNX graphs where there is nothing else", async () => {
  const graphs = ["onnx/model.onnx", "onnx/model_fp16.onnx"];
  assertEquals((await choose([...SETTINGS, ...graphs])).paths, [...SETTINGS, "onnx/model.onnx"]);
  const half = await choose([...SETTINGS, ...graphs], { suffix: "_fp16" });
  assertEquals(half.paths, [...SETTINGS, "onnx/model_fp16.onnx"]);
});

Deno.test("modelFiles() takes a pickle and open_clip's weights with the settings of each", async () => {
  const both = [...OPEN_CLIP, "config.json", "preprocessor_config.json", "pytorch_model.bin"];
  const texts = Object.fromEntries(both.map((path) => [path, path]));
  const given = { ...texts, "config.json": '{"model_type": "clip"}' };
  const { paths, asked, others } = await choose(given);
  assertEquals(paths, [...SETTINGS, "pytorch_model.bin"]);
  assertEquals(asked, ["config.json"]);
  assertEquals([...others], [["open_clip", "open_clip_model.safetensors"]]);
  const { paths: open } = await choose(given, { form: "open_clip" });
  assertEquals(open, [
    ...["open_clip_config.json", "tokenizer.json", "preprocessor_config.json"],
    "open_clip_model.safetensors",
  ]);
  assertEquals((await choose(OPEN_CLIP)).paths, OPEN_CLIP); // its config has the image settings
});

Deno.test("modelFiles() does not take timm's image tower for a model", async () => {
  const given = {
    ...{ "config.json": '{"architecture": "vit_base_patch32_clip_224"}', "model.safetensors": "" },
    ...Object.fromEntries(OPEN_CLIP.map((path) => [path, path])),
  };
  const { paths, form } = await choose(given);
  assertEquals([paths, form], [OPEN_CLIP, "open_clip"]);
});

Deno.test("modelFiles() takes the shards that belong to the index", async () => {
  const index = "pytorch_model.bin.index.json";
  const shards = ["pytorch_model-00001-of-00002.bin", "pytorch_model-00002-of-00002.bin"];
  const given = Object.fromEntries([...SETTINGS, ...shards, "pytorch_model-3.bin"].map((path) => [
    ...[path, path],
  ]));
  const { paths, weights } = await choose({ ...given, [index]: "" });
  assertEquals(paths, [...SETTINGS, index, ...shards]);
  assertEquals(weights, index);
});

Deno.test("modelFiles() takes the tokenizer in one file or in two, with its settings", async () => {
  const others = ["config.json", "preprocessor_config.json", "model.safetensors"];
  const extra = ["tokenizer_config.json", "special_tokens_map.json"];
  const { paths } = await choose([...others, "vocab.json", "merges.txt", ...extra.toReversed()]);
  assertEquals(paths, [
    ...["config.json", "vocab.json", "merges.txt", ...extra],
    ...["preprocessor_config.json", "model.safetensors"],
  ]);
  assertEquals(
    (await choose([...SETTINGS, "vocab.json", "merges.txt", "model.safetensors"])).paths,
    [...SETTINGS, "model.safetensors"],
  );
});

Deno.test("modelFiles() takes the image settings of transformers 4 and 5", async () => {
  const others = ["config.json", "tokenizer.json", "onnx/model.onnx"];
  const [older, newer] = ["preprocessor_config.json", "processor_config.json"];
  for (const files of [[older], [newer], [older, newer]]) {
    assertEquals(
      (await choose([...files.toReversed(), ...others])).paths,
      [...others.slice(0, 2), ...files, "onnx/model.onnx"],
    );
  }
});

Deno.test("modelFiles() says what a repository lacks", async () => {
  const says = (paths: readonly string[], message: string) =>
    assertRejectsCode(() => choose(paths), "hub-files-missing", `download "a/b": ${message}`);
  await says(
    ["config.json", "preprocessor_config.json", "vocab.json", "model.safetensors"],
    "it has no tokenizer.json, or vocab.json with merges.txt; choose another repository, or take --file model.safetensors",
  );
  const none = "it has no preprocessor_config.json or processor_config.json; choose another";
  await says(["config.json", "tokenizer.json", "onnx/model.onnx"], none);
  await says([...SETTINGS, "flax_model.msgpack"], "it has no weights that can be read; expected");
});

Deno.test("modelFiles() says which forms there are instead of the wanted one", async () => {
  const both = [...SETTINGS, "model.safetensors", "pytorch_model.bin"];
  const says = (options: Options, message: string) =>
    assertRejectsCode(() => choose(both, options), "hub-files-missing", message);
  const there = "it has safetensors (model.safetensors), bin (pytorch_model.bin)";
  await says({ suffix: "_fp16" }, `in the form onnx: ${there}; leave out --onnx or --form, or`);
  await says({ form: "open_clip" }, `in the form open_clip: ${there}; leave out --form, or choose`);
});

Deno.test("modelFiles() lists weights without settings, and says how to take them", async () => {
  const message = async (paths: readonly string[]) =>
    (await assertRejectsCode(() => choose(paths), "hub-files-missing")).message;
  const expected =
    "expected config.json with model.safetensors, pytorch_model.bin or onnx/, or open_clip_config.json with its weights";
  assertEquals(
    await message(["README.md", "negclip.pth", "x/optimizer.pt", "x/con_clip_b32.pt"]),
    `Cannot download "a/b": its weights have no settings beside them: negclip.pth (11 bytes), x/con_clip_b32.pt (17 bytes); ${expected}; take one with --file, such as --file negclip.pth, and read it with --weights`,
  );
  const many = await message(Array.from({ length: 12 }, (_, i) => `${i}.pt`));
  assertEquals(many.includes("8.pt (4 bytes), 9.pt (4 bytes) and 2 more; "), true);
});

const chooseOne = (paths: readonly string[], path: string) =>
  oneFile(remote(paths).files, { repository: "a/b", path }).weights;

Deno.test("oneFile() says what may have been meant", () => {
  const says = (paths: readonly string[], path: string, reason: string) =>
    assertThrowsCode(
      () => chooseOne(paths, path),
      "hub-files-missing",
      `of "a/b": ${reason}; give`,
    );
  const paths = ["README.md", "ckpt/NegCLIP.pt", "negclip2.pt"];
  const near = '"negclip2.pt", "README.md", "ckpt/NegCLIP.pt"';
  says(paths, "negclip.pt", `it has no such file; the nearest are ${near}`);
  says(["b.pt"], "a.pt", 'it has no such file; the nearest are "b.pt"');
  says([], "a.pt", "it has no files");
});
