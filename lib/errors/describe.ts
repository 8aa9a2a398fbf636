/** Wordings that several errors share: reasons of failures, and values in messages. */

/** The code of a system error, e.g. `ENOENT`; empty if it has none. */
export function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "";
  if ("code" in cause) return String(cause.code);
  return UNCODED.find(([message]) => message.test(cause.message))?.[1] ?? "";
}

/** Errors of the system to which Deno gives no code. */
const UNCODED = [
  [/^Dis[kc] quota exceeded/, "EDQUOT"],
  [/^File too large/, "EFBIG"],
] as const;

/** Why a file cannot be read. */
export function readingFailure(cause: unknown): string {
  const code = codeOf(cause);
  if (isNamed(cause, "NotFound")) return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "ENOTDIR") return "a file stands where a folder is expected";
  if (code === "ENAMETOOLONG") return "its name is too long";
  const forbidden = code === "EACCES" || code === "EPERM" ||
    isNamed(cause, "NotCapable");
  if (forbidden) return "it may not be read";
  return isTooLong(cause)
    ? `it is larger than the ${
      MOST_CHARACTERS.toLocaleString("en")
    } characters that a text can have`
    : firstLine(cause);
}

/** Whether an error has a name; the system's errors have the names of Deno's classes. */
function isNamed(cause: unknown, name: string): boolean {
  return cause instanceof Error && cause.name === name;
}

/** The most UTF-16 code units of a text in V8, which Deno runs on. */
export const MOST_CHARACTERS = 2 ** 29 - 24;

/** Whether an error says that a text would be too long, in the words of V8 or Deno. */
function isTooLong(cause: unknown): boolean {
  return cause instanceof Error &&
    /buffer exceeds maximum length|Invalid string length/.test(cause.message);
}

/** The message of the tokeniser's library, unless its own code crashed. */
export function libraryLine(cause: unknown): string {
  const stumbles = cause instanceof TypeError || cause instanceof RangeError;
  return stumbles ? "a part of tokenizer.json is missing or of another form" : firstLine(cause);
}

/** The first line of a cause's message, without a full stop. */
export function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split("\n", 1)[0]!.trim().replace(/\.$/, "");
}

/** A value quoted for a message, cut to 80 characters. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = beginning(value, SHOWN) ?? String(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

const SHOWN = 80; // characters

/** A value as JSON; of a text that has more than the given number of characters, at least these and one more, however large or deep the value is. */
function beginning(value: unknown, most: number): string | undefined {
  if (typeof value === "string") return JSON.stringify(value.slice(0, most + 1));
  if (typeof value === "bigint") return `${value}`;
  if (typeof value !== "object" || value === null || "toJSON" in value) {
    return JSON.stringify(value);
  }
  const isList = Array.isArray(value);
  let text = isList ? "[" : "{";
  for (const key of isList ? value.keys() : Object.keys(value)) {
    if (text.length > most) return text;
    const name = isList ? "" : `${beginning(`${key}`, most)}:`;
    const left = Math.max(0, most - text.length - name.length);
    const inner = beginning(Reflect.get(value, key), left);
    if (inner === undefined && !isList) continue;
    text += `${text.length > 1 ? "," : ""}${name}${inner ?? "null"}`;
  }
  return text + (isList ? "]" : "}");
}
