import { assertEquals } from "@std/assert";
import { canonicalText } from "../../../../../lib/model/text/tokenizers/siglip/charsmap.ts";

Deno.test("canonicalText() lowers, drops ASCII punctuation and joins words by single spaces", () => {
  const cases = [
    ["There's NO boat, (today)!", "theres no boat today"],
    ["  no\t\nboat - \u3000now ", "no boat now"],
    ["_no_\u2581boat", "no boat"],
    ["no\x1cboat\x85now", "no boat now"],
    ["no\ufeffboat \u2019", "no\ufeffboat \u2019"], // neither white space nor ASCII
    ["\u0391\u03a3", "\u03b1\u03c2"], // the final sigma, as Python's lower()
    ["...", ""],
  ] as const;
  for (const [sentence, expected] of cases) assertEquals(canonicalText(sentence), expected);
});
