/** Source without its comments, so that their words change no checksum. */

const TEXT = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/.source;

/** A template, whose insertions may hold templates three deep, and braces within which there are no others. */
const TEMPLATE = [1, 2, 3].reduce((within) => {
  const inserted = `(?:[^{}\`"']|${TEXT}|${within})*`;
  return `\`(?:[^\`\\\\$]|\\\\[^]|\\$(?!\\{)|\\$\\{(?:${inserted}|\\{${inserted}\\})*\\})*\``;
}, "(?!)");

/** A regular expression, after what no value ends with, so that no division is taken for one; a value may end with `!`. */
const PATTERN =
  /(?<=(?:[(,=:[&|?{};]|=>|(?<![\w\])])!)\s*|\breturn\s+)\/(?![/*])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\//
    .source;

const COMMENT_BEFORE_CODE = /\/\*(?:[^*]|\*(?!\/))*\*\/(?![ \t]*$)/.source;

const COMMENT = /(?:\/\/.*|\/\*(?:[^*]|\*(?!\/))*\*\/[ \t]*$)/.source;

const COMMENTS = new RegExp(
  `^[ \\t]*${COMMENT}\\n|(${TEXT}|${TEMPLATE}|${PATTERN}|${COMMENT_BEFORE_CODE})|[ \\t]*${COMMENT}`,
  "gm",
);

/** Takes out lines of comments, and comments at the end of a line of code. What only looks like one in a text or pattern stays. */
export function withoutComments(source: string): string {
  return source.replace(COMMENTS, "$1");
}
