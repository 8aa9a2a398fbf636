/** TypeScript source without its comments. */

/** What a scan of code stops at: texts, regular expressions and comments, each as a whole, and what opens or closes. */
const IN_CODE = new RegExp(
  [
    /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/,
    /\s*(?:\/\/.*|\/\*[^]*?\*\/)/, // with the blanks and line breaks before it
    /(?<=(?:[(,=:[!&|?{};>]|\breturn|\bcase)\s*(?:\/\/.*\s*)*)\/(?:[^/\\\n[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//,
    /["'`{}]/,
  ].map(({ source }) => source).join("|"),
  "g",
);

/** A piece of a template, up to the template's end or an insertion. */
const IN_TEMPLATE = /(?:[^`\\$]|\\[^]|\$(?!\{))*(`|\$\{)/y;

/** Removes the comments. Source that cannot be scanned for sure, with a quotation mark or a brace that has no other, stays as it is. */
export function withoutComments(source: string): string {
  const kept: string[] = [];
  const open: string[] = []; // braces of code, and insertions
  let from = 0;
  IN_CODE.lastIndex = 0;
  for (let match = IN_CODE.exec(source); match !== null; match = IN_CODE.exec(source)) {
    const [found] = match;
    if (found === '"' || found === "'") return source;
    if (/^\s*\/[/*]/.test(found)) {
      kept.push(source.slice(from, match.index));
      from = match.index + found.length;
    } else if (found === "{") open.push("{");
    else if (found === "`" || found === "}") {
      const closed = found === "`" ? "${" : open.pop();
      if (closed === undefined) return source;
      if (closed === "{") continue;
      IN_TEMPLATE.lastIndex = match.index + 1;
      const piece = IN_TEMPLATE.exec(source);
      if (piece === null) return source;
      if (piece[1] === "${") open.push("${");
      IN_CODE.lastIndex = IN_TEMPLATE.lastIndex;
    }
  }
  if (open.length > 0) return source;
  return (kept.join("") + source.slice(from)).trim();
}
