import { assertEquals, assertThrows } from "@std/assert";
import { onDisk } from "../../lib/files/read_file.ts";
import { openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import {
  assertRefused,
  entry,
  expectedOf,
  FILES,
  FOLDER,
  Folder,
  safetensors,
  TYPE_NAMES,
} from "./fixtures.ts";
import { ascii, join, numbers } from "./zip.ts";
import { openNpy } from "../../lib/checkpoint/headers.ts";
import { readNumbers } from "../../lib/checkpoint/stored_array.ts";
import type { ErrorCode } from "../../lib/errors/errors.ts";
import { assertThrowsCode } from "../error_codes.ts";

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
    const array = openNpy(onDisk(FOLDER + file));
    const { type, shape, values } = expectedOf(file)[""]!;
    assertEquals([TYPE_NAMES[array.type], array.shape], [type, shape]);
    assertEquals(readNumbers(array), Float32Array.from(values, Number));
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
