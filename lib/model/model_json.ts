/** The JSON files of a model folder, each key checked as it is read. */

import { NegscopeError, shown, unreadableFile } from "../errors/errors.ts";
import {
  FETCH_LFS,
  type FileAt,
  isLfsPointer,
  LFS_POINTER,
  MOST_BYTES,
  readBytes,
  textOf,
} from "../reading/files.ts";
import { isObject, jsonFailure, parseJson } from "../reading/json.ts";
import { basename, dirname } from "../reading/path.ts";

export function modelFileUnreadable(path: string, cause: unknown): NegscopeError {
  return unreadableFile({ doing: "read", path, cause, fix: "check the model's folder" });
}

export async function readModelFile(at: FileAt): Promise<Uint8Array<ArrayBuffer>> {
  return await readBytes(at, MOST_BYTES.settings).catch((error: unknown) => {
    throw modelFileUnreadable(at.path, error);
  });
}

/** The text of a model's file. */
export function modelText(bytes: Uint8Array, path: string): string {
  let text: string;
  try {
    text = textOf(bytes);
  } catch (cause) {
    throw modelFileUnreadable(path, cause);
  }
  if (!isLfsPointer(text)) return text;
  throw new NegscopeError("file-unreadable", {
    problem: `Cannot read "${path}"`,
    reason: `it is ${LFS_POINTER}`,
    fix: FETCH_LFS,
  });
}

/** The conditions on a number. */
export interface NumberRule {
  /** The value if the file does not have the key. */
  readonly default: number;
  /** Smallest allowed value. */
  readonly min?: number;
  /** Whether the value must be a whole number. @default {false} */
  readonly whole?: boolean;
}

/** A JSON object of a settings file; every error names the file, the key, its value and what was expected. */
export class ModelJson {
  /** The file's name. */
  readonly file: string;

  /**
   * Wraps an object.
   *
   * @param file The file's name, for messages.
   * @param values The object.
   * @param path The object's place in the file, for messages.
   */
  constructor(
    file: string,
    private readonly values: Readonly<Record<string, unknown>>,
    private readonly path: string = "",
  ) {
    this.file = file;
  }

  /** The value of a key in the file; undefined if it is absent or null. */
  get(key: string): unknown {
    return this.values[key] ?? undefined;
  }

  /** A key with its path in the file, as messages quote it. */
  name(key: string): string {
    return this.path === "" ? key : `${this.path}.${key}`;
  }

  /**
   * A finite number.
   *
   * @throws {NegscopeError} If it is not a finite number, too small, or not whole.
   */
  number(key: string, { default: fallback, min, whole = false }: NumberRule): number {
    const value = this.get(key) ?? fallback;
    const kind = whole ? "a whole number" : "a number";
    const expected = min === undefined ? kind : `${kind} of at least ${min}`;
    if (typeof value !== "number") throw this.wrong(key, expected);
    const fits = Number.isFinite(value) && (!whole || Number.isInteger(value));
    if (!fits || value < (min ?? -Infinity)) throw this.wrong(key, expected, value);
    return value;
  }

  /**
   * A whole number.
   *
   * @param min The smallest allowed value. @default {1}
   * @throws {NegscopeError} If it is not a whole number, or too small.
   */
  count(key: string, fallback: number, min = 1): number {
    return this.number(key, { default: fallback, min, whole: true });
  }

  /**
   * True or false.
   *
   * @throws {NegscopeError} If the value is neither.
   */
  flag(key: string, fallback: boolean): boolean {
    const value = this.get(key) ?? fallback;
    if (typeof value !== "boolean") throw this.wrong(key, "true or false");
    return value;
  }

  /**
   * A text.
   *
   * @throws {NegscopeError} If the value is not a string, or is empty.
   */
  text(key: string, fallback: string): string {
    const value = this.get(key) ?? fallback;
    if (typeof value !== "string" || value === "") throw this.wrong(key, "a text");
    return value;
  }

  /**
   * One number for each of red, green and blue.
   *
   * @throws {NegscopeError} If the value is not a list of three finite numbers.
   */
  channels(key: string, fallback: Channels): Channels {
    const value = this.get(key) ?? fallback;
    if (Array.isArray(value) && value.length === 3 && value.every(Number.isFinite)) {
      return value as [number, number, number];
    }
    throw this.wrong(key, "a list of three numbers");
  }

  /**
   * A nested object; undefined if the file has none.
   *
   * @throws {NegscopeError} If the value is not an object.
   */
  object(key: string): ModelJson | undefined {
    const value = this.get(key);
    if (value === undefined) return undefined;
    if (!isObject(value)) throw this.wrong(key, "an object");
    return new ModelJson(this.file, value, this.name(key));
  }

  /** A copy in which some values replace the object's own. */
  over(values: Readonly<Record<string, unknown>>): ModelJson {
    return new ModelJson(this.file, { ...this.values, ...values }, this.path);
  }

  /** All keys with their values. */
  entries(): Readonly<Record<string, unknown>> {
    return this.values;
  }

  /**
   * The error for a key's value.
   *
   * @param key The key.
   * @param expected What the value must be.
   * @param value The value, if it is a default or was made from several. @default {the file's}
   */
  wrong(key: string, expected: string, value: unknown = this.values[key]): NegscopeError {
    return new NegscopeError("setting-wrong", {
      problem: `Cannot use "${this.file}"`,
      subject: this.name(key),
      reason: `"${this.name(key)}" must be ${expected}, but it is ${shown(value)}`,
    });
  }
}

/** A number for each of red, green and blue. */
export type Channels = readonly [number, number, number];

/** Reads a file of a model folder. */
export async function readModelJson(at: FileAt): Promise<ModelJson> {
  const found = await readModelJsonIfAny(at);
  if (found !== undefined) return found;
  const { path } = at;
  throw new NegscopeError("model-file-missing", {
    problem: `Cannot find "${basename(path)}" in model folder "${dirname(path)}"`,
    subject: path,
    expected:
      "a folder in Hugging Face layout (config.json, tokenizer.json, preprocessor_config.json or processor_config.json, onnx/)",
    fix: "check the model's folder",
  });
}

export async function readModelJsonIfAny(at: FileAt): Promise<ModelJson | undefined> {
  const bytes = await readBytes(at, MOST_BYTES.settings).catch((error: unknown) => {
    if (error instanceof Error && error.name === "NotFound") return undefined;
    throw modelFileUnreadable(at.path, error);
  });
  return bytes && parseModelJson(bytes, at.path);
}

export function parseModelJson(bytes: Uint8Array, file: string): ModelJson {
  const text = modelText(bytes, file);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new NegscopeError("file-malformed", {
      problem: `Cannot read "${file}" as JSON`,
      reason: jsonFailure(error),
      fix: "download or write it again",
      cause: error,
    });
  }
  if (isObject(value)) return new ModelJson(file, value);
  throw new NegscopeError("file-malformed", {
    problem: `Cannot use "${file}"`,
    reason: `it must be a JSON object, but it is ${shown(value)}`,
  });
}
