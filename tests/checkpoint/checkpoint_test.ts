import { assertEquals, assertThrows } from "@std/assert";
import { onDisk } from "../../lib/files/read_file.ts";
import { openCheckpoint, openNpy } from "../../lib/checkpoint/checkpoint.ts";
import { readNumbers, type StoredArray } from "../../lib/checkpoint/stored_array.ts";
import {
  assertRefused,
  entry,
  type Expected,
  expectedOf,
  FILES,
  FOLDER,
  Folder,
  safetensors,
  TYPE_NAMES,
} from "./fixtures.ts";
import { assertEachThrows, assertThrowsCode } from "../error_codes.ts";
import { ascii, join, numbers, zip } from "./zip.ts";
import type { ErrorCode } from "../../lib/errors/errors.ts";

function compare(array: StoredArray, { type, shape, values }: Expected, said?: string) {
  assertEquals([TYPE_NAMES[array.type], array.shape], [type, shape], said);
  assertEquals(readNumbers(array), Float32Array.from(values, Number), said);
}

for (const file of FILES.filter((name) => !name.endsWith(".npy"))) {
  Deno.test(`openCheckpoint() finds in ${file} what torch finds in it`, () => {
    const { arrays, stamps } = openCheckpoint(onDisk(FOLDER + file));
    const expected = expectedOf(file);
    assertEquals([...arrays.keys()].sort(), Object.keys(expected).sort());
    for (const [name, array] of arrays) {
      compare(array, expected[name]!, name);
      assertEquals(stamps.has(array.path), true);
    }
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

const CODE = "weights-damaged";

Deno.test("safetensorsArrays() refuses other types by name", () => {
  const types = ["F8_E4M3", "F8_E5M2", "F4", "U16", "U32", "U64", "C64", "toString", "__proto__"];
  for (const type of types) {
    const file = safetensors({ weight: entry([1], 0, 1, type) }, 1);
    assertRefused(file, "weights-format-unknown", `"weight" of "`);
    assertRefused(file, "weights-format-unknown", `its numbers are stored as "${type}"`);
  }
  const fixture = Deno.readFileSync(`${FOLDER}float8.safetensors`);
  assertRefused(fixture, "weights-format-unknown", `stored as "F8_E4M3"`);
});

Deno.test("safetensorsArrays() refuses tensors that do not cover the file", () => {
  const two = (b: [number, number], data: number) =>
    safetensors({ a: entry([2], 0, 8), b: entry([2], ...b) }, data);
  assertRefused(two([8, 16], 12), CODE, "its tensors end at byte");
  assertRefused(two([8, 16], 20), CODE, "its tensors end at byte");
  assertRefused(two([16, 8], 16), CODE, `"b" has -8 bytes where F32 of [2] has 8`);
});

Deno.test("safetensorsArrays() refuses impossible shapes", () => {
  const one = (shape: unknown[], end: number) => safetensors({ a: entry(shape, 0, end) }, 8);
  assertRefused(one([3], 8), CODE, `"a" has 8 bytes where F32 of [3] has 12`);
  assertRefused(one([2 ** 32, 2 ** 32], 8), CODE, "has 73786976294838210000");
  for (const shape of [[-2], [2.5], ["2"], [null], [[2]], [2 ** 53]]) {
    assertRefused(one(shape, 8), CODE, '"a" has no proper dtype, shape and data_offsets');
  }
});

Deno.test("safetensorsArrays() refuses wrong headers", () => {
  const a = JSON.stringify(entry([1], 0, 4));
  const improper = '"a" has no proper dtype, shape and data_offsets';
  const wrong: [string, string][] = [
    [`{"a":${a},"a":${a}}`, 'key "a" is there again'],
    [`{"a":${a},"\\u0061":${a}}`, 'key "a" is there again'],
    ['{"a":{"dtype":"F32","dtype":"F32"}}', 'key "dtype" is there again'],
    ['{"a":{"dtype":"F32","shape":[1]}}', improper],
    ['{"a":{"dtype":"F32","shape":[1],"data_offsets":[4]}}', improper],
    ['{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,2,4]}}', improper],
    ['{"a":null}', improper],
    [`{"a":${a}} {`, "its header is wrong"],
    [`{"a":${a}`, "its header is wrong"],
    ['{"a', "its header is wrong"],
    [`{"a":${'{"a":'.repeat(100)}1${"}".repeat(101)}`, "more than 100 levels deep"],
    [`{"a":{"shape":${"[".repeat(500_000)}`, "its header is wrong"],
    [`{"${'\\"'.repeat(200_000)}`, "its header is wrong"],
  ];
  for (const [header, message] of wrong) assertRefused(safetensors(header, 4), CODE, message);
  const bytes = join(numbers([3, 8]), [0x7b, 0xff, 0x7d]);
  assertRefused(bytes, CODE, "its header is wrong, The encoded data is not valid");
  assertRefused(safetensors("{}", 0), "weights-not-one-model", "its header names no tensor");
});

Deno.test("safetensorsArrays() refuses headers longer than 33 MB, or than the file", () => {
  const claim = (length: number) => join(numbers([length, 8]), ascii("{}"), new Uint8Array(90));
  assertRefused(claim(2 ** 31), "weights-damaged", "its header claims 2147483648 bytes");
  assertRefused(claim(2 ** 62), "weights-damaged", "bytes, where 33554432 are allowed");
  assertRefused(claim(30_000_000), CODE, "it ends at byte 100 instead of 30000008 or later");
  const path = Deno.makeTempFileSync(); // as long as it claims, but empty
  try {
    Deno.writeFileSync(path, claim(20_000_000));
    Deno.truncateSync(path, 20_000_008);
    assertThrows(() => openCheckpoint(onDisk(path)), Error, "its header is wrong");
  } finally {
    Deno.removeSync(path);
  }
});

for (const file of FILES.filter((name) => name.endsWith(".npy"))) {
  Deno.test(`openNpy() finds in ${file} what NumPy finds in it`, () => {
    compare(openNpy(onDisk(FOLDER + file)), expectedOf(file)[""]!);
  });
}

/** A file with a header and 24 bytes of data. */
const npy = (header: string, version = 1) =>
  join(
    ...[[0x93], ascii("NUMPY"), [version, 0], numbers([header.length, version === 1 ? 2 : 4])],
    ...[ascii(header), new Uint8Array(24)],
  );

function refuse(content: Uint8Array, code: ErrorCode, message: string) {
  using folder = new Folder();
  const path = folder.write("a.npy", content);
  assertThrowsCode(() => openNpy(onDisk(path)), code, message);
}

Deno.test("openNpy() reads headers as other programs write them", () => {
  using folder = new Folder();
  const read = (header: string) => {
    const { type, shape, strides } = openNpy(onDisk(folder.write("a.npy", npy(header))));
    return [type, shape, strides] as const;
  };
  const c = ["F32", [2, 3], [3, 1]] as const;
  assertEquals(read("{'shape':(2,3),'descr':'<f4','fortran_order':False}"), c);
  assertEquals(read("{'descr': '<f4', 'fortran_order': False, 'shape': (2L, 3L), }\n"), c);
  assertEquals(read("{'descr': '<f4', 'fortran_order': True, 'shape': (2, 3)}")[2], [1, 2]);
});

Deno.test("openNpy() refuses other types, orders and headers", () => {
  const type = "weights-format-unknown";
  const big = `its numbers are stored as ">f4, which is big-endian"`;
  assertThrowsCode(() => openNpy(onDisk(`${FOLDER}big_endian.npy`)), type, big);
  const records = () => openNpy(onDisk(`${FOLDER}records.npy`));
  assertThrowsCode(records, type, "records of several fields");
  const header = (descr: string, shape: string) =>
    npy(`{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`);
  for (const name of ["<c8", "|O", "<U4", "|S6", "<u4", "float"]) {
    refuse(header(`'${name}'`, "(6,)"), type, `its numbers are stored as "${name}"`);
  }
  assertThrowsCode(() => openNpy(onDisk(`${FOLDER}values.json`)), type, "expected a .npy file");
  refuse(npy("", 9), type, "its version is 9; expected a .npy file of version 1, 2 or 3");
  const huge = join([0x93], ascii("NUMPY"), [2, 0, 255, 255, 255, 255]);
  refuse(huge, "weights-damaged", "it ends at byte 12 instead of 4294967307");
});

Deno.test("openNpy() refuses damaged files", () => {
  const code = "weights-damaged";
  const wrong = "its header is not the dictionary that NumPy writes";
  const order = "'fortran_order': False";
  const plain = `{'descr': '<f4', ${order}`;
  const shapes = ["(-6,)", "(6.0,)", "None"].map((shape) => `${plain}, 'shape': ${shape}, }`);
  for (const header of ["", "{", `${plain}}`, ...shapes, plain.replace("False", "'no'")]) {
    refuse(npy(header), code, wrong);
  }
  for (const shape of ["(5,)", "(7,)", "(9007199254740993,)", "(4294967296, 4294967296)"]) {
    refuse(npy(`${plain}, 'shape': ${shape}, }`), code, `<f4 of [`);
  }
  const whole = Deno.readFileSync(`${FOLDER}c.npy`);
  for (let length = 6; length < whole.length; length++) {
    const isPrefix = length === 6;
    refuse(whole.subarray(0, length), isPrefix ? "weights-format-unknown" : code, "a.npy");
  }
  refuse(whole.subarray(0, 11), code, "it ends within its header");
});
