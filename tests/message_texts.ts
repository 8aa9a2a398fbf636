/** The texts of the kit's messages, taken from the source of lib/errors. */

/** The messages as they stand in their source. */
export interface MessageTexts {
  /** Whole messages, with `…` for what varies. */
  readonly messages: readonly string[];
  /** Texts that a message has in place of a `…`: two words or more. */
  readonly parts: readonly string[];
}

const FOLDER = new URL("../lib/errors/", import.meta.url);

/** The source of all messages. */
export async function messageSource(): Promise<string> {
  const names = await Array.fromAsync(Deno.readDir(FOLDER), ({ name }) => name);
  const files = names.sort().map((name) => Deno.readTextFile(new URL(name, FOLDER)));
  return (await Promise.all(files)).join("\n");
}

/** Reads the texts out of TypeScript source: a text that begins with a capital is a message, another is a part of one. */
export function messageTexts(source: string): MessageTexts {
  const code = source.replace(/^\s*(\/\*\*|\*|\/\/).*$/gm, "").replace(/ \/\/ .*$/gm, "");
  const texts = new Set<string>();
  let at = 0;
  while ((at = nextQuote(code, at)) < code.length) at = readText(code, at, texts);
  const all = [...texts].map((text) => text.trim());
  return {
    messages: all.filter((text) => /^[A-Z][a-z]+.* /.test(text)),
    parts: all.filter((text) => /^[a-z].*\w.* .*\w/.test(text)),
  };
}

function nextQuote(code: string, from: number): number {
  const found = code.slice(from).search(/[`"]/);
  return found < 0 ? code.length : from + found;
}

/** Reads the text that begins at a quote, and those within it; gives the place behind it. */
function readText(code: string, from: number, texts: Set<string>): number {
  const quote = code[from]!;
  let text = "";
  let at = from + 1;
  while (code[at] !== quote) {
    if (quote === "`" && code.startsWith("${", at)) {
      at = readExpression(code, at + 2, texts);
      text += "…";
    } else {
      if (code[at] === "\\") at += 1;
      text += code[at++];
    }
  }
  texts.add(text);
  return at + 1;
}

/** Reads what is inserted into a text, to the place behind its closing brace. */
function readExpression(code: string, from: number, texts: Set<string>): number {
  let depth = 1;
  let at = from;
  while (depth > 0) {
    if (code[at] === "`" || code[at] === '"') {
      at = readText(code, at, texts);
      continue;
    }
    if (code[at] === "{") depth += 1;
    if (code[at] === "}") depth -= 1;
    at += 1;
  }
  return at;
}
