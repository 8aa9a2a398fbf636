import { assertEquals } from "@std/assert";
import { onDisk } from "../../lib/files/read_file.ts";
import { type Checkpoint, openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import { readNumbers } from "../../lib/checkpoint/stored_array.ts";
import { assertRefused, expectedOf, FILES, FOLDER, Folder, TYPE_NAMES } from "./fixtures.ts";
import { assertEachThrows, assertThrowsCode } from "../error_codes.ts";
import { ascii, join, zip } from "./zip.ts";

function compare(found: Checkpoint, file: string) {
  const expected = expectedOf(file);
  assertEquals([...found.arrays.keys()].sort(), Object.keys(expected).sort(), file);
  for (const [name, array] of found.arrays) {
    const { type, shape, values } = expected[name]!;
    const said = `${file} ${name}`;
    assertEquals([TYPE_NAMES[array.type], array.shape], [type, shape], said);
    assertEquals(readNumbers(array), Float32Array.from(values, Number), said);
    assertEquals(found.stamps.has(array.path), true);
  }
}

for (const file of FILES.filter((name) => !name.endsWith(".npy"))) {
  Deno.test(`openCheckpoint() finds in ${file} what torch finds in it`, () => {
    compare(openCheckpoint(onDisk(FOLDER + file)), file);
  });
}

const bytes = (hex: string) => Uint8Array.fromHex(hex.replaceAll(" ", ""));

Deno.test("openCheckpoint() names what a file is that holds no weights it can read", () => {
  const others: [Uint8Array | string, string][] = [
    ["", "it is empty"],
    [
      "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 6\n",
      "it is a Git LFS pointer",
    ],
    ["<!DOCTYPE html>\n<html></html>", "it is a web page"],
    ["\n <html><head></head></html>", "it is a web page"],
    [bytes("1f8b0800000000000003"), "it is a gzip archive"],
    [bytes("894844460d0a1a0a00"), "it is an HDF5 file, as Keras writes them"],
    ["GGUF\x03\0\0\0", "it is a GGUF file"],
    [bytes("80049514000000000000007d942e"), "it is a bare pickle, not one of torch.save"],
    [join([0x81, 0xa6], ascii("params"), [0x80]), "it is a msgpack file, as Flax writes them"],
    [join([0xde, 1, 0, 0xa6], ascii("params")), "it is a msgpack file, as Flax writes them"],
    [join([8, 8, 0x12, 7], ascii("pytorch")), "it is an ONNX model"],
    [join(new Uint8Array(257), ascii("ustar"), new Uint8Array(250)), "it is a tar archive"],
    ["hello", "it is of no known format"],
    [Deno.readFileSync(`${FOLDER}c.npy`), "it is a single NumPy array (.npy)"],
    [Deno.readFileSync(`${FOLDER}two.npz`), "it is a NumPy archive (.npz)"],
    [zip([{ name: "notes.txt", bytes: ascii("a") }]), "without the one data.pkl that torch puts"],
  ];
  for (const [content, message] of others) {
    assertRefused(content, "weights-format-unknown", message);
  }
});

Deno.test("openCheckpoint() looks at the content, not at the name", () => {
  using folder = new Folder();
  const path = folder.write("model.zip.html", Deno.readFileSync(`${FOLDER}packed.safetensors`));
  assertEquals(openCheckpoint(onDisk(path)).arrays.get("packed")!.shape, [4, 6]);
});

Deno.test("openCheckpoint() refuses what is no readable file", () => {
  using folder = new Folder();
  const missing =
    `weight file "${folder.path}/none": there is no such file; check the path, and that`;
  assertEachThrows("file-unreadable", [
    [() => openCheckpoint(onDisk(`${folder.path}/none`)), missing],
    [() => openCheckpoint(onDisk(folder.path)), "it is a folder; name a file in it"],
    [() => openCheckpoint(onDisk("/dev/null")), "it is a pipe or a device, not a file"],
  ]);
});

const index = (map: unknown) => JSON.stringify({ metadata: {}, weight_map: map });

Deno.test("openCheckpoint() reads only files beside an index", () => {
  const names = [
    ...["../secret", "/etc/passwd", "a/b", "a\\b", "..", ".", "", "C:x", "a\0", 3, null, ["a"]],
  ];
  for (const name of names) {
    assertRefused(index({ a: name }), "weights-damaged", "which is no plain file name");
  }
});

Deno.test("openCheckpoint() refuses an index that is none", () => {
  const code = "weights-damaged";
  for (const map of [[], 1, null, "a"]) {
    assertRefused(index(map), code, 'its "weight_map" is no object');
  }
  assertRefused(index({}), code, "it names no weight");
  assertRefused('{"weight_map": {"a": "b"', code, "it cannot be read as JSON");
  assertRefused('{"weight_map": {"a": "b", "a": "c"}}', code, '"a" is there again in line 1');
  assertRefused('{"a":'.repeat(800_000), code, "it cannot be read as JSON");
  const deep = `{"a":${'{"a":'.repeat(300_000)}1${"}".repeat(300_000)}}`;
  assertRefused(deep, code, "nested more than 100 levels deep");
});

Deno.test("openCheckpoint() refuses an index that does not belong to the files beside it", () => {
  using folder = new Folder();
  const open = (content: string) => openCheckpoint(onDisk(folder.write("index.json", content)));
  const shard = Deno.readFileSync(`${FOLDER}model-00001-of-00002.safetensors`);
  folder.write("one", shard);
  const lacking = `it puts "none" into "one", which lacks it`;
  assertThrowsCode(() => open(index({ none: "one" })), "weights-damaged", lacking);
  const lost = `"${folder.path}/two": there is no such file; check the path, and that all files`;
  assertThrowsCode(() => open(index({ a: "two" })), "file-unreadable", lost);
  const itself = "it is an index or another JSON file";
  assertThrowsCode(() => open(index({ a: "index.json" })), "weights-format-unknown", itself);
  folder.write("two", shard.subarray(0, 100));
  assertThrowsCode(() => open(index({ a: "two" })), `weights-damaged: ${folder.path}/two"`);
});
