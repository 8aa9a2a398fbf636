import { assert, assertEquals, assertThrows } from "@std/assert";
import { onDisk } from "../../../lib/files/read_file.ts";
import { readPickle } from "../../../lib/checkpoint/torch/read_pickle.ts";
import { Dict, Global, Inert, List, type Value } from "../../../lib/checkpoint/torch/values.ts";
import { assertRefused, Folder } from "../fixtures.ts";
import { ascii, type Bytes, join, joinAll, numbers } from "../zip.ts";
import * as p from "./pickles.ts";
import { code, dict, global, int, pickle, tensor, text, torchFile, tuple } from "./pickles.ts";

/** A value in a form that can be compared. */
function plain(value: Value): unknown {
  if (value instanceof List) return { list: value.items.map(plain) };
  if (value instanceof Global) return value.path;
  if (value instanceof Uint8Array) return { bytes: [...value] };
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Inert) {
    const { of, args, state = null, flat } = value;
    return { of: plain(of), args: plain(args), state: plain(state), items: flat.map(plain) };
  }
  if (value instanceof Dict) return { dict: [...value.entries()].map((entry) => entry.map(plain)) };
  return value;
}

const read = (...parts: Bytes[]) => plain(readPickle(pickle(...parts)));
/** What Python wrote, in base64. */
const python = (base64: string) => plain(readPickle(Uint8Array.fromBase64(base64)));

Deno.test("readPickle() reads numbers as Python writes them", () => {
  // pickle.dumps([0, 255, 256, 65535, 65536, -1, -2**31, 2**31, -2**31-1, 2**53-1, 2**53, -2**63, 2**64, 1.5, -0.0, True, False, None], 2)
  const values =
    "gAJdcQAoSwBL/00AAU3//0oAAAEASv////9KAAAAgIoFAAAAgACKBf///3//igf///////8figcAAAAAAAAgiggAAAAAAAAAgIoJAAAAAAAAAAABRz/4AAAAAAAAR4AAAAAAAAAAiIlOZS4=";
  assertEquals(python(values), {
    list: [
      ...[0, 255, 256, 65535, 65536, -1, -(2 ** 31), 2 ** 31, -(2 ** 31) - 1, 2 ** 53 - 1],
      ...[
        2n ** 53n,
        -(2n ** 63n),
        { bytes: [0, 0, 0, 0, 0, 0, 0, 0, 1] },
        1.5,
        -0,
        true,
        false,
        null,
      ],
    ],
  });
  assertEquals(read([0x8a, 0]), 0);
  assertEquals(read([0x8b, ...numbers([3, 4]), 1, 0, 0x80]), -(2 ** 23) + 1);
});

Deno.test("readPickle() reads texts, bytes and collections of every protocol", () => {
  const euro = ascii("€");
  assertEquals(read([0x8c, 3], euro), "€");
  assertEquals(read([0x8d, ...numbers([3, 8])], euro), "€");
  assertEquals(read(text("a".repeat(100) + "ä")), "a".repeat(100) + "ä");
  const bytes = { bytes: [1, 2] };
  assertEquals(read([0x43, 2, 1, 2]), bytes);
  assertEquals(read([0x42, ...numbers([2, 4]), 1, 2]), bytes);
  assertEquals(read([0x8e, ...numbers([2, 8]), 1, 2]), bytes);
  assertEquals(read([0x96, ...numbers([2, 8]), 1, 2]), bytes);
  const [one, two, three] = [int(1), int(2), int(3)];
  assertEquals(read(one, [0x85]), [1]);
  assertEquals(read(one, two, [0x86]), [1, 2]);
  assertEquals(read(one, two, three, [0x87]), [1, 2, 3]);
  assertEquals(read(code("]"), one, code("a"), p.mark, two, three, code("e")), { list: [1, 2, 3] });
  assertEquals(read([0x8f], p.mark, one, [0x90]), { list: [1] });
  assertEquals(read(p.mark, one, two, [0x91]), { list: [1, 2] });
  assertEquals(read(p.emptyDict, one, two, code("s")), { dict: [[1, 2]] });
  assertEquals(read(one, two, code("0")), 1);
  assertEquals(read(one, p.mark, two, code("0"), code("0")), 1);
  assertEquals(read(one, p.mark, two, code("1")), 1);
  assertEquals(read(one, code("2"), [0x86]), [1, 1]);
  assertEquals(read([0x95], numbers([99, 8]), one, [0x94], code("0"), code("h"), [0]), 1);
  assertEquals(read(one, code("q"), [7], code("0"), code("h"), [7]), 1);
  assertEquals(read(one, p.put(700), code("0"), p.get(700)), 1);
});

Deno.test("readPickle() keeps classes, calls and states as they are asked for", () => {
  const args = tuple(int(1));
  const made = { of: "a.b", args: [1], state: null, items: [] };
  assertEquals(read(global("a", "b"), args, p.reduce), made);
  assertEquals(read(global("a", "b"), args, p.newObject), made);
  assertEquals(read(global("a", "b"), args, p.emptyDict, [0x92]), made);
  assertEquals(read(text("a"), text("b"), [0x93], args, p.reduce), made);
  assertEquals(read(global("a", "b"), args, p.reduce, int(5), p.build), { ...made, state: 5 });
  const items = [p.mark, int(1), int(2), code("u")];
  assertEquals(read(global("a", "b"), args, p.reduce, ...items), { ...made, items: [1, 2] });
  assertEquals(read(global("a", "b"), args, p.reduce, int(1), code("a")), made);
  const ordered = [p.call(global("collections", "OrderedDict")), ...items];
  assertEquals(read(...ordered, dict([text("_metadata"), int(1)]), p.build), { dict: [[1, 2]] });
  const list = join(code("]"), int(1), code("a"));
  assertEquals(read(p.call(global("builtins", "set"), list)), { list: [1] });
  assertEquals(read(p.call(global("torch", "Size"), args)), [1]);
  assertEquals(read(p.call(global("toString", "constructor"))), {
    of: "toString.constructor",
    ...{ args: [], state: null, items: [] },
  });
});

