/** Finds the places in the source that make errors, and their messages. */

import { messageOf } from "../../../lib/errors/negscope_error.ts";
import { MOST_BYTES, readText } from "../../../lib/files/read_file.ts";
import { readProperties, textsIn, withoutComments } from "./source_texts.ts";

/** A place that makes an error. */
export interface ThrowSite {
  readonly code: string;
  /** Its message, with `…` for the parts that vary. */
  readonly message: string;
  /** Texts of two words or more that may replace a `…` of the message. */
  readonly parts: readonly string[];
}

const DESCRIBE = new URL("../../../lib/errors/describe.ts", import.meta.url);
const MADE = /new NegscopeError\(\s*"([\w-]+)",\s*\{/g;

/**
 * Finds the errors that source makes with `new NegscopeError("code", { … })`.
 *
 * @param source TypeScript.
 * @param shared The texts of functions that describe causes, by name; a part that calls such a function may have its texts.
 */
export function throwSites(
  source: string,
  shared: ReadonlyMap<string, readonly string[]> = new Map(),
): ThrowSite[] {
  const code = withoutComments(source);
  return [...code.matchAll(MADE)].map((match): ThrowSite => {
    const properties = readProperties(code, match.index + match[0].length);
    const text = (name: string) => properties.find((property) => property.name === name)?.text;
    const said = properties.filter(({ name }) => /^(problem|reason|expected|fix)$/.test(name));
    const parts = said.flatMap(({ parts, source }) => [
      ...parts,
      ...[...shared].flatMap(([name, texts]) => source.includes(`${name}(`) ? texts : []),
    ]);
    const message = messageOf({
      problem: text("problem") ?? "…",
      reason: text("reason"),
      expected: text("expected"),
      fix: text("fix"),
    });
    return { code: match[1]!, message, parts: [...new Set(parts)].filter(isPhrase) };
  });
}

/** The texts of the functions in lib/errors/describe.ts, by function name. */
export async function describedCauses(): Promise<Map<string, readonly string[]>> {
  const source = await readText(DESCRIBE, MOST_BYTES.own);
  const functions = withoutComments(source).split(/^export function /m).slice(1);
  return new Map(functions.map((code) => [/^\w+/.exec(code)![0], textsIn(code).filter(isPhrase)]));
}

/** Whether a text has two words or more, at least one of them fixed. */
export function isPhrase(text: string): boolean {
  return /\w.* .*\w/.test(text.replaceAll("…", ""));
}
