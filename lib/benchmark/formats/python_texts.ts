/** Lists of texts as Python's `repr` writes them: parsed, never evaluated. */

const SPACE = /\s*/y;
const STRING = /'((?:[^'\\\n]|\\[^])*)'|"((?:[^"\\\n]|\\[^])*)"/y;
const ESCAPE = /\\(?:(\n)|([0-7]{1,3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]))/gu;
const CONTROLS: Readonly<Record<string, string>> = {
  ...{ a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" },
  ...{ "\\": "\\", "'": "'", '"': '"' },
};

/**
 * Reads a list of texts.
 *
 * @throws {SyntaxError} If the text is anything else.
 */
export function parsePythonTexts(text: string): string[] {
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    at += found?.[0].length ?? 0;
    return found;
  };
  const takeMark = (mark: string) => {
    take(SPACE);
    const isThere = text[at] === mark;
    if (isThere) at++;
    return isThere;
  };
  const unexpected = () => {
    const rest = text.slice(at, at + 12);
    return new SyntaxError(
      rest === "" ? "it ends too early" : `${JSON.stringify(rest)} at character ${at + 1}`,
    );
  };
  const texts: string[] = [];
  if (!takeMark("[")) throw unexpected();
  for (let isNext = true; !takeMark("]"); isNext = takeMark(",")) {
    const found = isNext ? take(STRING) : null;
    if (found === null) throw unexpected();
    texts.push(unescaped(found[1] ?? found[2]!));
  }
  take(SPACE);
  if (at < text.length) throw unexpected();
  return texts;
}

function unescaped(text: string): string {
  return text.replace(ESCAPE, (whole, line, octal, hex2, hex4, hex8, mark) => {
    if (line !== undefined) return "";
    if (mark === undefined) {
      const code = octal === undefined ? parseInt(hex2 ?? hex4 ?? hex8, 16) : parseInt(octal, 8);
      if (code <= 0x10ffff) return String.fromCodePoint(code);
    } else if (!/[xuUN]/.test(mark)) return CONTROLS[mark] ?? whole; // as Python keeps an escape that it does not know
    throw new SyntaxError(`${JSON.stringify(whole)} is no escape`);
  });
}
