/**
 * Reads a pickle without running anything: every class and function stays a name. See `pickletools.py` of Python for what the opcodes do.
 */

import { ByteStream } from "./byte_stream.ts";
import { construct, storageOf } from "./construct.ts";
import { OP, type Opcode } from "./opcodes.ts";
import { Stack } from "./stack.ts";
import { Dict, Global, Inert, List, type Value } from "./values.ts";

/** Opcodes that are read; the pickle of a training checkpoint with 10,000 tensors has about 600,000. */
const MOST_OPCODES = 2_000_000;
/** Lists, dictionaries, tuples and objects that are made. */
const MOST_OBJECTS = 500_000;

/** A pickle that is larger than that of any model. */
export class PickleTooLarge extends Error {}

/** Reads a pickle. */
export function readPickle(bytes: Uint8Array): Value {
  return new Machine(bytes).run();
}

class Machine {
  readonly #in: ByteStream;
  readonly #stack = new Stack();
  readonly #memo: (Value | undefined)[] = [];
  #objects = 0;

  constructor(bytes: Uint8Array) {
    this.#in = new ByteStream(bytes);
  }

  run(): Value {
    for (let count = 0; count < MOST_OPCODES; count++) {
      const opcode = this.#in.uint8() as Opcode;
      if (opcode === OP.STOP) return this.#stack.pop();
      this.#do(opcode);
    }
    throw new PickleTooLarge(`it has more than ${MOST_OPCODES} opcodes`);
  }

