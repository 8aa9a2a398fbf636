import { assertEquals } from "@std/assert";
import { modelFiles } from "../../lib/hub/model_files.ts";
import { assertThrowsCode } from "../error_codes.ts";

const SETTINGS = ["config.json", "tokenizer.json", "preprocessor_config.json"];

function choose(paths: readonly string[], suffix?: string): string[] {
  const files = paths.map((path) => ({
    ...{ path, size: 1 },
    checksum: { kind: "git" as const, hex: "" },
  }));
  const options = { repository: "a/b", ...(suffix === undefined ? {} : { suffix }) };
  return modelFiles(files, options).map(({ path }) => path);
}

Deno.test("modelFiles() takes the settings and both towers with the suffix", () => {
  const towers = ["", "_fp16"].flatMap((suffix) =>
    ["text", "vision"].map((tower) => `onnx/${tower}_model${suffix}.onnx`)
  );
  const all = ["README.md", "model.safetensors", ...towers, "onnx/model.onnx", ...SETTINGS];
  assertEquals(choose(all), [...SETTINGS, "onnx/text_model.onnx", "onnx/vision_model.onnx"]);
  assertEquals(choose(all, "_fp16"), [
    ...SETTINGS,
    ...["onnx/text_model_fp16.onnx", "onnx/vision_model_fp16.onnx"],
  ]);
});

Deno.test("modelFiles() takes one file with both towers if there are no separate ones", () => {
  assertEquals(choose([...SETTINGS, "onnx/model.onnx", "onnx/text_model.onnx"]), [
    ...SETTINGS,
    "onnx/model.onnx",
  ]);
});

Deno.test("modelFiles() takes the settings of transformers 4 and 5", () => {
  const others = ["config.json", "tokenizer.json", "onnx/model.onnx"];
  const [older, newer] = ["preprocessor_config.json", "processor_config.json"];
  for (const files of [[older], [newer], [older, newer]]) {
    assertEquals(choose([...files.toReversed(), ...others]), [
      ...others.slice(0, 2),
      ...files,
      "onnx/model.onnx",
    ]);
  }
});

Deno.test("modelFiles() takes only the files that hold a graph's weights", () => {
  const weights = ["onnx/model.onnx_data", "onnx/model.onnx_data_1", "onnx/model.onnx.data"];
  const others = ["onnx/model.onnx.txt", "onnx/model.onnx_data.lock", "onnx/model_q4.onnx_data"];
  assertEquals(choose([...SETTINGS, "onnx/model.onnx", ...weights, ...others]), [
    ...[...SETTINGS, "onnx/model.onnx"],
    ...weights,
  ]);
});

Deno.test("modelFiles() says what a repository lacks and which graphs it has", () => {
  const message = (paths: readonly string[], suffix?: string) =>
    assertThrowsCode(() => choose(paths, suffix), "hub-repository-incomplete").message;
  const mend = "choose another --onnx or an ONNX conversion, such as Xenova/clip-vit-base-patch32";
  assertEquals(
    message([...SETTINGS, "pytorch_model.bin"]),
    `Cannot download "a/b": it has no onnx/text_model.onnx with onnx/vision_model.onnx, or onnx/model.onnx and it has no ONNX files; ${mend}`,
  );
  assertEquals(
    message([...SETTINGS, "onnx/model_q4.onnx", "onnx/model.onnx"], "_fp16"),
    `Cannot download "a/b": it has no onnx/text_model_fp16.onnx with onnx/vision_model_fp16.onnx, or onnx/model_fp16.onnx and it has onnx/model.onnx, onnx/model_q4.onnx; ${mend}`,
  );
  assertEquals(
    message(["config.json", "onnx/model.onnx"]),
    `Cannot download "a/b": it has no tokenizer.json and it has onnx/model.onnx; ${mend}`,
  );
  assertEquals(
    message(["config.json", "tokenizer.json", "onnx/model.onnx"]),
    `Cannot download "a/b": it has no preprocessor_config.json or processor_config.json and it has onnx/model.onnx; ${mend}`,
  );
});
