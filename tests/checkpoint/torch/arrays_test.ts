import { onDisk } from "../../../lib/files/read_file.ts";
import { assertEquals } from "@std/assert";
import { openCheckpoint } from "../../../lib/checkpoint/checkpoint.ts";
import { readNumbers } from "../../../lib/checkpoint/read_numbers.ts";
import { Folder } from "../fixtures.ts";
import { assertRefused } from "../refused.ts";
import { join } from "../zip.ts";
import * as p from "./pickles.ts";
import { dict, tensor, type TensorParts, text, torchFile } from "./pickles.ts";

const CODE = "weights-damaged";
const one = (parts: TensorParts) => torchFile(dict([text("w"), tensor(parts)]));

Deno.test("torchArrays() reads tensors within their storage, to its last number", () => {
  using folder = new Folder();
  const read = (
    parts: TensorParts,
  ) => [...readNumbers(openCheckpoint(onDisk(folder.write("a", one(parts)))).arrays.get("w")!)];
  assertEquals(read({ shape: [2, 2], strides: [1, 2] }), [1, 3, 2, 4]);
  assertEquals(read({ offset: 1, shape: [2], strides: [2] }), [2, 4]);
  assertEquals(read({ offset: 3, shape: [], strides: [] }), [4]);
  assertEquals(read({ offset: 4, shape: [0, 9], strides: [9, 1] }), []);
  assertEquals(read({ shape: [3, 2], strides: [0, 3] }), [1, 4, 1, 4, 1, 4]);
  assertEquals(read({ kind: "ShortStorage", count: 8, offset: 1, shape: [2] }), [16256, 0]);
});

Deno.test("torchArrays() takes the count of an untyped storage for bytes", () => {
  const { call, global, int, none, tuple } = p;
  const tensorOf = (bytes: number) => { // torch's _rebuild_tensor_v3, with the type at its end
    const kind = global("torch", "UntypedStorage");
    const id = tuple(text("storage"), kind, text("0"), text("cpu"), int(bytes));
    const [shape, strides] = [tuple(int(3)), tuple(int(1))];
    const rest = [int(1), shape, strides, none, none, global("torch", "float32")];
    return call(global("torch._utils", "_rebuild_tensor_v3"), join(id, [0x51]), ...rest);
  };
  using folder = new Folder();
  const path = folder.write("a", torchFile(dict([text("w"), tensorOf(16)])));
  assertEquals([...readNumbers(openCheckpoint(onDisk(path)).arrays.get("w")!)], [2, 3, 4]);
  const short = torchFile(dict([text("w"), tensorOf(4)]));
  assertRefused(short, CODE, '"w" reaches byte 16 of a storage of 4');
});

Deno.test("torchArrays() refuses tensors that leave their storage", () => {
  const leaves = (parts: TensorParts, message: string) => assertRefused(one(parts), CODE, message);
  leaves({ shape: [5] }, '"w" reaches byte 20 of a storage of 16');
  leaves({ offset: 1 }, "reaches byte 20 of a storage of 16");
  leaves({ shape: [2, 2], strides: [3, 1] }, "reaches byte 20 of a storage of 16");
  leaves({ shape: [2, 3], strides: [2 ** 52, 2 ** 52] }, "of a storage of 16");
  leaves({ offset: 5, shape: [0], strides: [1] }, "of a storage of 16");
  leaves({ offset: 2 ** 52 }, "of a storage of 16");
  leaves({ count: 5 }, '"w" is in a storage of 16 bytes instead of 20');
  leaves({ count: 2 ** 52 }, "is in a storage of 16 bytes instead of");
  leaves({ count: 3, shape: [3] }, '"w" is in a storage of 16 bytes instead of 12');
  leaves({ key: "1" }, '"w" is in storage "1", which the file lacks');
  leaves({ key: "../data.pkl" }, "which the file lacks");
});

Deno.test("torchArrays() refuses impossible shapes, strides and offsets", () => {
  const wrong = "has no proper shape, strides and offset";
  const parts: TensorParts[] = [
    { shape: [-1] },
    { strides: [-1] },
    { offset: -1 },
    { shape: [2, 2], strides: [1] },
    { shape: new Array(65).fill(1), strides: new Array(65).fill(1) },
    { shape: [2 ** 53] },
  ];
  for (const each of parts) assertRefused(one(each), CODE, wrong);
  const impossible = "has an impossible shape, [4294967296, 4294967296]";
  assertRefused(one({ shape: [2 ** 32, 2 ** 32], strides: [0, 0] }), CODE, impossible);
  assertRefused(one({ shape: [2 ** 52, 0, 2 ** 52], strides: [0, 0, 0] }), CODE, "impossible");
  const expanded = one({ shape: [2 ** 40], strides: [0] });
  assertRefused(expanded, "weights-damaged", '"w" repeats 1 numbers to make 1099511627776');
});

Deno.test("torchArrays() refuses more tensors than any model has, and takes many", () => {
  const many = (count: number) =>
    torchFile(join(tensor(), p.put(1), p.code("0"), p.manyKeys(count, p.get(1))));
  assertRefused(many(100_001), "weights-damaged", "it names 100001 tensors");
  using folder = new Folder();
  const path = folder.write("a", many(50_000));
  assertEquals(openCheckpoint(onDisk(path)).arrays.size, 50_000);
});
