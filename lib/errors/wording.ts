/** Words that messages share. */

/** A system error's code; empty without one. */
export function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause ? String(cause.code) : "";
}

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

/** The first line of what a cause says, without a full stop. */
export function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split("\n", 1)[0]!.trim().replace(/\.$/, "");
}

/** What the tokeniser's library says, unless it merely stumbles. */
export function libraryLine(cause: unknown): string {
  const stumbles = cause instanceof TypeError || cause instanceof RangeError;
  return stumbles ? "a part of tokenizer.json is missing or of another form" : firstLine(cause);
}

/** A value as a message quotes it, cut to 80 letters. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
