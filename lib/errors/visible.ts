/** Makes every character of a text visible: names, cells and answers of servers come from outside and must not steer a terminal. */

/**
 * Characters that cannot be seen but change what a terminal or a page shows: controls, half characters, what is no character, and formats such as U+202E.
 */
const UNSEEN = String.raw`[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}\u{fff9}-\u{fffb}]` +
  String.raw`|(?!\p{Variation_Selector})\p{Default_Ignorable_Code_Point}`;

/** Scripts whose spelling needs U+200C and U+200D, which join letters or keep them apart. */
const JOINED = ["Arabic", "Syriac", "Mongolian", "Devanagari", "Bengali", "Gurmukhi", "Gujarati"]
  .concat(["Oriya", "Tamil", "Telugu", "Kannada", "Malayalam", "Sinhala", "Khmer", "Myanmar"])
  .map((script) => String.raw`\p{Script=${script}}`).join("");

/** What may stay of these: a joiner after such a letter or between the parts of an emoji, and the letters in the flag of a region. */
const KEPT = String.raw`(?<=[${JOINED}])[\u{200c}\u{200d}]` +
  String.raw`|(?<=[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{fe0f}])\u{200d}` +
  String.raw`|\u{1f3f4}[\u{e0061}-\u{e007a}\u{e0030}-\u{e0039}]{3,6}\u{e007f}`;

const FOUND = new RegExp(`(${KEPT})|${UNSEEN}`, "gu");

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * The text with escapes in place of characters that cannot be seen: `\n`, `\u{1b}`, `\u{202e}`. Letters of all scripts, their marks
 * and emoji stay as they are, and a text that has passed once passes again unchanged.
 */
export function visibleLine(text: string): string {
  return text.replace(FOUND, (found, kept?: string) => kept ?? SHORT[found] ?? escapeOf(found));
}

/** The same for a text of several lines: line feeds and tabs stay too. */
export function visibleText(text: string): string {
  return text.replace(FOUND, (found, kept?: string) => {
    if (kept !== undefined || found === "\n" || found === "\t") return found;
    return SHORT[found] ?? escapeOf(found);
  });
}

function escapeOf(letter: string): string {
  return `\\u{${letter.codePointAt(0)!.toString(16)}}`;
}
