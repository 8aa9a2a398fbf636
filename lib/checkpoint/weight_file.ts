/** A file of weights, opened: its size, and parts of it, with errors that name it. */

import { NegscopeError, readingFailure, shown } from "../errors.ts";
import type { FileAt, Files, OpenFile } from "../reading/files.ts";

export const READABLE =
  "a file in safetensors format, one of torch.save (.pt, .pth, .bin), or the index of such files";

export type FileName = "weight file" | "array file" | "benchmark";

export class WeightFile implements Disposable, FileAt {
  readonly files: Files;
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** What it was when it was opened, see {@linkcode OpenFile.stamp}. */
  readonly stamp: string;
  readonly #file: OpenFile;
  readonly #name: FileName;

  constructor({ files, path }: FileAt, name: FileName = "weight file") {
    this.files = files;
    this.path = path;
    this.#name = name;
    try {
      this.#file = files.open(path);
      this.size = this.#file.size;
      this.stamp = this.#file.stamp;
    } catch (error) {
      throw unreadable(path, error, name);
    }
  }

  read(offset: number, length: number): Uint8Array<ArrayBuffer> {
    if (offset + length > this.size) {
      throw this.damaged(`it ends at byte ${this.size} instead of ${offset + length} or later`);
    }
    try {
      return this.#file.readSync(offset, length);
    } catch (error) {
      throw unreadable(this.path, error, this.#name);
    }
  }

  damaged(reason: string, cause?: unknown): NegscopeError {
    return new NegscopeError("weights-damaged", {
      problem: `Cannot read ${this.#name} "${this.path}"`,
      reason,
      fix: "download it again",
      cause,
    });
  }

  tooLarge(reason: string): NegscopeError {
    return new NegscopeError("weights-damaged", {
      problem: `Cannot read ${this.#name} "${this.path}"`,
      reason,
      fix: "use a file from a source that you trust",
    });
  }

  withoutWeights(reason: string): NegscopeError {
    return new NegscopeError("weights-not-one-model", {
      problem: `Cannot find weights in "${this.path}"`,
      reason,
      fix: "save the model's state_dict() alone",
    });
  }

  otherKind(reason: string, expected: string, fix?: string): NegscopeError {
    return new NegscopeError("weights-format-unknown", {
      problem: `Cannot read ${this.#name} "${this.path}"`,
      reason,
      expected,
      fix,
    });
  }

  wrongType(type: string, weight?: string): NegscopeError {
    const of = weight === undefined ? this.#name : `weight ${shown(weight)} of`;
    return new NegscopeError("weights-format-unknown", {
      problem: `Cannot read ${of} "${this.path}"`,
      subject: weight ?? this.path,
      reason: `its numbers are stored as ${shown(type)}`,
      expected: "float64, float32, float16, bfloat16, signed integers, uint8 or bool",
    });
  }

  [Symbol.dispose](): void {
    this.#file[Symbol.dispose]();
  }
}

export function unreadable(
  path: string,
  cause: unknown,
  name: FileName = "weight file",
): NegscopeError {
  const reason = readingFailure(cause);
  return new NegscopeError("file-unreadable", {
    problem: `Cannot read ${name} "${path}"`,
    reason,
    fix: reason === "it is a folder"
      ? "name a file in it"
      : "check the path, and that all files of the model were downloaded",
    cause,
  });
}
