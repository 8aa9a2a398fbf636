import { assertEquals } from "@std/assert";
import { bothSources, isOneModel } from "../../../lib/compare/generalise/sources.ts";

const [text, image] = [{ file: "text.onnx", sha256: "a" }, { file: "image.onnx", sha256: "b" }];

Deno.test("isOneModel() lets one result have read the image tower too, and no file differ", () => {
  assertEquals(isOneModel([text], [image, text]), true);
  assertEquals(isOneModel([text, image], [text]), true);
  assertEquals(isOneModel([text], [text]), true);
  assertEquals(isOneModel([{ ...text, sha256: "c" }], [text, image]), false);
  assertEquals(isOneModel([text, image], [{ ...text, file: "other.onnx" }]), false);
});

Deno.test("bothSources() has the files of both once, those of the first before those of the second", () => {
  const [one, other] = [{ file: "a.json", sha256: "1" }, { file: "a.json", sha256: "2" }];
  assertEquals(
    bothSources({ model: [text, image], data: [one] }, { model: [text], data: [other, one] }),
    { model: [text, image], data: [one, other] },
  );
});
