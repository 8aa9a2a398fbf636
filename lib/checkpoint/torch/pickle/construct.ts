/** What calling a class or a function of Python would make. Only what weights need is known; everything else becomes a record of the request. */

import { Dict, Global, Inert, List, Storage, Tensor, type Value } from "./values.ts";

/**
 * The value for a call.
 *
 * @param of What is called.
 * @param args Its arguments.
 * @returns The value; of unknown classes and functions, a record with their name and arguments.
 */
export function construct(of: Value, args: Value): Value {
  if (of instanceof Global && Array.isArray(args)) {
    const make = KNOWN.get(of.path);
    const made = make?.(args as readonly Value[]);
    if (made !== undefined) return made;
  }
  return new Inert(of, args);
}

/** The known calls; undefined if the arguments are not as expected. */
const KNOWN: ReadonlyMap<string, (args: readonly Value[]) => Value | undefined> = new Map<
  string,
  (args: readonly Value[]) => Value | undefined
>([
  ["collections.OrderedDict", dict],
  ["collections.defaultdict", () => new Dict()],
  ...["builtins", "__builtin__"].flatMap((module) =>
    ([["dict", dict], ["list", list], ["set", list], ["frozenset", list]] as const)
      .map(([name, make]) => [`${module}.${name}`, make] as const)
  ),
  ["torch.Size", ([sizes]: readonly Value[]) => Array.isArray(sizes) ? sizes : undefined],
  ["torch._utils._rebuild_tensor", tensor],
  ["torch._utils._rebuild_tensor_v2", tensor],
  ["torch._utils._rebuild_tensor_v3", tensorOfType],
  ["torch._utils._rebuild_parameter", first],
  ["torch._utils._rebuild_parameter_with_state", first],
  ["torch._tensor._rebuild_from_type_v2", subclass],
]);

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
  const isTensor = of instanceof Global && /^torch\._utils\._rebuild_tensor/.test(of.path);
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

/**
 * The storage that a persistent identifier names.
 *
 * @param id ("storage", class, key, device, count)
 * @throws {SyntaxError} If the identifier has another form.
 */
export function storageOf(id: Value): Storage {
  if (Array.isArray(id)) {
    const [tag, kind, key, , count] = id as readonly Value[];
    const isRight = tag === "storage" && kind instanceof Global && typeof key === "string" &&
      typeof count === "number" && Number.isSafeInteger(count) && count >= 0;
    if (isRight) return new Storage(kind.name, key, count);
  }
  throw new SyntaxError("a storage is not described as torch does");
}
