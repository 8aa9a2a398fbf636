/** Finds the texts in the kit's own TypeScript files with a small parser that knows quotes, brackets and insertions. */

/** A property of an object literal in source. */
export interface SourceProperty {
  readonly name: string;
  /** Its text if it is a single literal, with `…` for each insertion; otherwise `…`. */
  readonly text: string;
  /** The texts within it that may replace a `…`. */
  readonly parts: readonly string[];
  readonly source: string;
}

/** Finds the texts of a piece of source, with `…` for each insertion. */
export function textsIn(code: string): string[] {
  const texts: string[] = [];
  for (let at = nextQuote(code, 0); at < code.length; at = nextQuote(code, at)) {
    at = readText(code, at, texts);
  }
  return texts;
}

export function readProperties(code: string, from: number): SourceProperty[] {
  const properties: SourceProperty[] = [];
  for (let at = from; code[at] !== "}";) {
    const end = endOfProperty(code, at);
    const [, name = "", source] = /^\s*(\w+)(?::\s*([^]*?))?\s*$/.exec(code.slice(at, end)) ?? [];
    if (name !== "") properties.push({ name, source: source ?? name, ...textOf(source ?? name) });
    at = code[end] === "," ? end + 1 : end;
  }
  return properties;
}

/** The text of an expression if it is a literal, and the texts within it. */
function textOf(expression: string): { readonly text: string; readonly parts: readonly string[] } {
  const texts = textsIn(expression);
  const isLiteral = /^["`']/.test(expression) &&
    readText(expression, 0, []) === expression.length;
  return isLiteral
    ? { text: texts.at(-1)!, parts: texts.slice(0, -1) }
    : { text: "…", parts: texts };
}

/** Reads the arguments of a call as properties named `0`, `1` … . */
export function readArguments(code: string, from: number): SourceProperty[] {
  const found: SourceProperty[] = [];
  for (let at = from; code[at] !== ")";) {
    const end = endOfProperty(code, at);
    const source = code.slice(at, end).trim();
    if (source !== "") found.push({ name: `${found.length}`, source, ...textOf(source) });
    at = code[end] === "," ? end + 1 : end;
  }
  return found;
}

function endOfProperty(code: string, from: number): number {
  let depth = 0;
  for (let at = from;;) {
    const letter = code[at]!;
    if (/["`']/.test(letter)) {
      at = readText(code, at, []);
      continue;
    }
    if (depth === 0 && /[,})]/.test(letter)) return at;
    if (/[([{]/.test(letter)) depth += 1;
    if (/[)\]}]/.test(letter)) depth -= 1;
    at += 1;
  }
}

function nextQuote(code: string, from: number): number {
  const found = code.slice(from).search(/["`']/);
  return found < 0 ? code.length : from + found;
}

/** Reads the text that begins at a quote and the texts within it; returns the place after it. */
function readText(code: string, from: number, texts: string[]): number {
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
  texts.push(text.replace(/…+/g, "…"));
  return at + 1;
}

/** Reads an insertion up to the place after its closing brace. */
function readExpression(code: string, from: number, texts: string[]): number {
  let depth = 1;
  let at = from;
  while (depth > 0) {
    if (/["`']/.test(code[at]!)) {
      at = readText(code, at, texts);
      continue;
    }
    if (code[at] === "{") depth += 1;
    if (code[at] === "}") depth -= 1;
    at += 1;
  }
  return at;
}
