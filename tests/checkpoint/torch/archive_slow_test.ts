import { assertEquals } from "@std/assert";
import { arraysIn, assertRefused } from "../fixtures.ts";
import { type Bytes, join, numbers, zip, type ZipFile } from "../zip.ts";
import * as p from "./pickles.ts";
import { dict, emptyDict, module, PICKLE, STORAGE, tensor, text, torchFile } from "./pickles.ts";

const CODE = "weights-damaged";

/** A file whose storage says something else in the directory. */
const saying = (says: ZipFile["says"]) => zip([PICKLE, { ...STORAGE, says: says! }]);

Deno.test("readZipDirectory() finds entries with ordinary and with large numbers", () => {
  const numbersOf = (bytes: Uint8Array) => arraysIn(bytes).get("w");
  assertEquals(numbersOf(zip([PICKLE, STORAGE])), Float32Array.of(1, 2, 3, 4));
  const length = 40 + PICKLE.bytes.length;
  const large = { packed: 0xffffffff, size: 0xffffffff, header: 0xffffffff };
  const extra = join(
    numbers([7, 2], [2, 2], [0, 2]), // another field comes first
    numbers([1, 2], [24, 2], [16, 8], [16, 8], [length, 8]),
  );
  assertEquals(numbersOf(saying({ ...large, extra })), Float32Array.of(1, 2, 3, 4));
  const one = join(numbers([1, 2], [8, 2], [length, 8]));
  assertEquals(numbersOf(saying({ header: 0xffffffff, extra: one })), Float32Array.of(1, 2, 3, 4));
  const message = "entry 2 of 2 in its zip directory is wrong";
  assertRefused(saying({ ...large, extra: one }), CODE, message);
  assertRefused(saying(large), CODE, message);
  assertRefused(saying({ ...large, extra: field(1, 200) }), CODE, message);
  const beyond = join(numbers([1, 2], [24, 2]), new Uint8Array(24).fill(255));
  assertRefused(saying({ ...large, extra: beyond }), CODE, message);
});

const field = (id: number, length: number) => join(numbers([id, 2], [length, 2]));

Deno.test("readZipDirectory() refuses a directory that contradicts the file or itself", () => {
  const whole = zip([PICKLE, STORAGE]);
  const missing = "the directory at the end of the zip archive is missing";
  assertRefused(whole.subarray(0, -1), CODE, missing);
  assertRefused(join(whole, [0]), CODE, missing);
  assertRefused("PK\x03\x04", CODE, missing);
  const files = [PICKLE, STORAGE];
  const place = "its zip directory is not where its end says";
  assertRefused(zip(files, { start: 0 }), CODE, place);
  assertRefused(zip(files, { size: 4 }), CODE, place);
  assertRefused(zip(files, { count: 3 }), CODE, "entry 3 of 3 in its zip directory is wrong");
  const large = "the large numbers of the zip archive are missing";
  assertRefused(zip(files, { start: 0xffffffff }), CODE, large);
  assertRefused(zip(files, { count: 0xffff }), CODE, large);
  const empty = zip([]);
  assertRefused(empty, "weights-format-unknown", "it is a zip archive without the one data.pkl");
  const cut = saying({ extra: new Uint8Array(10) });
  cut[cut.length - 22 - 10 - 8 - 46 + 28] = 200; // the name's length
  assertRefused(cut, CODE, "entry 2 of 2 in its zip directory is wrong");
});

Deno.test("readZipDirectory() refuses entries that leave the archive", () => {
  const leaves = `"a/data/0" leaves the zip archive`;
  assertRefused(saying({ packed: 5000, size: 5000 }), CODE, leaves);
  assertRefused(saying({ header: 0x7fffffff }), CODE, "it ends at byte");
  const header = `the header before "a/data/0" does not match the zip directory`;
  assertRefused(zip([PICKLE, { ...STORAGE, headerName: "a/data/1" }]), CODE, header);
});

const weight = dict([text("weight"), tensor()]);
const script = (state: Bytes, of = "__torch__.clip.model") =>
  join(p.global(of, "CLIP"), p.emptyTuple, p.newObject, state, p.build);

Deno.test("moduleTensors() joins the names of parts that are shared, each time", () => {
  const shared = join(module(weight, emptyDict), p.put(1));
  const root = module(
    dict([text("bias"), tensor()], [text("none"), p.none]),
    dict([text("a"), shared], [text("b"), p.get(1)], [text("c"), p.none]),
  );
  assertEquals([...arraysIn(torchFile(root)).keys()], ["bias", "a.weight", "b.weight"]);
});

Deno.test("moduleTensors() walks modules of TorchScript, and no other objects", () => {
  const plain = script(dict([text("x"), tensor()]), "somewhere.else");
  const root = script(dict(
    [text("training"), [0x89]],
    [text("visual"), script(dict([text("proj"), tensor()]))],
    [text("optimizer"), plain],
    [text("scale"), tensor({ shape: [], strides: [] })],
  ));
  assertEquals([...arraysIn(torchFile(root)).keys()], ["visual.proj", "scale"]);
});

Deno.test("moduleTensors() refuses modules that contain themselves", () => {
  for (const names of [["self"], ["a", "b"]]) {
    const own = join(
      ...[p.global("__torch__", "M"), p.emptyTuple, p.newObject, p.put(1)],
      dict(...names.map((name) => [text(name), p.get(1)] as const)),
      p.build,
    );
    assertRefused(torchFile(own), CODE, "its modules are nested more than 64 deep");
  }
});
