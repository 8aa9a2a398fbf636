import { assertEquals } from "@std/assert";
import { graphFiles } from "../../../lib/hub/files/graphs.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { remote } from "./remote.ts";

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
