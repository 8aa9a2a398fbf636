import { assertEquals, assertStringIncludes } from "@std/assert";
import { fileOf } from "../../../lib/report/browser/full_size.js";

/** The path of the file that is found, or why there is none. */
function found(paths: readonly string[], name: string): string {
  const files = paths.map((webkitRelativePath) => ({
    ...{ webkitRelativePath, name: webkitRelativePath.split("/").at(-1)! },
  }));
  const { file, problem } = fileOf(files, name);
  return file?.webkitRelativePath ?? problem;
}

Deno.test("fileOf() tells images of one name in two folders apart", () => {
  const paths = ["images/b/1.jpg", "images/a/1.jpg"];
  assertEquals(found(paths, "a/1.jpg"), "images/a/1.jpg");
  assertEquals(found(paths, "b/1.jpg"), "images/b/1.jpg");
  assertStringIncludes(found(["a/1.jpg"], "b/1.jpg"), "This folder has no file b/1.jpg.");
  assertStringIncludes(found(["b/1.jpg"], "b/1.jpg"), "no file"); // it may be of another folder b
  assertStringIncludes(found(["images/aa/1.jpg"], "a/1.jpg"), "no file");
});

Deno.test("fileOf() finds an image below the chosen folder, and names one of several only if it is at the top", () => {
  assertEquals(found(["data/images/1.jpg", "data/images/11.jpg"], "1.jpg"), "data/images/1.jpg");
  const paths = ["data/a/1.jpg", "data/b/1.jpg"];
  assertStringIncludes(
    found(paths, "1.jpg"),
    "This folder has 2 files whose paths end with 1.jpg.",
  );
  assertEquals(found([...paths, "data/1.jpg"], "1.jpg"), "data/1.jpg");
});
