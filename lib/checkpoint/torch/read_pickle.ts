/** Reads a pickle without running anything: every class and function stays a name. See `pickletools.py` of Python for what the opcodes do. */

import { Dict, Global, Inert, List, Storage, Tensor, type Value } from "./values.ts";

const LONGEST_NUMBER = 8;

class ByteStream {
  readonly #view: DataView;
  readonly #text = new TextDecoder("utf-8", { fatal: true });
  #at = 0;

  constructor(private readonly whole: Uint8Array) {
    this.#view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  uint8(): number {
    return this.#view.getUint8(this.#skip(1));
  }

  /** A whole number from 0, lowest byte first. One of eight bytes may be rounded; as a length it is too long anyway. */
  uint(length: number): number {
    return this.bytes(length).reduceRight((value, byte) => 256 * value + byte, 0);
  }

  float64(): number {
    return this.#view.getFloat64(this.#skip(8), false);
  }

  /** Bytes, as a view. */
  bytes(length: number): Uint8Array {
    const start = this.#skip(length);
    return this.whole.subarray(start, start + length);
  }

  text(length: number): string {
    const bytes = this.bytes(length);
    try {
      return this.#text.decode(bytes);
    } catch {
      throw new SyntaxError("a text is not in UTF-8");
    }
  }

