/** Finds the texts in the kit's own TypeScript files with a small parser that knows quotes, brackets and insertions. */

/** A property of an object literal in source. */
export interface SourceProperty {
  readonly name: string;
  /** Its text if it is a single literal, with `…` for each insertion; otherwise `…`. */
  readonly text: string;
  readonly source: string;
}

export function readProperties(code: string, from: number): SourceProperty[] {
  const properties: SourceProperty[] = [];
  for (let at = from; code[at] !== "}";) {
    const end = endOfProperty(code, at);
    const [, name = "", source] = /^\s*(\w+)(?::\s*([^]*?))?\s*$/.exec(code.slice(at, end)) ?? [];
    if (name !== "") {
      properties.push({ name, source: source ?? name, text: textOf(source ?? name) });
    }
    at = code[end] === "," ? end + 1 : end;
  }
  return properties;
}

/** The text of an expression if it is a literal. */
function textOf(expression: string): string {
  if (!/^["`']/.test(expression)) return "…";
  const { text, end } = readText(expression, 0);
  return end === expression.length ? text : "…";
}

/** Reads the arguments of a call as properties named `0`, `1` … . */
export function readArguments(code: string, from: number): SourceProperty[] {
  const found: SourceProperty[] = [];
  for (let at = from; code[at] !== ")";) {
    const end = endOfProperty(code, at);
    const source = code.slice(at, end).trim();
    if (source !== "") found.push({ name: `${found.length}`, source, text: textOf(source) });
    at = code[end] === "," ? end + 1 : end;
  }
  return found;
}

function endOfProperty(code: string, from: number): number {
  let depth = 0;
  for (let at = from;;) {
    const letter = code[at]!;
    if (/["`']/.test(letter)) {
      at = readText(code, at).end;
      continue;
    }
    if (depth === 0 && /[,})]/.test(letter)) return at;
    if (/[([{]/.test(letter)) depth += 1;
    if (/[)\]}]/.test(letter)) depth -= 1;
    at += 1;
  }
}

/** Reads the text that begins at a quote, with `…` for each insertion, up to the place after it. */
function readText(code: string, from: number): { readonly text: string; readonly end: number } {
  const quote = code[from]!;
  let text = "";
  let at = from + 1;
  while (code[at] !== quote) {
    if (quote === "`" && code.startsWith("${", at)) {
      at = readExpression(code, at + 2);
      text += "…";
    } else {
      if (code[at] === "\\") at += 1;
      text += code[at++];
    }
  }
  return { text: text.replace(/…+/g, "…"), end: at + 1 };
}

/** Reads an insertion up to the place after its closing brace. */
function readExpression(code: string, from: number): number {
  let depth = 1;
  let at = from;
  while (depth > 0) {
    if (/["`']/.test(code[at]!)) {
      at = readText(code, at).end;
      continue;
    }
    if (code[at] === "{") depth += 1;
    if (code[at] === "}") depth -= 1;
    at += 1;
  }
  return at;
}
