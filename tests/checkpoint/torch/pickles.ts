/** Writes pickles and files of torch for tests. */

import { ascii, type Bytes, join, joinAll, numbers, zip, type ZipFile } from "../zip.ts";

export const code = (letter: string) => [letter.charCodeAt(0)];

export const none = code("N");
export const mark = code("(");
export const reduce = code("R");
export const build = code("b");
export const emptyDict = code("}");
export const emptyTuple = code(")");
export const newObject = [0x81];

export const text = (value: string): Bytes =>
  join(code("X"), numbers([ascii(value).length, 4]), ascii(value));

export const int = (value: number): Bytes =>
  Math.abs(value) < 2 ** 31
    ? join(code("J"), numbers([value, 4]))
    : join([0x8a, 8], numbers([value, 8]));

export const global = (module: string, name: string): Bytes => ascii(`c${module}\n${name}\n`);

export const tuple = (...values: readonly Bytes[]): Bytes => join(mark, ...values, code("t"));

export const dict = (...entries: readonly (readonly [key: Bytes, value: Bytes])[]): Bytes =>
  join(emptyDict, mark, joinAll(entries.flat()), code("u"));

export const call = (of: Bytes, ...args: readonly Bytes[]): Bytes =>
  join(of, tuple(...args), reduce);

/** Puts the value on top under a number, or recalls one. */
export const put = (key: number): Bytes => join(code("r"), numbers([key, 4]));
export const get = (key: number): Bytes => join(code("j"), numbers([key, 4]));

export interface TensorParts {
  readonly kind?: string;
  readonly key?: string;
  readonly count?: number;
  readonly offset?: number;
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
  /** What stands after the hooks. @default {nothing} */
  readonly metadata?: Bytes;
}

/** A tensor: by default all four numbers of storage 0. */
export function tensor(parts: TensorParts = {}): Bytes {
  const { kind = "FloatStorage", key = "0", count = 4, offset = 0 } = parts;
  const { shape = [4], strides = [1] } = parts;
  const id = tuple(text("storage"), global("torch", kind), text(key), text("cpu"), int(count));
  return call(
    global("torch._utils", "_rebuild_tensor_v2"),
    join(id, code("Q")),
    int(offset),
    tuple(...shape.map(int)),
    tuple(...strides.map(int)),
    [0x89],
    call(global("collections", "OrderedDict")),
    ...parts.metadata === undefined ? [] : [parts.metadata],
  );
}

/** A module, as `torch.save` writes it, with parameters and other modules. */
export const module = (parameters: Bytes, modules: Bytes): Bytes =>
  join(
    global("torch.nn.modules.module", "Module"),
    ...[emptyTuple, newObject],
    dict(
      [text("_parameters"), parameters],
      [text("_buffers"), emptyDict],
      [text("_modules"), modules],
    ),
    build,
  );

export const pickle = (...value: readonly Bytes[]): Uint8Array<ArrayBuffer> =>
  join([0x80, 2], ...value, code("."));

export const FOUR: Uint8Array = new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer);

/** The files of the smallest archive of torch: `w` with four numbers. */
export const PICKLE: ZipFile = { name: "a/data.pkl", bytes: pickle(dict([text("w"), tensor()])) };
export const STORAGE: ZipFile = { name: "a/data/0", bytes: FOUR };

/** A file of torch with a value, and one storage unless others are given. */
export function torchFile(
  value: Bytes,
  others: readonly ZipFile[] = [STORAGE],
): Uint8Array<ArrayBuffer> {
  return zip([{ name: "a/data.pkl", bytes: pickle(value) }, ...others]);
}
