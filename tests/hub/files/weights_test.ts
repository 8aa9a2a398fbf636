import { formsOf, graphFiles } from "../../../lib/hub/model_files.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { remote } from "./remote.ts";
import { assertEquals } from "@std/assert";

const formsIn = (paths: readonly string[], huggingFace = true) =>
  Object.fromEntries(formsOf(new Set(paths), { huggingFace }));

Deno.test("formsOf() finds each form with its settings, the one to take first at the top", () => {
  const paths = [
    ...["onnx/model_fp16.onnx", "open_clip_pytorch_model.bin", "open_clip_model.safetensors"],
    ...["pytorch_model.bin", "open_clip_config.json", "model.safetensors", "config.json"],
  ];
  const forms = formsOf(new Set(paths), { huggingFace: true });
  assertEquals([...forms], [
    ["safetensors", "model.safetensors"],
    ["bin", "pytorch_model.bin"],
    ["open_clip", "open_clip_model.safetensors"],
    ["onnx", "onnx/"],
  ]);
});

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

Deno.test("formsOf() leaves the weights that belong to timm's config.json alone", () => {
  const timm = ["config.json", "model.safetensors", "open_clip_config.json"];
  assertEquals(formsIn([...timm, "open_clip_model.safetensors"], false), {
    open_clip: "open_clip_model.safetensors",
  });
});

Deno.test("formsOf() needs settings, and knows no other framework's weights", () => {
  const weights = ["model.safetensors", "pytorch_model.bin", "open_clip_model.safetensors"];
  assertEquals(formsIn([...weights, "onnx/model.onnx"]), {});
  const others = ["flax_model.msgpack", "tf_model.h5", "rust_model.ot", "onnx/model.onnx_data"];
  assertEquals(formsIn(["config.json", "open_clip_config.json", ...others]), {});
});

const choose = (paths: readonly string[], suffix = "") =>
  graphFiles(remote(paths).files, { repository: "a/b", suffix }).map(({ path }) => path);

Deno.test("graphFiles() takes both towers with the suffix", () => {
  const towers = ["", "_fp16"].flatMap((suffix) =>
    ["text", "vision"].map((tower) => `onnx/${tower}_model${suffix}.onnx`)
  );
  assertEquals(choose([...towers, "onnx/model.onnx"]), towers.slice(0, 2));
  assertEquals(choose([...towers, "onnx/model.onnx"], "_fp16"), towers.slice(2));
});

Deno.test("graphFiles() takes one file with both towers if there are no separate ones", () => {
  assertEquals(choose(["onnx/model.onnx", "onnx/text_model.onnx"]), ["onnx/model.onnx"]);
});

Deno.test("graphFiles() takes only the files that hold a graph's weights", () => {
  const weights = ["onnx/model.onnx_data", "onnx/model.onnx_data_1", "onnx/model.onnx.data"];
  const others = ["onnx/model.onnx.txt", "onnx/model.onnx_data.lock", "onnx/model_q4.onnx_data"];
  assertEquals(choose(["onnx/model.onnx", ...weights, ...others]), ["onnx/model.onnx", ...weights]);
});

Deno.test("graphFiles() says which graphs there are instead", () => {
  assertThrowsCode(
    () => choose(["onnx/model_q4.onnx", "onnx/model.onnx", "onnx/model.onnx_data"], "_fp16"),
    "hub-files-missing",
    `Cannot download "a/b": it has no onnx/text_model_fp16.onnx with onnx/vision_model_fp16.onnx, or onnx/model_fp16.onnx, but onnx/model.onnx, onnx/model_q4.onnx; choose another suffix with --onnx`,
  );
});
