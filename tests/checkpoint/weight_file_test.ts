import { assertEquals } from "@std/assert";
import { WeightFile } from "../../lib/checkpoint/weight_file.ts";
import { stampOf } from "../../lib/files/stamp.ts";
import { Folder } from "./fixtures.ts";

Deno.test("WeightFile has the size and the stamp of the file that it reads, though another had its path just before", () => {
  using folder = new Folder();
  const path = folder.write("a", "one");
  const other = folder.write("b", "another");
  const open = Deno.openSync;
  using _ = { [Symbol.dispose]: () => void (Deno.openSync = open) };
  Deno.openSync = (...args) => {
    Deno.renameSync(other, path);
    return open(...args);
  };
  using file = new WeightFile(path);
  assertEquals([file.size, file.stamp], [7, stampOf(Deno.statSync(path))]);
  assertEquals(new TextDecoder().decode(file.read(0, file.size)), "another");
});
