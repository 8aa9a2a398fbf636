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
  const matchers = patterns.map((pattern) => {
    const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
    const matcher = new RegExp(`^${source.join(".*")}$`);
    if (!known.some((name) => matcher.test(name))) {
      throw unknownName({
        doing,
        name: pattern,
        known,
        fix: "run the inspect task for all of them",
      });
    }
    return matcher;
  });
  return known.filter((name) => matchers.some((matcher) => matcher.test(name)));
}
