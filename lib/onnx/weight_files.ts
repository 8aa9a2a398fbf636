/** The files that hold a model's weights, and the sizes that its graph states for them. */

import { type TensorProto, TensorProto_DataLocation, TensorProto_DataType as Type } from "onnx-buf";
import { NegscopeError, unreadableFile } from "../errors/errors.ts";
import {
  type FileAt,
  type Files,
  isLfsPointer,
  LFS_HEAD,
  LFS_POINTER,
  type OpenFile,
} from "../reading/files.ts";
import { dirname, isAbsolute, isWithin, join } from "../reading/path.ts";

export async function checkFiles(
  files: Files,
  stamps: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [path, known] of stamps) {
    const stamp = await files.stampOf(path).catch((error) => {
      throw fileUnreadable(path, error);
    });
    if (stamp !== known) throw fileChanged(path);
  }
}

export function fileUnreadable(path: string, cause: unknown): NegscopeError {
  return unreadableFile({ doing: "read model file", path, cause, fix: "check the model's folder" });
}

export function fileChanged(path: string): NegscopeError {
  return new NegscopeError("file-changed", {
    problem: `Cannot go on with model file "${path}"`,
    reason: "it has changed since it was loaded",
    fix: "start again",
  });
}

export interface WeightPlace {
  readonly path: string;
  readonly offset: number; // first byte, from the beginning of the file
  readonly length: number;
}

/** The files that hold a graph's weights. Weights are read on request and not kept in memory. */
export interface WeightStore {
  /** What each file was when its weights were found, by path, see `Files.stampOf`. */
  readonly stamps: ReadonlyMap<string, string>;
  /** The place of a weight's bytes; undefined if no file has them in the type and order of the tensor. */
  placeOf(tensor: TensorProto): WeightPlace | undefined;
  read(tensor: TensorProto): Uint8Array<ArrayBuffer>;
}

/** A graph that contradicts itself, as a file that was cut off or edited does. */
export function graphDamaged(source: string, subject: string, reason: string): NegscopeError {
  return new NegscopeError("onnx-damaged", {
    problem: `Cannot use "${source}"`,
    subject,
    reason,
    fix: "export or download it again",
  });
}

export function graphUnsupported(
  source: string,
  subject: string,
  reason: string,
  fix = "export the plain CLIP towers",
): NegscopeError {
  return new NegscopeError("onnx-unsupported", {
    problem: `Cannot use "${source}"`,
    subject,
    reason,
    fix,
  });
}

type NumberList = "floatData" | "doubleData" | "int64Data" | "uint64Data" | "int32Data";

/** Bits per element, and the list that holds elements that are not stored as bytes. */
const STORAGE: Readonly<Partial<Record<Type, readonly [bits: number, list: NumberList]>>> = {
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
function byteLength(source: string, tensor: TensorProto): bigint {
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

/** The files beside a model that hold its weights. Weights are read on request and not kept in memory. */
export class ExternalData implements WeightStore {
  readonly #places = new Map<TensorProto, WeightPlace>();
  readonly #stamps = new Map<string, string>();

  constructor(private readonly model: FileAt) {}

  get stamps(): ReadonlyMap<string, string> {
    return this.#stamps;
  }

  locate(tensor: TensorProto): void {
    const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
    const wrong = (reason: string) =>
      new NegscopeError("onnx-damaged", {
        problem: `Cannot read weight "${tensor.name}" of "${this.model.path}"`,
        reason,
        fix: "download model and weights again, both of one version",
      });
    const location = entries.get("location") ?? "";
    if (location === "") throw wrong("it names no file");
    const path = this.#resolve(location, tensor.name);
    const size = this.#sizeOf(path);
    const needed = byteLength(this.model.path, tensor);
    const offset = wholeNumber(entries.get("offset") ?? "0");
    const length = wholeNumber(entries.get("length") ?? `${needed}`);
    if (offset === undefined || length === undefined) {
      throw wrong("its offset and length must be whole numbers");
    }
    if (BigInt(length) !== needed) {
      throw wrong(`it has ${length} bytes where [${tensor.dims.join(", ")}] asks for ${needed}`);
    }
    if (offset + length > size) {
      if (isLfsPointer(this.#beginning(path))) throw wrong(`"${location}" is ${LFS_POINTER}`);
      throw wrong(`it ends at byte ${offset + length}, but "${location}" has ${size}`);
    }
    this.#places.set(tensor, { path, offset, length });
  }

  placeOf(tensor: TensorProto): WeightPlace {
    return this.#places.get(tensor)!;
  }

  read(tensor: TensorProto): Uint8Array<ArrayBuffer> {
    const { path, offset, length } = this.#places.get(tensor)!;
    return this.#within(path, (file) => {
      if (file.stamp !== this.#stamps.get(path)) throw fileChanged(path);
      return file.readSync(offset, length);
    });
  }

  /** The file's real path, which must lie in the model's folder or, as in a model cache, in the folder that the model links to. */
  #resolve(location: string, tensor: string): string {
    const leaves = location.split(/[/\\]/).includes("..") || isAbsolute(location) ||
      location.includes("\0");
    if (leaves) throw this.#outside(tensor, location);
    const path = join(dirname(this.model.path), location);
    try {
      const real = this.model.files.realPathSync(path);
      const folders = [
        this.model.files.realPathSync(dirname(this.model.path)),
        dirname(this.model.files.realPathSync(this.model.path)),
      ];
      if (folders.some((folder) => isWithin(real, folder))) return real;
    } catch (error) {
      throw fileUnreadable(path, error);
    }
    throw this.#outside(tensor, location);
  }

  #outside(weight: string, location: string): NegscopeError {
    return new NegscopeError("onnx-unsupported", {
      problem: `Cannot read weight "${weight}" of "${this.model.path}"`,
      subject: location,
      reason: `"${location}" lies outside the model's folder`,
      fix: "put the file beside the model",
    });
  }

  #beginning(path: string): string {
    return this.#within(path, (file) => {
      return new TextDecoder().decode(file.readSync(0, Math.min(file.size, LFS_HEAD)));
    });
  }

  #within<Value>(path: string, read: (file: OpenFile) => Value): Value {
    try {
      using file = this.model.files.open(path);
      return read(file);
    } catch (error) {
      throw error instanceof NegscopeError ? error : fileUnreadable(path, error);
    }
  }

  #sizeOf(path: string): number {
    return this.#within(path, ({ size, stamp }) => {
      this.#stamps.set(path, stamp);
      return size;
    });
  }
}

function wholeNumber(text: string): number | undefined {
  const value = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(value) ? value : undefined;
}
