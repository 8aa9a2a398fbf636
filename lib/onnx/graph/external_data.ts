/** Weights that a model keeps in files beside it, as models of more than 2 GB must. */

import type { TensorProto } from "onnx-buf";
import { NegscopeError } from "../../errors.ts";
import { isLfsPointer, LFS_HEAD, LFS_POINTER } from "../../reading/lfs_pointer.ts";
import type { FileAt, Files, OpenFile } from "../../reading/files.ts";
import { dirname, isAbsolute, isWithin, join } from "../../reading/path.ts";
import { fileChanged, fileUnreadable, type WeightPlace, type WeightStore } from "./model_files.ts";
import { byteLength } from "./weight_check.ts";

/** The files beside a model that hold its weights. Weights are read on request and not kept in memory. */
export class ExternalData implements WeightStore {
  readonly #files: Files;
  readonly #model: string;
  readonly #places = new Map<TensorProto, WeightPlace>();
  readonly #stamps = new Map<string, string>();

  constructor({ files, path }: FileAt) {
    this.#files = files;
    this.#model = path;
  }

  get stamps(): ReadonlyMap<string, string> {
    return this.#stamps;
  }

  locate(tensor: TensorProto): void {
    const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
    const wrong = (reason: string) =>
      new NegscopeError("onnx-damaged", {
        problem: `Cannot read weight "${tensor.name}" of "${this.#model}"`,
        reason,
        fix: "download model and weights again, both of one version",
      });
    const location = entries.get("location") ?? "";
    if (location === "") throw wrong("it names no file");
    const path = this.#resolve(location, tensor.name);
    const size = this.#sizeOf(path);
    const needed = byteLength(this.#model, tensor);
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
    const path = join(dirname(this.#model), location);
    try {
      const real = this.#files.realPathSync(path);
      const folders = [
        this.#files.realPathSync(dirname(this.#model)),
        dirname(this.#files.realPathSync(this.#model)),
      ];
      if (folders.some((folder) => isWithin(real, folder))) return real;
    } catch (error) {
      throw fileUnreadable(path, error);
    }
    throw this.#outside(tensor, location);
  }

  #outside(weight: string, location: string): NegscopeError {
    return new NegscopeError("onnx-unsupported", {
      problem: `Cannot read weight "${weight}" of "${this.#model}"`,
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
      using file = this.#files.open(path);
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
