/** Finds hook points by name. */

import { unknownName } from "../errors.ts";

/**
 * The hook points that match a list of names, in the order of computation; `*` stands for any part of a name.
 *
 * @param patterns Names such as `"blocks.3.hook_resid_post"` or `"blocks.*.attn.hook_pattern"`.
 * @param known All hook points of the tower.
 * @param how What messages say cannot be done with a name. @default {find hook point}
 * @throws {NegscopeError} If a name matches no hook point; the message lists the nearest.
 */
export function expandHookNames(
  patterns: readonly string[],
  known: readonly string[],
  { doing = "find hook point" }: { readonly doing?: string } = {},
): string[] {
  const [only] = patterns;
  if (patterns.length === 1 && known.includes(only!)) return [only!]; // thousands of changed runs name one each
  for (const pattern of patterns) {
    if (known.some((name) => matches(pattern, name))) continue;
    throw unknownName({
      doing,
      name: pattern,
      known,
      fix: "run the inspect task for all of them",
    });
  }
  return known.filter((name) => patterns.some((pattern) => matches(pattern, name)));
}

/** Whether a name fits a pattern: each text between stars is looked for once, from where the last one ended. */
function matches(pattern: string, name: string): boolean {
  const [start = "", ...texts] = pattern.split(/\*+/);
  const end = texts.pop();
  if (end === undefined) return name === start;
  if (!name.startsWith(start)) return false;
  let from = start.length;
  for (const text of texts) {
    const found = name.indexOf(text, from);
    if (found < 0) return false;
    from = found + text.length;
  }
  return from + end.length <= name.length && name.endsWith(end);
}
