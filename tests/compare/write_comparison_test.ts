import { assertEquals } from "@std/assert";
import { mergedSources } from "../../lib/compare/write_comparison.ts";

const [text, image] = [{ file: "text.onnx", sha256: "a" }, { file: "image.onnx", sha256: "b" }];

Deno.test("mergedSources() has the files of both once, those of the first before those of the second", () => {
  const [one, other] = [{ file: "a.json", sha256: "1" }, { file: "a.json", sha256: "2" }];
  assertEquals(
    mergedSources([{ model: [text, image], data: [one] }, { model: [text], data: [other, one] }]),
    { model: [text, image], data: [one, other] },
  );
});
