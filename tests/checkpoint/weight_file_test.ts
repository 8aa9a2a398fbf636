import { onDisk, stampOf } from "../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { WeightFile } from "../../lib/checkpoint/weight_file.ts";
import { Folder } from "./fixtures.ts";

Deno.test("WeightFile has the size and the stamp of the file that it reads, whatever its path names before and after", () => {
  using folder = new Folder();
  const [before, own, after] = ["one", "another", "the last"].map((text) =>
    folder.write(text, text)
  );
  const path = `${folder.path}/link`;
  const linkTo = (target: string | undefined) => {
    Deno.symlinkSync(target!, `${path}2`);
    Deno.renameSync(`${path}2`, path);
  };
  linkTo(before);
  const open = Deno.openSync;
  using _ = { [Symbol.dispose]: () => void (Deno.openSync = open) };
  Deno.openSync = (...args) => {
    linkTo(own);
    const file = open(...args);
    linkTo(after);
    return file;
  };
  using file = new WeightFile(onDisk(path));
  assertEquals([file.size, file.stamp], [7, stampOf(Deno.statSync(own!))]);
  assertEquals(new TextDecoder().decode(file.read(0, file.size)), "another");
});
