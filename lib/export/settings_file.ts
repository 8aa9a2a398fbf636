/** A small file beside the graphs of an exported model. */

import { MOST_BYTES, readBytes, readText } from "../files/read_file.ts";
import type { ModelJson } from "../model/model_json.ts";

/** A file with settings, or the tokeniser. */
export interface SettingsFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A file as it is, under its own or another name. */
export async function copied(name: string, path: string): Promise<SettingsFile> {
  return { name, bytes: await readBytes(path, MOST_BYTES.settings) };
}

/** A file of keys and values. */
export function written(name: string, values: Readonly<Record<string, unknown>>): SettingsFile {
  return { name, bytes: new TextEncoder().encode(`${JSON.stringify(values, null, 2)}\n`) };
}

/** A settings file as readers of the export need it: the one that there is, if it says all of that. */
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
  const found = object === undefined ? all : all![object] as Readonly<Record<string, unknown>>;
  return written(name, { ...found, ...Object.fromEntries(changed) });
}

/** What `JSON` can do that its types lack (ECMAScript 2026). */
interface SpellingJson {
  parse(
    text: string,
    revive: (key: string, value: unknown, context: { readonly source: string }) => unknown,
  ): Readonly<Record<string, unknown>>;
  rawJSON(text: string): unknown;
}

const { parse, rawJSON } = JSON as unknown as SpellingJson;

/** Reads the keys and values of a file that `JSON.stringify` can write again with the same numbers. */
export async function spelledIn(path: string): Promise<Readonly<Record<string, unknown>>> {
  return parse(
    await readText(path, MOST_BYTES.settings),
    (_, value, { source }) => typeof value === "number" ? rawJSON(source) : value,
  );
}
