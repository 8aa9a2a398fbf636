/** A small file beside the graphs of an exported model. */

import { onDisk } from "../files/disk.ts";
import { NegscopeError } from "../errors.ts";
import { MOST_BYTES, readBytes } from "../files/read_file.ts";
import { type ModelJson, readModelJson } from "../model/model_json.ts";
import { spelledIn } from "./spelled_json.ts";

/** A file with settings, or the tokeniser. */
export interface SettingsFile {
  /** Its name. */
  readonly name: string;
  /** Its bytes. */
  readonly bytes: Uint8Array;
}

/**
 * A file as it is, under its own or another name.
 *
 * @param name The name.
 * @param path The file, which has been read before.
 */
export async function copied(name: string, path: string): Promise<SettingsFile> {
  return { name, bytes: await readBytes(path, MOST_BYTES.settings) };
}

/**
 * A file of keys and values.
 *
 * @param name Its name.
 * @param values The object.
 */
export function written(name: string, values: Readonly<Record<string, unknown>>): SettingsFile {
  return { name, bytes: new TextEncoder().encode(`${JSON.stringify(values, null, 2)}\n`) };
}

/**
 * A settings file as readers of the export need it: the one that there is, if it says all of that.
 *
 * @param name The name of the exported file.
 * @param values The keys and values that are needed.
 * @param found The settings that there are; and the file that holds them, as the whole or as one of its objects.
 */
export async function settled(
  name: string,
  values: Readonly<Record<string, unknown>>,
  { settings, file, object }: {
    readonly settings: ModelJson | undefined;
    readonly file: string | undefined;
    readonly object?: string | undefined;
  },
): Promise<SettingsFile> {
  const changed = Object.entries(values).filter(([key, value]) => settings?.get(key) !== value);
  const isWhole = file !== undefined && object === undefined;
  if (isWhole && changed.length === 0) return await copied(name, file);
  const all = file === undefined ? settings?.entries() : await spelledIn(file);
  const own = object === undefined ? all : all![object] as Readonly<Record<string, unknown>>;
  return written(name, { ...own, ...Object.fromEntries(changed) });
}

/**
 * Reads a JSON file if there is one.
 *
 * @param folder Its folder.
 * @param name Its name.
 * @throws {NegscopeError} If it cannot be read, or is not a JSON object.
 */
export async function settingsIn(folder: string, name: string): Promise<ModelJson | undefined> {
  try {
    return await readModelJson(onDisk(folder), name);
  } catch (error) {
    if (error instanceof NegscopeError && error.code === "model-file-missing") return undefined;
    throw error;
  }
}
