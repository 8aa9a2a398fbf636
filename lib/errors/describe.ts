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
  if (cause instanceof Deno.errors.NotFound) return "there is no such file";
  if (code === "EISDIR") return "it is a folder";
  if (code === "ENOTDIR") return "a file stands where a folder is expected";
  if (code === "ENAMETOOLONG") return "its name is too long";
  const forbidden = code === "EACCES" || code === "EPERM" ||
    cause instanceof Deno.errors.NotCapable;
  return forbidden ? "it may not be read" : firstLine(cause);
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
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
