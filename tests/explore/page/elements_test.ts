import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { STYLE } from "../../../lib/explore/serve/page.ts";
import { toldOf, understandingOf } from "../../../lib/explore/page/changes.tsx";
import { inkOf } from "../../../lib/explore/page/elements.tsx";

/** The least contrast that WCAG 2.2 asks for between text and its ground (1.4.3). */
const LEAST = 4.5;

type Rgb = readonly number[];

/** A colour of the page in its light or dark form. */
function colour(name: string, form: 0 | 1): Rgb {
  return rgbOf(new RegExp(`--${name}: (.*);`).exec(STYLE)![1]!, form);
}

/** The numbers of a colour that is written as light-dark(). */
function rgbOf(text: string, form: 0 | 1): Rgb {
  const [, ...forms] = /^light-dark\((#\w+), (#\w+)\)$/.exec(text)!;
  const hex = forms[form]!.slice(1);
  const digits = hex.length === 3 ? [...hex].map((digit) => digit + digit) : hex.match(/../g)!;
  return digits.map((pair) => parseInt(pair, 16) / 255);
}

function luminance(rgb: Rgb): number {
  const linear = rgb.map((x) => x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear[0]! + 0.7152 * linear[1]! + 0.0722 * linear[2]!;
}

function contrast(one: Rgb, other: Rgb): number {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high! + 0.05) / (low! + 0.05);
}

for (const [form, scheme] of [[0, "light"], [1, "dark"]] as const) {
  Deno.test(`numbers in cells of the map can be read on each colour, ${scheme}`, () => {
    for (const sign of ["above", "below"]) {
      const [full, zero] = [colour(sign, form), colour("zero", form)];
      for (let share = 0; share <= 1; share += 0.004) {
        const cell = full.map((x, i) => share * x + (1 - share) * zero[i]!);
        const found = contrast(cell, rgbOf(inkOf(share), form));
        assert(found >= LEAST, `${sign} ${share.toFixed(2)}: ${found.toFixed(2)}`);
      }
    }
  });
}

Deno.test("understandingOf() gives gamma and alpha of a block as evaluate does, from either of its rows", () => {
  // of the block of existence_shapes_1 in blocks.csv of the embedded model
  const [shows, lacks] = [5.562499763345631, 2.5809481575345448];
  const [alpha, gamma] = [0.7453879014527716, 2.035861980220044];
  const found = understandingOf(shows, lacks, "caption");
  assertAlmostEquals(found.gamma, gamma, 1e-12);
  assertAlmostEquals(found.alpha, alpha, 1e-12);
  assertEquals(understandingOf(lacks, shows, "foil"), found);
});

Deno.test("toldOf() says what is understood, and what changes take, add and push", () => {
  const before = { gamma: 2, alpha: 0.75 };
  const told = (gamma: number, alpha: number) => toldOf({ before, after: { gamma, alpha } }, true);
  assertMatch(
    toldOf({ before, after: before }, false),
    /gains 2\.00 .* without “no” scores 1\.50 higher/,
  );
  const cases: readonly (readonly [gamma: number, alpha: number, text: RegExp])[] = [
    [
      0.5,
      0.25,
      /take 1\.50 of the understanding of 2\.00 and.* help the sentence with “no” by 1\.00/,
    ],
    [
      2.5,
      1,
      /add 0\.50 to the understanding of 2\.00 and.* help the sentence without “no” by 0\.50/,
    ],
    [2.001, 0.751, /leave understanding as it is and.* favour neither sentence/],
  ];
  for (const [gamma, alpha, text] of cases) assertMatch(told(gamma, alpha), text);
});
