/** The arrays of a file of `torch.save`: its structure is read, its numbers are not. */

import { firstLine, shown } from "../../errors.ts";
import { NUMBER_BYTES, type NumberType, shapeSize, type StoredArray } from "../stored_array.ts";
import type { WeightFile } from "../weight_file.ts";
import { TorchArchive } from "./archive.ts";
import { PickleTooLarge, readPickle } from "./pickle/read_pickle.ts";
import { Global, type Inert, Tensor, type Value } from "./pickle/values.ts";
import { findStateDict } from "./state_dict.ts";

const TYPES: ReadonlyMap<string, NumberType> = new Map<string, NumberType>([
  ...[["DoubleStorage", "F64"], ["FloatStorage", "F32"], ["HalfStorage", "F16"]] as const,
  ...[["BFloat16Storage", "BF16"], ["LongStorage", "I64"], ["IntStorage", "I32"]] as const,
  ...[["ShortStorage", "I16"], ["CharStorage", "I8"], ["ByteStorage", "U8"]] as const,
  ...[["BoolStorage", "BOOL"], ["float64", "F64"], ["float32", "F32"], ["float16", "F16"]] as const,
  ...[["bfloat16", "BF16"], ["int64", "I64"], ["int32", "I32"], ["int16", "I16"]] as const,
  ...[["int8", "I8"], ["uint8", "U8"], ["bool", "BOOL"]] as const,
]);
/** The storage whose count is of bytes. */
const UNTYPED = "UntypedStorage";
const MOST_AXES = 64;
/** Arrays of a file: more than the largest published models have. */
const MOST_ARRAYS = 100_000;
/** Numbers of an array that repeats some of its storage's, as an expanded one does: it costs nothing in the file, but memory when read. */
const MOST_REPEATED = 1 << 24;

export function torchArrays(file: WeightFile): Map<string, StoredArray> {
  const archive = new TorchArchive(file);
  const tensors = findStateDict(file, structureOf(file, archive));
  if (tensors.size > MOST_ARRAYS) throw file.tooLarge(`it names ${tensors.size} tensors`);
  const arrays = new Map<string, StoredArray>();
  for (const [name, tensor] of tensors) arrays.set(name, arrayOf(file, archive, name, tensor));
  return arrays;
}

function structureOf(file: WeightFile, archive: TorchArchive): Value {
  const pickle = archive.pickle();
  try {
    return readPickle(pickle);
  } catch (error) {
    if (error instanceof PickleTooLarge) throw file.tooLarge(`of its data.pkl, ${error.message}`);
    if (!(error instanceof SyntaxError)) throw error;
    throw file.damaged(`its data.pkl is no pickle of torch, ${firstLine(error)}`, error);
  }
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
  const { storage, dtype, offset } = tensor;
  const type = TYPES.get(dtype ?? storage.kind);
  if (type === undefined) throw file.wrongType(dtype ?? storage.kind, name);
  const itemBytes = NUMBER_BYTES[type];
  const storageBytes = storage.count * bytesPerCount(storage.kind, itemBytes);
  const [shape, strides] = [sizes(tensor.shape), sizes(tensor.strides)];
  const wrong = (reason: string) => file.damaged(`${shown(name)} ${reason}`);
  if (shape === undefined || strides?.length !== shape.length || !isSize(offset)) {
    throw wrong("has no proper shape, strides and offset");
  }
  const size = shapeSize(shape);
  if (size === undefined) throw wrong(`has an impossible shape, [${shape.join(", ")}]`);
  const span = shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis]!, 1);
  const needed = size === 0 ? 0 : (offset + span) * itemBytes;
  if (!(needed <= storageBytes) || (size === 0 && offset * itemBytes > storageBytes)) {
    throw wrong(`reaches byte ${needed} of a storage of ${storageBytes}`);
  }
  if (size > span && size > MOST_REPEATED) {
    throw file.tooLarge(`${shown(name)} repeats ${span} numbers to make ${size}`);
  }
  const place = archive.storage(storage.key);
  if (place === undefined) throw wrong(`is in storage ${shown(storage.key)}, which the file lacks`);
  if (place.length !== storageBytes) {
    throw wrong(`is in a storage of ${place.length} bytes instead of ${storageBytes}`);
  }
  const { files, path } = file;
  return { type, shape, strides, files, path, offset: place.offset + offset * itemBytes };
}

function bytesPerCount(kind: string, itemBytes: number): number {
  if (kind === UNTYPED) return 1;
  const type = TYPES.get(kind);
  return type === undefined ? itemBytes : NUMBER_BYTES[type];
}

function sizes(value: Value): number[] | undefined {
  if (!Array.isArray(value) || value.length > MOST_AXES) return undefined;
  return value.every(isSize) ? value : undefined;
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
