/** Checks that a stored tensor's data match its type and dimensions; if not, the runtime might read beyond them or end the process. */

import { type TensorProto, TensorProto_DataLocation, TensorProto_DataType as Type } from "onnx-buf";
import { graphDamaged } from "./graph_errors.ts";

type TypedList = "floatData" | "doubleData" | "int64Data" | "uint64Data" | "int32Data";

/** Bits per element, and the list that holds elements that are not stored as bytes. */
const STORAGE: Readonly<Partial<Record<Type, readonly [bits: number, list: TypedList]>>> = {
  [Type.FLOAT]: [32, "floatData"],
  [Type.DOUBLE]: [64, "doubleData"],
  [Type.INT64]: [64, "int64Data"],
  [Type.UINT64]: [64, "uint64Data"],
  [Type.UINT32]: [32, "uint64Data"],
  [Type.INT32]: [32, "int32Data"],
  [Type.FLOAT16]: [16, "int32Data"],
  [Type.BFLOAT16]: [16, "int32Data"],
  [Type.INT16]: [16, "int32Data"],
  [Type.UINT16]: [16, "int32Data"],
  [Type.INT8]: [8, "int32Data"],
  [Type.UINT8]: [8, "int32Data"],
  [Type.BOOL]: [8, "int32Data"],
  [Type.INT4]: [4, "int32Data"], // two per entry
  [Type.UINT4]: [4, "int32Data"],
};

export function isExternal(tensor: TensorProto): boolean {
  return tensor.dataLocation === TensorProto_DataLocation.EXTERNAL;
}

/** The number of bytes that a tensor's type and dimensions require. */
export function byteLength(source: string, tensor: TensorProto): bigint {
  const { name, dataType } = tensor;
  const bits = STORAGE[dataType as Type]?.[0];
  if (bits === undefined) {
    throw weightWrong(source, name, `is of type ${Type[dataType] ?? dataType}`);
  }
  return (elements(source, tensor) * BigInt(bits) + 7n) / 8n;
}

/** Larger than any size, position or token id of CLIP's; a tensor expanded to such a size would fill the memory. */
const MAX_WHOLE = 10_000_000n;
/** The numbers that exporters write for "to the end". */
const ENDS = [2n ** 31n - 1n, 2n ** 63n - 1n, -(2n ** 63n)];

/** Whether a whole number can be a size, position, token id or the end of a slice. */
export function isPlainWhole(value: bigint): boolean {
  return (value <= MAX_WHOLE && value >= -MAX_WHOLE) || ENDS.includes(value);
}

export function checkWeight(source: string, tensor: TensorProto): void {
  const { name, dims, dataType, rawData } = tensor;
  if (dataType === Type.STRING) return;
  const bytes = byteLength(source, tensor);
  const [bits, list] = STORAGE[dataType as Type]!;
  const [has, needed, unit] = rawData.length > 0
    ? [rawData.length, bytes, "bytes"]
    : [tensor[list].length, bits < 8 ? bytes : elements(source, tensor), "values"];
  if (BigInt(has) === needed) return checkWhole(source, tensor);
  throw weightWrong(
    source,
    name,
    `has ${has} ${unit} where [${dims.join(", ")}] asks for ${needed}`,
  );
}

/** The whole numbers that a tensor of int64 holds in the model file itself; none of another type. */
export function wholeNumbersIn(tensor: TensorProto): bigint[] {
  const { dataType, rawData, int64Data } = tensor;
  if (dataType !== Type.INT64 || isExternal(tensor)) return [];
  return [...int64Data, ...new BigInt64Array(rawData.slice().buffer)]; // a copy, since the bytes may be unaligned
}

function checkWhole(source: string, tensor: TensorProto): void {
  const wrong = wholeNumbersIn(tensor).find((value) => !isPlainWhole(value));
  if (wrong !== undefined) throw weightWrong(source, tensor.name, `holds the number ${wrong}`);
}

function elements(source: string, { name, dims }: TensorProto): bigint {
  if (dims.some((size) => size < 0n)) {
    throw weightWrong(source, name, `has the shape [${dims.join(", ")}]`);
  }
  return dims.reduce((product, size) => product * size, 1n);
}

function weightWrong(source: string, weight: string, has: string): Error {
  return graphDamaged(source, weight, `weight "${weight}" ${has}`);
}
