import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import { canonicalText, Charsmap } from "../../../../../lib/model/text/siglip_tokenizer.ts";

const FILE = new URL("../../../../fixtures/siglip-tokenizers/unigram.json", import.meta.url);
const { normalizer } = JSON.parse(await Deno.readTextFile(fileURLToPath(FILE)));
const own: string = normalizer.normalizers.at(-1).precompiled_charsmap;

Deno.test("replace() replaces the longest known sequence at every place, and keeps the rest", () => {
  const charsmap = new Charsmap(own);
  const cases = [
    ["no \uff01\uff21", "no !A"],
    ["\u2460\u2461\u2460\u2462", "121\u2462"], // a pair, then its first sign alone
    ["e\u0301e\u0323\u0301", "\u00e9e\u0323\u0301"],
    ["co\u00adop\u3000\u2581", "coop  "],
    ["\u4e2d\u{1f600}\ufeff", "\u4e2d\u{1f600}\ufeff"],
    ["", ""],
  ] as const;
  for (const [text, expected] of cases) assertEquals(charsmap.replace(text), expected);
});

Deno.test("replace() keeps every character if the trie leads out of itself", () => {
  const bytes = Uint8Array.from(atob(own), (character) => character.charCodeAt(0));
  const damaged = bytes.with(7, 0x7f); // the highest bits of the first unit's offset
  const map = new Charsmap(btoa(String.fromCharCode(...damaged)));
  assertEquals(map.replace("no \uff01\uff21 \u2460"), "no \uff01\uff21 \u2460");
});

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
