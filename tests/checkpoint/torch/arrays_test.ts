import { assertEquals } from "@std/assert";
import { arraysIn, assertRefused, FOLDER } from "../fixtures.ts";
import { ascii, type Bytes, join, zip } from "../zip.ts";
import * as p from "./pickles.ts";
import {
  dict,
  int,
  PICKLE,
  STORAGE,
  tensor,
  type TensorParts,
  text,
  torchFile,
} from "./pickles.ts";

const CODE = "weights-damaged";
const one = (parts: TensorParts) => torchFile(dict([text("w"), tensor(parts)]));

Deno.test("torchArrays() reads tensors within their storage, to its last number", () => {
  const read = (parts: TensorParts) => [...arraysIn(one(parts)).get("w")!];
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
  const whole = torchFile(dict([text("w"), tensorOf(16)]));
  assertEquals([...arraysIn(whole).get("w")!], [2, 3, 4]);
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
    { shape: [2 ** 53] },
  ];
  for (const each of parts) assertRefused(one(each), CODE, wrong);
});

Deno.test("torchArrays() refuses the negative or conjugate of a storage, whose numbers have other signs", () => {
  const metadata = dict([text("neg"), [0x88]]);
  const says = 'its numbers are stored as "torch._utils._rebuild_tensor_v2"';
  assertRefused(one({ metadata }), "weights-format-unknown", says);
  assertEquals(namesIn(dict([text("w"), tensor({ metadata: p.emptyDict })])), ["w"]);
});

function namesIn(value: Bytes): string[] {
  return [...arraysIn(torchFile(value)).keys()];
}

const weights = (name: string) => dict([text(name), tensor()]);

Deno.test("findStateDict() finds the weights in what surrounds them", () => {
  const optimizer = dict(
    [text("state"), dict([int(0), weights("exp_avg")])],
    [text("param_groups"), p.none],
  );
  const with_ = (...entries: [Bytes, Bytes][]) =>
    dict([text("optimizer"), optimizer], [text("epoch"), int(3)], ...entries);
  assertEquals(namesIn(weights("w")), ["w"]);
  const others = dict([text("w"), tensor()], [text("n"), int(1)], [int(3), tensor()]);
  assertEquals(namesIn(others), ["w"]);
  assertEquals(namesIn(with_([text("state_dict"), weights("w")])), ["w"]);
  assertEquals(namesIn(with_([text("anything"), weights("w")])), ["w"]);
  const best: [Bytes, Bytes] = [text("best"), tensor({ shape: [1] })];
  assertEquals(namesIn(with_(best, [text("model"), weights("w")])), ["w"], "the usual name wins");
  assertEquals(namesIn(with_(best, [text("anything"), weights("w")])), ["best"]);
  const other: [Bytes, Bytes] = [text("teacher"), weights("t")];
  assertEquals(namesIn(with_(other, [text("ema"), weights("w")])), ["w"]);
  const named = with_([text("model"), text("ViT-B-32")], [text("net"), weights("w")]);
  assertEquals(namesIn(named), ["w"]);
});

Deno.test("findStateDict() takes an object with items for a dictionary", () => {
  const settings = join(p.global("easydict", "EasyDict"), p.emptyTuple, p.newObject);
  const items = [p.mark, text("state_dict"), weights("w"), [0x75]];
  assertEquals(namesIn(join(settings, ...items)), ["w"]);
  const namespace = join(p.global("argparse", "Namespace"), p.emptyTuple, p.newObject);
  const state = join(namespace, dict([text("w"), tensor()]), p.build);
  assertEquals(namesIn(dict([text("clip"), weights("w")], [text("args"), state])), ["w"]);
});

Deno.test("findStateDict() does not choose between several models", () => {
  const code = "weights-not-one-model";
  const file = Deno.readFileSync(`${FOLDER}two_models.pt`);
  const message =
    `there are tensors under "model", "ema"; expected one set of weights; save the one that you mean alone`;
  assertRefused(file, code, message);
  const two = dict([text("student"), weights("w")], [text("teacher"), weights("w")]);
  assertRefused(torchFile(two), code, `there are tensors under "student", "teacher"`);
  const many = Array.from({ length: 1000 }, (_, i) => [text(`m${i}`), weights("w")] as const);
  assertRefused(torchFile(dict(...many)), code, '"m7"; expected');
});

Deno.test("findStateDict() says what a file without weights holds", () => {
  const code = "weights-not-one-model";
  const message = `no tensors are under "epoch", "notes"; save the model's state_dict() alone`;
  assertRefused(Deno.readFileSync(`${FOLDER}no_weights.pt`), code, message);
  assertRefused(torchFile(p.emptyDict), code, "its dictionary is empty");
  const neither = "it holds neither a dictionary nor a module";
  for (const value of [p.none, int(3), tensor(), p.tuple(tensor()), p.global("a", "b")]) {
    assertRefused(torchFile(value), code, neither);
  }
  const empty = p.module(p.emptyDict, p.emptyDict);
  assertRefused(torchFile(empty), code, "its module has no parameters");
  assertRefused(torchFile(dict([text("model"), empty])), code, "its module has no parameters");
  const nested = dict([text("a"), dict([text("state_dict"), weights("w")])], [int(1), p.none]);
  assertRefused(torchFile(nested), code, 'no tensors are under "a", another key');
});

Deno.test("findStateDict() refuses a name that stands there twice", () => {
  const twice = dict([text("w"), tensor()], [text("w"), tensor({ offset: 1, shape: [1] })]);
  assertRefused(torchFile(twice), "weights-damaged", `its dictionary has "w" twice`);
});

Deno.test("TorchArchive gives the places of storages, whatever the folder is called", () => {
  const name = "archive.ünder v1";
  const files = [PICKLE, STORAGE].map((file) => ({ ...file, name: file.name.replace("a", name) }));
  const others = [
    { name: `${name}/byteorder`, bytes: ascii("little") },
    { name: `${name}/version`, bytes: ascii("3\n") },
    { name: `${name}/code/model.py`, bytes: ascii("a".repeat(100)), deflated: true }, // of TorchScript; not read
  ];
  assertEquals(arraysIn(zip([...others, ...files])).get("w"), Float32Array.of(1, 2, 3, 4));
});

Deno.test("TorchArchive refuses compressed and encrypted files, so that none can swell", () => {
  const bomb = { name: "a/data.pkl", bytes: new Uint8Array(50_000_000), deflated: true };
  const message =
    "it is compressed or encrypted; expected a zip archive as torch writes it, without compression";
  assertRefused(zip([bomb, STORAGE]), "weights-format-unknown", message);
  assertRefused(
    zip([PICKLE, { ...STORAGE, deflated: true }]),
    "weights-format-unknown",
    `"a/data/0"`,
  );
  const secret = { ...STORAGE, says: { flags: 1 } };
  assertRefused(zip([PICKLE, secret]), "weights-format-unknown", message);
  const unequal = { ...STORAGE, says: { size: 12 } };
  assertRefused(zip([PICKLE, unequal]), "weights-format-unknown", message);
});

Deno.test("TorchArchive refuses big-endian numbers", () => {
  const order = { name: "a/byteorder", bytes: ascii("big") };
  const message = "its numbers are big-endian; expected a file in safetensors";
  assertRefused(zip([PICKLE, STORAGE, order]), "weights-format-unknown", message);
});

Deno.test("TorchArchive refuses several pickles", () => {
  const two = zip([PICKLE, { ...PICKLE, name: "b/data.pkl" }]);
  assertRefused(two, "weights-format-unknown", "it is a zip archive without the one data.pkl");
});
