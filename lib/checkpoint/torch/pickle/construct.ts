/** What calling a class or a function of Python would make. Only what weights need is known; everything else becomes a record of the request. */

import { Dict, Global, Inert, List, Storage, Tensor, type Value } from "./values.ts";

export function construct(of: Value, args: Value): Value {
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
  if (!(storage instanceof Storage) || strides === undefined || marksView(metadata)) {
    return undefined;
  }
  return new Tensor(storage, offset!, shape!, strides);
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
export function storageOf(id: Value): Storage {
  if (Array.isArray(id)) {
    const [tag, kind, key, , count] = id as readonly Value[];
    const isRight = tag === "storage" && kind instanceof Global && typeof key === "string" &&
      typeof count === "number" && Number.isSafeInteger(count) && count >= 0;
    if (isRight) return new Storage(kind.name, key, count);
  }
  throw new SyntaxError("a storage is not described as torch does");
}
