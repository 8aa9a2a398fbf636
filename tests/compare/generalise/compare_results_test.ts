import { assertEquals } from "@std/assert";
import { isOneModel } from "../../../lib/compare/generalise/compare_results.ts";

const [text, image] = [{ file: "text.onnx", sha256: "a" }, { file: "image.onnx", sha256: "b" }];

Deno.test("isOneModel() lets one result have read the image tower too, and no file differ", () => {
  assertEquals(isOneModel([text], [image, text]), true);
  assertEquals(isOneModel([text, image], [text]), true);
  assertEquals(isOneModel([text], [text]), true);
  assertEquals(isOneModel([{ ...text, sha256: "c" }], [text, image]), false);
  assertEquals(isOneModel([text, image], [{ ...text, file: "other.onnx" }]), false);
});
