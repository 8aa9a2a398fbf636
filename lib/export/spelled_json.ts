/** JSON whose numbers keep their spelling: transformers takes 1.0 where it refuses 1. */

import { MOST_BYTES, readText } from "../files/read_file.ts";

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