/** Names of functions that would do something, with what they would be given. */
const HARMFUL: readonly (readonly [string, string, (target: string) => Bytes[]])[] = [
  ["os", "system", (target) => [text(`touch ${target}`)]],
  ["builtins", "eval", (target) => [text(`open(${JSON.stringify(target)}, "w")`)]],
  ["builtins", "getattr", () => [global("os", "system"), text("system")]],
  ["torch", "load", (target) => [text(target)]],
  ["torch._utils", "_import_dotted_name", () => [text("os.system")]],
  ["Deno", "writeTextFileSync", (target) => [text(target), text("a")]],
];

Deno.test("readPickle() runs nothing: calls beside, around and within the weights leave no trace", async () => {
  using folder = new Folder();
  const target = `${folder.path}/ran`;
  const { openCheckpoint } = await import("../../../lib/checkpoint/checkpoint.ts");
  for (const [module, name, args] of HARMFUL) {
    const call = p.call(global(module, name), ...args(target));
    const nested = p.call(p.call(global(module, name), ...args(target)), call);
    const object = join(global(module, name), tuple(...args(target)), p.newObject, call, p.build);
    const value = dict(
      [text("w"), tensor()],
      ...[call, nested, object].flatMap((harm, i) =>
        [[text(`${i}`), harm], [text(`in ${i}`), dict([text("a"), harm])]] as const
      ),
      [call, call],
    );
    const path = folder.write("a", torchFile(value));
    assertEquals([...openCheckpoint(onDisk(path)).arrays.keys()], ["w"], `${module}.${name}`);
    const [neither, rebuilt] = [
      "it holds neither a dictionary nor a module",
      '_rebuild_parameter"',
    ];
    assertRefused(torchFile(call), "weights-not-one-model", neither);
    const weight = p.call(global("torch._utils", "_rebuild_parameter"), call);
    assertRefused(torchFile(dict([text("w"), weight])), "weights-format-unknown", rebuilt);
  }
  assertEquals([...Deno.readDirSync(folder.path)].map(({ name }) => name), ["a"]);
});

Deno.test("readPickle() refuses what is no pickle", () => {
  const wrong: [Bytes, string][] = [
    [code("."), "its stack is empty"],
    [[0x85], "its stack is empty"],
    [join(int(1), p.mark, code("0"), [0x86]), "its stack is empty"],
    [join(int(1), p.mark, code(".")), "its stack is empty"],
    [code("t"), "its stack has no mark"],
    [join([0x80, 6]), "its protocol is newer than 5"],
    [code("h").concat(3), "it recalls number 3, which it never put"],
    [join(int(1), code("a")), "its stack is empty"],
    [join(int(1), int(1), code("a")), "it appends to what is no list"],
    [join(int(1), int(1), int(1), code("s")), "it sets items of what is no dictionary"],
    [join(p.emptyDict, p.mark, int(1), code("u")), "it sets items of what is no dictionary"],
    [join(int(1), text("a"), [0x93]), "a class has no text for a name"],
    [[0x8c, 1, 0xff], "a text is not in UTF-8"],
    [ascii("cos\nsystem"), "it ends within a line"],
    [[0x58, 255, 255, 255, 255], "it ends at byte"],
    [[0x8d, 255, 255, 255, 255, 255, 255, 255, 255], "it ends at byte"],
    [[0x8b, 255, 255, 255, 255], "it ends at byte"],
    [ascii("I1\n"), "byte 2 is no opcode that torch writes, 0x49"],
    [[0x82, 1], "byte 2 is no opcode that torch writes, 0x82"],
    [[0x97], "byte 2 is no opcode that torch writes, 0x97"],
    [[], "its stack is empty"],
  ];
  for (const [bytes, message] of wrong) {
    assertThrows(() => read(bytes), SyntaxError, message);
    const file = torchFile(bytes);
    assertRefused(file, "weights-damaged", `its data.pkl is no pickle of torch, ${message}`);
  }
  assertThrows(() => readPickle(new Uint8Array()), SyntaxError, "it ends at byte 0 instead of 1");
});

Deno.test("readPickle() reads values that contain themselves, and sharing that grows like a power", () => {
  const list = [code("]"), p.put(0), p.get(0), code("a")];
  const value = readPickle(pickle(...list)) as List;
  assertEquals(value.items[0] === value, true);
  let bomb: Bytes = code("]");
  for (let i = 0; i < 1000; i++) bomb = join(bomb, p.put(i), p.get(i), [0x86]);
  assert(Array.isArray(readPickle(pickle(bomb))));
  assertRefused(torchFile(bomb), "weights-not-one-model", "neither a dictionary nor a module");
  const inDict = dict([text("bomb"), bomb], [text("self"), joinAll(list)], [text("w"), tensor()]);
  const twice = dict([text("a"), inDict], [text("b"), inDict]);
  assertRefused(torchFile(twice), "weights-not-one-model", "");
  const rebuild = global("torch._tensor", "_rebuild_from_type_v2");
  let deep: Bytes = p.none; // a call for a tensor, as the arguments of a call for a tensor, …
  for (let i = 0; i < 20_000; i += 100) {
    const calls = new Array(100).fill(join(rebuild, p.none));
    deep = join(...calls, deep, ...new Array(100).fill([0x87]));
  }
  const whole = torchFile(join(rebuild, deep, p.reduce));
  assertRefused(whole, "weights-not-one-model", "neither a dictionary");
});