  #do(opcode: Opcode): void {
    const [from, stack] = [this.#in, this.#stack];
    switch (opcode) {
      case OP.PROTO:
        if (from.uint8() > 5) throw new SyntaxError("its protocol is newer than 5");
        return;
      case OP.FRAME:
        return void from.uint64();
      case OP.MARK:
        return stack.mark();
      case OP.POP:
        return stack.popAny();
      case OP.POP_MARK:
        return void stack.popToMark();
      case OP.DUP:
        return stack.push(stack.top);
      case OP.NONE:
        return stack.push(null);
      case OP.NEWTRUE:
        return stack.push(true);
      case OP.NEWFALSE:
        return stack.push(false);
      case OP.BININT:
        return stack.push(from.int32());
      case OP.BININT1:
        return stack.push(from.uint8());
      case OP.BININT2:
        return stack.push(from.uint16());
      case OP.LONG1:
        return stack.push(this.#new(from.long(from.uint8())));
      case OP.LONG4:
        return stack.push(this.#new(from.long(from.uint32())));
      case OP.BINFLOAT:
        return stack.push(from.float64());
      case OP.BINSTRING:
        return stack.push(from.oldText(from.uint32()));
      case OP.SHORT_BINSTRING:
        return stack.push(from.oldText(from.uint8()));
      case OP.BINUNICODE:
        return stack.push(from.text(from.uint32()));
      case OP.SHORT_BINUNICODE:
        return stack.push(from.text(from.uint8()));
      case OP.BINUNICODE8:
        return stack.push(from.text(from.uint64()));
      case OP.BINBYTES:
        return stack.push(this.#new(from.bytes(from.uint32())));
      case OP.SHORT_BINBYTES:
        return stack.push(this.#new(from.bytes(from.uint8())));
      case OP.BINBYTES8:
      case OP.BYTEARRAY8:
        return stack.push(this.#new(from.bytes(from.uint64())));
      case OP.BINPUT:
        return this.#remember(from.uint8());
      case OP.LONG_BINPUT:
        return this.#remember(from.uint32());
      case OP.MEMOIZE:
        return this.#remember(this.#memo.length);
      case OP.BINGET:
        return stack.push(this.#recall(from.uint8()));
      case OP.LONG_BINGET:
        return stack.push(this.#recall(from.uint32()));
      case OP.BINPERSID:
        return stack.push(this.#new(storageOf(stack.pop())));
      default:
        return this.#gather(opcode);
    }
  }

  /** The opcodes that put values together. */
  #gather(opcode: Opcode): void {
    const stack = this.#stack;
    switch (opcode) {
      case OP.EMPTY_TUPLE:
        return stack.push(this.#new([]));
      case OP.TUPLE1:
        return stack.push(this.#new(stack.popMany(1)));
      case OP.TUPLE2:
        return stack.push(this.#new(stack.popMany(2)));
      case OP.TUPLE3:
        return stack.push(this.#new(stack.popMany(3)));
      case OP.TUPLE:
        return stack.push(this.#new(stack.popToMark()));
      case OP.EMPTY_LIST:
      case OP.EMPTY_SET:
        return stack.push(this.#new(new List()));
      case OP.FROZENSET: {
        const items = stack.popToMark();
        stack.push(this.#new(new List()));
        return this.#append(items);
      }
      case OP.APPEND:
        return this.#append(stack.popMany(1));
      case OP.APPENDS:
      case OP.ADDITEMS:
        return this.#append(stack.popToMark());
      case OP.EMPTY_DICT:
        return stack.push(this.#new(new Dict()));
      case OP.SETITEM:
        return this.#setItems(stack.popMany(2));
      case OP.SETITEMS:
        return this.#setItems(stack.popToMark());
      default:
        return this.#make(opcode);
    }
  }

  /** The opcodes that name classes and functions, and ask for them to be called. */
  #make(opcode: Opcode): void {
    const stack = this.#stack;
    switch (opcode) {
      case OP.GLOBAL:
        return stack.push(this.#new(new Global(this.#in.line(), this.#in.line())));
      case OP.STACK_GLOBAL: {
        const [module, name] = stack.popMany(2);
        if (typeof module !== "string" || typeof name !== "string") {
          throw new SyntaxError("a class has no text for a name");
        }
        return stack.push(this.#new(new Global(module, name)));
      }
      case OP.REDUCE:
      case OP.NEWOBJ: {
        const [of, args] = stack.popMany(2);
        return stack.push(this.#new(construct(of!, args!)));
      }
      case OP.NEWOBJ_EX: {
        const [of, args] = stack.popMany(3);
        return stack.push(this.#new(construct(of!, args!)));
      }
      case OP.BUILD: {
        const state = stack.pop();
        const object = stack.top;
        if (object instanceof Inert) object.state = state; // other values have nothing that a model needs
        return;
      }
      default:
        throw new SyntaxError(
          `byte ${this.#in.at - 1} is no opcode that torch writes, 0x${
            (opcode as number).toString(16)
          }`,
        );
    }
  }

  #append(items: readonly Value[]): void {
    const list = this.#stack.top;
    if (list instanceof List) { for (const item of items) list.items.push(item); }
    else if (!(list instanceof Inert)) throw new SyntaxError("it appends to what is no list");
  }

  #setItems(items: readonly Value[]): void {
    const top = this.#stack.top;
    const dict = top instanceof Inert ? top.dict : top;
    if (!(dict instanceof Dict) || items.length % 2 !== 0) {
      throw new SyntaxError("it sets items of what is no dictionary");
    }
    for (const item of items) dict.flat.push(item);
  }

  /** Counts a new object. */
  #new<Of extends Value>(value: Of): Of {
    if (++this.#objects > MOST_OBJECTS) {
      throw new PickleTooLarge(`it makes more than ${MOST_OBJECTS} objects`);
    }
    return value;
  }

  /** Puts the value on top under a number; Python counts them up. */
  #remember(key: number): void {
    if (key >= MOST_OPCODES) throw new PickleTooLarge(`it numbers a value with ${key}`);
    while (this.#memo.length <= key) this.#memo.push(undefined);
    this.#memo[key] = this.#stack.top;
  }

  #recall(key: number): Value {
    const value = this.#memo[key];
    if (value === undefined) throw new SyntaxError(`it recalls number ${key}, which it never put`);
    return value;
  }
}
