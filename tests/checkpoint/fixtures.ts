/** The small weight files of tests/fixtures/checkpoints, and files that tests write. */

import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "@std/assert";
import { onDisk } from "../../lib/files/read_file.ts";
import { openCheckpoint } from "../../lib/checkpoint/checkpoint.ts";
import { readNumbers } from "../../lib/checkpoint/stored_array.ts";
import type { ErrorCode } from "../../lib/errors/errors.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { ascii, join, numbers } from "./zip.ts";

export interface Expected {
  readonly type: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

export const FOLDER = fileURLToPath(new URL("../fixtures/checkpoints/", import.meta.url));

const VALUES: Readonly<Record<string, string | Readonly<Record<string, Expected>>>> = JSON.parse(
  Deno.readTextFileSync(`${FOLDER}values.json`),
);

export const FILES = Object.keys(VALUES); // fixtures whose values are known

export function expectedOf(file: string): Readonly<Record<string, Expected>> {
  const values = VALUES[file]!;
  return typeof values === "string" ? expectedOf(values) : values;
}

/** The types of torch and NumPy by the kit's names. */
export const TYPE_NAMES: Readonly<Record<string, string>> = {
  ...{ F64: "float64", F32: "float32", F16: "float16", BF16: "bfloat16", I64: "int64" },
  ...{ I32: "int32", I16: "int16", I8: "int8", U8: "uint8", BOOL: "bool" },
};

export class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync();

  write(name: string, content: Uint8Array | string): string {
    const path = `${this.path}/${name}`;
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
    return path;
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** The numbers of the arrays that are found in a file with some content. */
export function arraysIn(content: Uint8Array): ReadonlyMap<string, Float32Array> {
  using folder = new Folder();
  const { arrays } = openCheckpoint(onDisk(folder.write("weights", content)));
  return new Map([...arrays].map(([name, array]) => [name, readNumbers(array)]));
}

/** Asserts that a file with some content is refused with a short message of one line. */
export function assertRefused(
  content: Uint8Array | string,
  code: ErrorCode,
  message: string,
): void {
  using folder = new Folder();
  const path = folder.write("weights", content);
  const error = assertThrowsCode(() => openCheckpoint(onDisk(path)), code, message);
  assertEquals(/\n/.test(error.message), false);
  assert(error.message.length < 600, error.message);
}

/** A file with a header, and a number of bytes of data. */
export function safetensors(header: unknown, data: number): Uint8Array<ArrayBuffer> {
  const text = ascii(typeof header === "string" ? header : JSON.stringify(header));
  return join(numbers([text.length, 8]), text, new Uint8Array(data));
}

/** The description of a tensor. */
export function entry(shape: readonly unknown[], begin: number, end: number, dtype = "F32") {
  return { dtype, shape, data_offsets: [begin, end] };
}