  line(): string {
    const end = this.whole.indexOf(0x0a, this.#at);
    if (end < 0) throw new SyntaxError("it ends within a line");
    const text = this.text(end - this.#at);
    this.#at++;
    return text;
  }

  /** A whole number in two's complement; one that no tensor can need, of more than eight bytes, stays its bytes. */
  long(length: number): number | bigint | Uint8Array {
    const bytes = this.bytes(length);
    if (length > LONGEST_NUMBER) return bytes;
    let value = 0n;
    for (let i = length - 1; i >= 0; i--) value = value << 8n | BigInt(bytes[i]!);
    value = BigInt.asIntN(8 * length, value);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  /** Moves on, and gives the place before. */
  #skip(length: number): number {
    const start = this.#at;
    if (start + length > this.whole.length) {
      throw new SyntaxError(`it ends at byte ${this.whole.length} instead of ${start + length}`);
    }
    this.#at += length;
    return start;
  }
}

const STOP = 0x2e;

export function readPickle(bytes: Uint8Array): Value {
  const machine = new Machine(bytes);
  for (;;) {
    const opcode = machine.bytes.uint8();
    if (opcode === STOP) return machine.pop();
    const run = OPCODES[opcode];
    if (run === undefined) {
      const place = machine.bytes.at - 1;
      throw new SyntaxError(
        `byte ${place} is no opcode that torch writes, 0x${opcode.toString(16)}`,
      );
    }
    run(machine, machine.bytes);
  }
}

/** The stack of a pickle with its marks, and the values that it has numbered. What lies below the last mark cannot be reached. */
class Machine {
  readonly bytes: ByteStream;
  readonly #values: Value[] = [];
  readonly #marks: number[] = [];
  readonly #memo = new Map<number, Value>();

  constructor(bytes: Uint8Array) {
    this.bytes = new ByteStream(bytes);
  }

  push(value: Value): void {
    this.#values.push(value);
  }

  mark(): void {
    this.#marks.push(this.#values.length);
  }

  get top(): Value {
    this.#need(1);
    return this.#values.at(-1)!;
  }

  pop(): Value {
    return this.take(1)[0]!;
  }

  take(count: number): Value[] {
    this.#need(count);
    return this.#values.splice(this.#values.length - count, count);
  }

  takeToMark(): Value[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw new SyntaxError("its stack has no mark");
    return this.#values.splice(mark);
  }

  /** Takes the value on top, or the mark if there is none above it. */
  popAny(): void {
    if (this.#marks.length > 0 && this.#values.length === this.#marks.at(-1)) this.#marks.pop();
    else this.pop();
  }

  append(items: readonly Value[]): void {
    const list = this.top;
    if (list instanceof List) { for (const item of items) list.items.push(item); }
    else if (!(list instanceof Inert)) throw new SyntaxError("it appends to what is no list");
  }

  setItems(items: readonly Value[]): void {
    const dict = this.top;
    if (!(dict instanceof Dict) || items.length % 2 !== 0) {
      throw new SyntaxError("it sets items of what is no dictionary");
    }
    for (const item of items) dict.flat.push(item);
  }

  /** Gives the value on top a number; Python counts them up. */
  remember(key: number = this.#memo.size): void {
    this.#memo.set(key, this.top);
  }

  recall(key: number): void {
    const value = this.#memo.get(key);
    if (value === undefined) throw new SyntaxError(`it recalls number ${key}, which it never put`);
    this.#values.push(value);
  }

  #need(count: number): void {
    if (this.#values.length - count < (this.#marks.at(-1) ?? 0)) {
      throw new SyntaxError("its stack is empty");
    }
  }
}

/** What the opcodes of protocols 2 to 5 do, by Python's names; those of extension codes and of buffers outside the pickle are missing. */
const OPCODES: Readonly<Record<number, (machine: Machine, bytes: ByteStream) => void>> = {
  0x80: protocol, // PROTO
  0x95: (_, bytes) => bytes.uint(8), // FRAME
  0x28: (machine) => machine.mark(), // MARK
  0x30: (machine) => machine.popAny(), // POP
  0x31: (machine) => machine.takeToMark(), // POP_MARK
  0x32: (machine) => machine.push(machine.top), // DUP

  0x4e: (machine) => machine.push(null), // NONE
  0x88: (machine) => machine.push(true), // NEWTRUE
  0x89: (machine) => machine.push(false), // NEWFALSE
  0x4a: (machine, bytes) => machine.push(bytes.long(4)), // BININT
  0x4b: (machine, bytes) => machine.push(bytes.uint8()), // BININT1
  0x4d: (machine, bytes) => machine.push(bytes.uint(2)), // BININT2
  0x47: (machine, bytes) => machine.push(bytes.float64()), // BINFLOAT
  0x8a: (machine, bytes) => machine.push(bytes.long(bytes.uint8())), // LONG1
  0x8b: (machine, bytes) => machine.push(bytes.long(bytes.uint(4))), // LONG4
  0x58: (machine, bytes) => machine.push(bytes.text(bytes.uint(4))), // BINUNICODE
  0x8c: (machine, bytes) => machine.push(bytes.text(bytes.uint8())), // SHORT_BINUNICODE
  0x8d: (machine, bytes) => machine.push(bytes.text(bytes.uint(8))), // BINUNICODE8
  0x42: (machine, bytes) => machine.push(bytes.bytes(bytes.uint(4))), // BINBYTES
  0x43: (machine, bytes) => machine.push(bytes.bytes(bytes.uint8())), // SHORT_BINBYTES
  0x8e: (machine, bytes) => machine.push(bytes.bytes(bytes.uint(8))), // BINBYTES8
  0x96: (machine, bytes) => machine.push(bytes.bytes(bytes.uint(8))), // BYTEARRAY8

  0x29: (machine) => machine.push([]), // EMPTY_TUPLE
  0x85: (machine) => machine.push(machine.take(1)), // TUPLE1
  0x86: (machine) => machine.push(machine.take(2)), // TUPLE2
  0x87: (machine) => machine.push(machine.take(3)), // TUPLE3
  0x74: (machine) => machine.push(machine.takeToMark()), // TUPLE
  0x5d: (machine) => machine.push(new List()), // EMPTY_LIST
  0x8f: (machine) => machine.push(new List()), // EMPTY_SET
  0x91: frozenSet, // FROZENSET
  0x61: (machine) => machine.append(machine.take(1)), // APPEND
  0x65: (machine) => machine.append(machine.takeToMark()), // APPENDS
  0x90: (machine) => machine.append(machine.takeToMark()), // ADDITEMS
  0x7d: (machine) => machine.push(new Dict()), // EMPTY_DICT
  0x73: (machine) => machine.setItems(machine.take(2)), // SETITEM
  0x75: (machine) => machine.setItems(machine.takeToMark()), // SETITEMS

  0x71: (machine, bytes) => machine.remember(bytes.uint8()), // BINPUT
  0x72: (machine, bytes) => machine.remember(bytes.uint(4)), // LONG_BINPUT
  0x94: (machine) => machine.remember(), // MEMOIZE
  0x68: (machine, bytes) => machine.recall(bytes.uint8()), // BINGET
  0x6a: (machine, bytes) => machine.recall(bytes.uint(4)), // LONG_BINGET

  0x63: (machine, bytes) => machine.push(new Global(bytes.line(), bytes.line())), // GLOBAL
  0x93: stackGlobal, // STACK_GLOBAL
  0x52: (machine) => call(machine, 2), // REDUCE
  0x81: (machine) => call(machine, 2), // NEWOBJ
  0x92: (machine) => call(machine, 3), // NEWOBJ_EX, whose named arguments come last
  0x62: setState, // BUILD
  0x51: (machine) => machine.push(storageOf(machine.pop())), // BINPERSID
};

function protocol(_: Machine, bytes: ByteStream): void {
  if (bytes.uint8() > 5) throw new SyntaxError("its protocol is newer than 5");
}

function frozenSet(machine: Machine): void {
  const items = machine.takeToMark();
  machine.push(new List());
  machine.append(items);
}

function stackGlobal(machine: Machine): void {
  const [module, name] = machine.take(2);
  if (typeof module !== "string" || typeof name !== "string") {
    throw new SyntaxError("a class has no text for a name");
  }
  machine.push(new Global(module, name));
}

function call(machine: Machine, count: 2 | 3): void {
  const [callee, args] = machine.take(count);
  machine.push(construct(callee!, args!));
}

function setState(machine: Machine): void {
  const state = machine.pop();
  const object = machine.top;
  if (object instanceof Inert) object.state = state; // other values have nothing that a model needs
}

function construct(of: Value, args: Value): Value {
  if (of instanceof Global && Array.isArray(args)) {
    const made = KNOWN.get(of.module)?.get(of.name)?.(args as readonly Value[]);
    if (made !== undefined) return made;
  }
  return new Inert(of, args);
}

/** What a known call makes; undefined if the arguments are not as expected. */
type Make = (args: readonly Value[]) => Value | undefined;

const BUILTINS = { dict, list, set: list, frozenset: list };

const KNOWN: ReadonlyMap<string, ReadonlyMap<string, Make>> = byModule({
  builtins: BUILTINS,
  __builtin__: BUILTINS,
  collections: { OrderedDict: dict, defaultdict: () => new Dict() },
  torch: { Size: ([sizes]) => Array.isArray(sizes) ? sizes : undefined },
  "torch._utils": {
    _rebuild_tensor: tensor,
    _rebuild_tensor_v2: tensor,
    _rebuild_tensor_v3: tensorOfType,
    _rebuild_parameter: first,
    _rebuild_parameter_with_state: first,
  },
  "torch._tensor": { _rebuild_from_type_v2: subclass },
});

/** The same as maps: an object has names of its own, such as "constructor". */
function byModule(known: Readonly<Record<string, Readonly<Record<string, Make>>>>) {
  return new Map(
    Object.entries(known).map(([module, names]) => [module, new Map(Object.entries(names))]),
  );
}

/** Of a tensor, the tensor itself. */
function first([value]: readonly Value[]): Value | undefined {
  return value instanceof Tensor ? value : undefined;
}

/** (storage, offset, shape, strides, requires_grad, hooks, metadata) */
function tensor(args: readonly Value[]): Value | undefined {
  const [storage, offset, shape, strides, , , metadata] = args;
  const isRight = storage instanceof Storage && strides !== undefined && !marksView(metadata);
  return isRight ? new Tensor(storage, offset!, shape!, strides) : undefined;
}

/** (storage, offset, shape, strides, requires_grad, hooks, dtype, metadata) */
function tensorOfType(args: readonly Value[]): Value | undefined {
  const [storage, offset, shape, strides, , , dtype, metadata] = args;
  const isRight = storage instanceof Storage && dtype instanceof Global && !marksView(metadata);
  return isRight ? new Tensor(storage, offset!, shape!, strides!, dtype.name) : undefined;
}

/** Whether metadata mark a tensor as the conjugate or the negative of its storage. */
function marksView(metadata: Value | undefined): boolean {
  return metadata instanceof Dict && metadata.flat.length > 0;
}

/** (function, class, its arguments, state), of a tensor with attributes of its own */
function subclass([of, , args]: readonly Value[]): Value | undefined {
  const isTensor = of instanceof Global && of.module === "torch._utils" &&
    of.name.startsWith("_rebuild_tensor");
  return isTensor && args !== undefined ? construct(of, args) : undefined;
}

/** An empty list or set, or the list that it is made from: copies could be asked for without end. */
function list([items]: readonly Value[]): Value {
  return items instanceof List ? items : new List();
}

/** An empty dictionary; for the same reason none that is made from another value. */
function dict(args: readonly Value[]): Value | undefined {
  return args.length === 0 ? new Dict() : undefined;
}

/** The storage that a persistent identifier names. */
function storageOf(id: Value): Storage {
  if (Array.isArray(id)) {
    const [tag, kind, key, , count] = id as readonly Value[];
    const isRight = tag === "storage" && kind instanceof Global && typeof key === "string" &&
      typeof count === "number" && Number.isSafeInteger(count) && count >= 0;
    if (isRight) return new Storage(kind.name, key, count);
  }
  throw new SyntaxError("a storage is not described as torch does");
}
