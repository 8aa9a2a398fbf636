import { assertEquals } from "@std/assert";
import { oneFile } from "../../../lib/hub/files/one_file.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { remote } from "./remote.ts";

const choose = (paths: readonly string[], path: string) =>
  oneFile(remote(paths).files, { repository: "a/b", path }).path;

Deno.test("oneFile() finds a file by its path", () => {
  assertEquals(choose(["a.pt", "x/a.pt"], "x/a.pt"), "x/a.pt");
});

Deno.test("oneFile() says what may have been meant", () => {
  const says = (paths: readonly string[], path: string, reason: string) =>
    assertThrowsCode(
      () => choose(paths, path),
      "hub-files-missing",
      `Cannot download "${path}" of "a/b": ${reason}; give its path in the repository`,
    );
  const paths = ["README.md", "ckpt/NegCLIP.pt", "negclip2.pt"];
  says(paths, "negclip.pt", 'it has no such file; the nearest are "ckpt/NegCLIP.pt"');
  says(["b.pt"], "a.pt", 'it has no such file; the nearest are "b.pt"');
  says([], "a.pt", "it has no files");
});

Deno.test("oneFile() takes no path that leads out of the repository, even if the Hub lists it", () => {
  for (const path of ["../a.pt", "x/../../a.pt", "/a.pt", "..\\a.pt", "x//a.pt", "./a.pt", ""]) {
    assertThrowsCode(() => choose([path], path), "hub-files-missing");
  }
});
