/** The arrays of a file of `torch.save`: its structure is read, its numbers are not; which tensors of the saved value are the weights, and their names. */

import { firstLine, NegscopeError, shown } from "../../errors/errors.ts";
import {
  areSizes,
  bytesOf,
  isSize,
  type NumberType,
  spanOf,
  type StoredArray,
  type WeightFile,
} from "../stored_array.ts";
import { Dict, Global, Inert, isTensor, List, Tensor, type Value } from "./values.ts";
import { TorchArchive } from "./archive.ts";
import { readPickle } from "./read_pickle.ts";

/** Names under which checkpoints keep the weights beside other things. */
const WRAPPERS = new Set([
  ...["state_dict", "model_state_dict", "model_state", "model", "module", "net", "network"],
  ...["weights", "params", "ema", "ema_state_dict", "model_ema", "state_dict_ema"],
]);
const LISTED = 8;

/**
 * Finds the weights: a module's; else, of a dictionary, those of the one dictionary or module in it that has one of the usual names and
 * holds tensors; else the dictionary's own tensors; else those of the one dictionary or module in it that holds tensors. Returns the
 * tensors by name; in place of a tensor that cannot be read, what would have made it.
 */
function findStateDict(file: WeightFile, root: Value): Map<string, Tensor | Inert> {
  const direct = tensorsOf(file, root);
  if (direct !== undefined && !isDict(root)) return direct;
  if (!isDict(root)) throw file.withoutWeights("it holds neither a dictionary nor a module");
  const inner = [...root.entries()].filter(([key, value]) =>
    typeof key === "string" && (isDict(value) ? value.hasTensors : isModule(value))
  ) as [string, Value][];
  const usual = inner.filter(([key]) => WRAPPERS.has(key));
  const candidates = usual.length > 0 || direct !== undefined ? usual : inner;
  if (candidates.length > 1) {
    throw new NegscopeError("weights-not-one-model", {
      problem: `Cannot choose between the weights in "${file.path}"`,
      reason: `there are tensors under ${
        candidates.map(([key]) => key).slice(0, LISTED).map(shown).join(", ")
      }`,
      expected: "one set of weights",
      fix: "save the one that you mean alone",
    });
  }
  const found = candidates.length === 1 ? tensorsOf(file, candidates[0]![1]) : direct;
  if (found !== undefined) return found;
  const keys = [...root.entries()].slice(0, LISTED).map(([key]) =>
    typeof key === "string" ? shown(key) : "another key"
  );
  throw file.withoutWeights(
    keys.length === 0 ? "its dictionary is empty" : `no tensors are under ${keys.join(", ")}`,
  );
}

/** The tensors of a module, or of a dictionary with some, by name; undefined of anything else. */
function tensorsOf(file: WeightFile, value: Value): Map<string, Tensor | Inert> | undefined {
  if (isModule(value)) return moduleTensors(file, value);
  if (!isDict(value) || !value.hasTensors) return undefined;
  const found = new Map<string, Tensor | Inert>();
  for (const [key, each] of value.entries()) {
    if (typeof key !== "string" || !isTensor(each)) continue;
    if (found.has(key)) throw file.damaged(`its dictionary has ${shown(key)} twice`);
    found.set(key, each);
  }
  return found;
}

/** Whether a value is a dictionary, or an object of a subclass with items. */
function isDict(value: Value): value is Dict {
  return value instanceof Dict && !(value instanceof Inert && value.flat.length === 0);
}

const DEEPEST = 64; // modules within each other

/** The tensors of a module by name, attributes joined with "."; a part with two names is there twice, as in a state dict. */
function moduleTensors(file: WeightFile, module: Inert): Map<string, Tensor | Inert> {
  const found = new Map<string, Tensor | Inert>();
  const visit = (module: Inert, prefix: string, depth: number) => {
    if (depth > DEEPEST) throw file.damaged(`its modules are nested more than ${DEEPEST} deep`);
    for (const [key, value] of attributesOf(module)) {
      if (typeof key !== "string" || !(value instanceof Inert || value instanceof Tensor)) continue;
      const name = prefix + key;
      if (value instanceof Inert && !isTensor(value)) visit(value, `${name}.`, depth + 1);
      else if (found.has(name)) throw file.damaged(`its module has ${shown(name)} twice`);
      else found.set(name, value);
    }
  };
  visit(module, "", 0);
  if (found.size === 0) throw file.withoutWeights("its module has no parameters");
  return found;
}

