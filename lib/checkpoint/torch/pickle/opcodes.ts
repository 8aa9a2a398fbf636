/**
 * The opcodes of Python's pickles that protocols 2 to 5 write, by the names in Python's `pickle.py`. Those of extension codes and of buffers
 * outside the pickle are missing: what they refer to is not in the file.
 */

export const OP = {
  ...{ MARK: 0x28, STOP: 0x2e, POP: 0x30, POP_MARK: 0x31, DUP: 0x32, PROTO: 0x80, FRAME: 0x95 },
  ...{ BINFLOAT: 0x47, BININT: 0x4a, BININT1: 0x4b, BININT2: 0x4d, LONG1: 0x8a, LONG4: 0x8b },
  ...{ NONE: 0x4e, NEWTRUE: 0x88, NEWFALSE: 0x89, BINSTRING: 0x54, SHORT_BINSTRING: 0x55 },
  ...{ BINUNICODE: 0x58, SHORT_BINUNICODE: 0x8c, BINUNICODE8: 0x8d },
  ...{ BINBYTES: 0x42, SHORT_BINBYTES: 0x43, BINBYTES8: 0x8e, BYTEARRAY8: 0x96 },
  ...{ EMPTY_LIST: 0x5d, APPEND: 0x61, APPENDS: 0x65 },
  ...{ EMPTY_SET: 0x8f, ADDITEMS: 0x90, FROZENSET: 0x91 },
  ...{ EMPTY_DICT: 0x7d, SETITEM: 0x73, SETITEMS: 0x75 },
  ...{ EMPTY_TUPLE: 0x29, TUPLE: 0x74, TUPLE1: 0x85, TUPLE2: 0x86, TUPLE3: 0x87 },
  ...{ BINGET: 0x68, LONG_BINGET: 0x6a, BINPUT: 0x71, LONG_BINPUT: 0x72, MEMOIZE: 0x94 },
  ...{ GLOBAL: 0x63, STACK_GLOBAL: 0x93, REDUCE: 0x52, BUILD: 0x62, NEWOBJ: 0x81 },
  ...{ NEWOBJ_EX: 0x92, BINPERSID: 0x51 },
} as const;

/** The number of a kind of opcode. */
export type Opcode = typeof OP[keyof typeof OP];
