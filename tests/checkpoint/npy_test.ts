import { onDisk } from "../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { openNpy } from "../../lib/checkpoint/npy.ts";
import { readNumbers } from "../../lib/checkpoint/read_numbers.ts";
import type { ErrorCode } from "../../lib/errors.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { expectedOf, FILES, FOLDER, Folder, TYPE_NAMES } from "./fixtures.ts";
import { ascii, join, numbers } from "./zip.ts";

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
  assertThrowsCode(
    () => openNpy(onDisk(`${FOLDER}records.npy`)),
    type,
    "records of several fields",
  );
  const header = (descr: string, shape: string) =>
    npy(`{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`);
  for (const name of ["<c8", "|O", "<U4", "|S6", "<u4", "float"]) {
    refuse(header(`'${name}'`, "(6,)"), type, `its numbers are stored as "${name}"`);
  }
  const other = "weights-format-unknown";
  assertThrowsCode(
    () => openNpy(onDisk(`${FOLDER}values.json`)),
    other,
    'values.json": it does not begin as a .npy file does; expected a .npy file',
  );
  refuse(npy("", 9), other, "its version is 9; expected a .npy file of version 1, 2 or 3");
  refuse(npy(" ".repeat(20_000)), "weights-damaged", "its header claims 20000 bytes");
  const huge = join([0x93], ascii("NUMPY"), [2, 0, 255, 255, 255, 255]);
  refuse(huge, "weights-damaged", "its header claims 4294967295 bytes");
});

Deno.test("openNpy() refuses damaged files", () => {
  const code = "weights-damaged";
  const wrong = "its header is not the dictionary that NumPy writes";
  const order = "'fortran_order': False";
  const headers = [
    "",
    "{",
    "}",
    `{'descr': '<f4', ${order}}`,
    `{'descr': '<f4', ${order}, 'shape': (6), }`,
    `{'descr': '<f4', ${order}, 'shape': (-6,), }`,
    `{'descr': '<f4', ${order}, 'shape': (6.0,), }`,
    `{'descr': '<f4', ${order}, 'shape': (6,,), }`,
    `{'descr': '<f4', ${order}, 'shape': (${"1,".repeat(65)}), }`,
    `{'descr': '<f4', ${order}, 'shape': (6,), 'more': True, }`,
    `{'descr': '<f4', 'fortran_order': 'no', 'shape': (6,), }`,
    `{'descr': '<f4', ${order}, 'shape': (6,), } import os`,
    `{'descr': ${"[".repeat(9000)}`,
  ];
  for (const header of headers) refuse(npy(header), code, wrong);
  const twice = `{'descr': '<f4', 'descr': '<f8', ${order}, 'shape': (6,), }`;
  refuse(npy(twice), code, 'its header has "descr" twice');
  const sizes = [
    "(5,)",
    "(7,)",
    `(${" ".repeat(9000)})`,
  ];
  for (const shape of sizes) {
    const header = `{'descr': '<f4', ${order}, 'shape': ${shape}, }`;
    refuse(npy(header), code, `<f4 of [`);
  }
  for (
    const shape of ["(9007199254740993,)", "(4294967296, 4294967296)", `(${"9".repeat(400)},)`]
  ) {
    const header = `{'descr': '<f4', ${order}, 'shape': ${shape}, }`;
    refuse(npy(header), code, "its header claims more numbers than a file can hold");
  }
  const whole = Deno.readFileSync(`${FOLDER}c.npy`);
  for (let length = 6; length < whole.length; length++) {
    const isPrefix = length === 6;
    refuse(whole.subarray(0, length), isPrefix ? "weights-format-unknown" : code, "a.npy");
  }
  refuse(whole.subarray(0, 11), code, "it ends within its header");
});