/** Whether a value is a module: one from Python keeps its parts by kind, one from TorchScript has a class of its own. */
function isModule(value: Value): value is Inert {
  if (!(value instanceof Inert) || !(value.state instanceof Dict)) return false;
  return value.state.get("_modules") !== undefined ||
    (value.of instanceof Global && /^__torch__(\.|$)/.test(value.of.module));
}

/** What a module has: of one from Python its parameters, buffers and modules; of one from TorchScript all attributes. */
function* attributesOf(module: Inert): Generator<[key: Value, value: Value]> {
  if (!isModule(module)) return;
  const state = module.state as Dict;
  const [parameters, buffers, modules] = ["_parameters", "_buffers", "_modules"]
    .map((name) => state.get(name));
  if (modules === undefined) return yield* state.entries();
  const unsaved = state.get("_non_persistent_buffers_set");
  yield* entriesOf(parameters);
  for (const [key, value] of entriesOf(buffers)) {
    if (!(unsaved instanceof List && unsaved.items.includes(key))) yield [key, value];
  }
  yield* entriesOf(modules);
}

function* entriesOf(value: Value | undefined): Generator<[key: Value, value: Value]> {
  if (value instanceof Dict) yield* value.entries();
}

const TYPES: ReadonlyMap<string, NumberType> = new Map<string, NumberType>([
  ...[["DoubleStorage", "F64"], ["FloatStorage", "F32"], ["HalfStorage", "F16"]] as const,
  ...[["BFloat16Storage", "BF16"], ["LongStorage", "I64"], ["IntStorage", "I32"]] as const,
  ...[["ShortStorage", "I16"], ["CharStorage", "I8"], ["ByteStorage", "U8"]] as const,
  ...[["BoolStorage", "BOOL"], ["float64", "F64"], ["float32", "F32"], ["float16", "F16"]] as const,
  ...[["bfloat16", "BF16"], ["int64", "I64"], ["int32", "I32"], ["int16", "I16"]] as const,
  ...[["int8", "I8"], ["uint8", "U8"], ["bool", "BOOL"]] as const,
]);
const UNTYPED = "UntypedStorage"; // storage whose count is of bytes

export function torchArrays(file: WeightFile): Map<string, StoredArray> {
  const archive = new TorchArchive(file);
  const pickle = archive.pickle();
  let root: Value;
  try {
    root = readPickle(pickle);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw file.damaged(`its data.pkl is no pickle of torch, ${firstLine(error)}`, error);
  }
  const arrays = new Map<string, StoredArray>();
  for (const [name, tensor] of findStateDict(file, root)) {
    arrays.set(name, arrayOf(file, archive, name, tensor));
  }
  return arrays;
}

function arrayOf(
  file: WeightFile,
  archive: TorchArchive,
  name: string,
  tensor: Tensor | Inert,
): StoredArray {
  if (!(tensor instanceof Tensor)) {
    throw file.wrongType(tensor.of instanceof Global ? tensor.of.path : "another kind", name);
  }
  const { storage, dtype, offset, shape, strides } = tensor;
  const type = TYPES.get(dtype ?? storage.kind);
  if (type === undefined) throw file.wrongType(dtype ?? storage.kind, name);
  const itemBytes = bytesOf(type);
  const stored = TYPES.get(storage.kind);
  const perCount = storage.kind === UNTYPED
    ? 1
    : stored === undefined
    ? itemBytes
    : bytesOf(stored);
  const storageBytes = storage.count * perCount;
  const wrong = (reason: string) => file.damaged(`${shown(name)} ${reason}`);
  const isProper = areSizes(shape) && areSizes(strides) && strides.length === shape.length;
  if (!isProper || !isSize(offset)) throw wrong("has no proper shape, strides and offset");
  const needed = (offset + spanOf({ shape, strides })) * itemBytes;
  if (!(needed <= storageBytes)) {
    throw wrong(`reaches byte ${needed} of a storage of ${storageBytes}`);
  }
  const place = archive.storage(storage.key);
  if (place === undefined) throw wrong(`is in storage ${shown(storage.key)}, which the file lacks`);
  if (place.length !== storageBytes) {
    throw wrong(`is in a storage of ${place.length} bytes instead of ${storageBytes}`);
  }
  const { files, path } = file;
  return { type, shape, strides, files, path, offset: place.offset + offset * itemBytes };
}
