import { onDisk } from "../../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { openCheckpoint } from "../../../lib/checkpoint/checkpoint.ts";
import { Folder } from "../fixtures.ts";
import { assertRefused } from "../refused.ts";
import { type Bytes, join } from "../zip.ts";
import * as p from "./pickles.ts";
import { dict, emptyDict, module, tensor, text, torchFile } from "./pickles.ts";

const weight = dict([text("weight"), tensor()]);
const script = (state: Bytes, of = "__torch__.clip.model") =>
  join(p.global(of, "CLIP"), p.emptyTuple, p.newObject, state, p.build);

Deno.test("moduleTensors() joins the names of parts that are shared, each time", () => {
  using folder = new Folder();
  const shared = join(module(weight, emptyDict), p.put(1));
  const root = module(
    dict([text("bias"), tensor()], [text("none"), p.none]),
    dict([text("a"), shared], [text("b"), p.get(1)], [text("c"), p.none]),
  );
  const { arrays } = openCheckpoint(onDisk(folder.write("a", torchFile(root))));
  assertEquals([...arrays.keys()], ["bias", "a.weight", "b.weight"]);
});

Deno.test("moduleTensors() walks modules of TorchScript, and no other objects", () => {
  using folder = new Folder();
  const plain = script(dict([text("x"), tensor()]), "somewhere.else");
  const root = script(dict(
    [text("training"), [0x89]],
    [text("visual"), script(dict([text("proj"), tensor()]))],
    [text("optimizer"), plain],
    [text("scale"), tensor({ shape: [], strides: [] })],
  ));
  const { arrays } = openCheckpoint(onDisk(folder.write("a", torchFile(root))));
  assertEquals([...arrays.keys()], ["visual.proj", "scale"]);
});

Deno.test("moduleTensors() refuses modules that contain themselves", () => {
  const own = join(
    p.global("__torch__", "M"),
    ...[p.emptyTuple, p.newObject, p.put(1)],
    dict([text("self"), p.get(1)]),
    p.build,
  );
  const message = "its modules are nested more than 64 deep";
  assertRefused(torchFile(own), "weights-damaged", message);
  const twice = join(
    p.global("__torch__", "M"),
    ...[p.emptyTuple, p.newObject, p.put(1)],
    dict([text("a"), p.get(1)], [text("b"), p.get(1)]),
    p.build,
  );
  assertRefused(torchFile(twice), "weights-damaged", message);
});

Deno.test("moduleTensors() refuses modules whose shared parts have endlessly many names", () => {
  let root: Bytes = script(dict([text("w"), tensor()]));
  for (let level = 0; level < 40; level++) { // 2 ** 40 names
    root = script(dict([text("a"), join(root, p.put(level))], [text("b"), p.get(level)]));
  }
  const message = "its modules have more than 200000 attributes";
  assertRefused(torchFile(root), "weights-damaged", message);
});
