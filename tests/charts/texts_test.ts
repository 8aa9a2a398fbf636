import { assertEquals } from "@std/assert";
import {
  axisRange,
  decimals,
  drawn,
  estimateText,
  greatest,
  niceCeil,
  roleLabel,
  rolesInOrder,
  shortNumber,
  sidesOf,
  sideTitle,
  tipEstimate,
} from "../../lib/charts/texts.ts";
import { ROLES } from "../../lib/data/align.ts";

const CASES: readonly [what: string, found: unknown, expected: unknown][] = [
  [
    "drawn() keeps 6 significant digits",
    [2 / 3, -123456.7, 1e-9 / 3, 0].map(drawn),
    [0.666667, -123457, 3.33333e-10, 0],
  ],
  [
    "shortNumber() prints two digits without the leading 0, and only exact whole numbers without digits",
    [0.316, -0.052, 1.04, 1, 0, -0.004, 0.996, -1, 0.5].map(shortNumber),
    [".32", "−.05", "1.04", "1", "0", ".00", "1.00", "−1", ".50"],
  ],
  [
    "decimals() keeps the given digits, without a leading 0 and with a true minus sign",
    [0.32, -0.04, 12.345, 3, 0].map((value) => decimals(value, 1)),
    [".3", ".0", "12.3", "3", "0"],
  ],
  [
    "niceCeil() ends a range a little above its largest value, without rounding errors",
    [1, 1.0000001, 1.04, 0.36, 0.4, 0.0341, 14, 0, -Infinity].map(niceCeil),
    [1, 1, 1.2, 0.36, 0.4, 0.036, 14, 1, 1],
  ],
  [
    "axisRange() has a margin of a twentieth at either end, also around a single value",
    [axisRange([3, 1, 2]), axisRange([7, 7])],
    [[0.9, 3.1], [6.5, 7.5]],
  ],
  [
    "estimateText() prints the interval if both ends are known",
    [
      estimateText(-0.219, { low: -0.336, high: -0.094 }),
      estimateText(0.5, { low: 0.1, high: undefined }),
    ],
    ["−.22 [−.34, −.09]", ".50"],
  ],
  [
    "tipEstimate() prints three significant digits, with the interval if both ends are known",
    [
      tipEstimate(-0.21945, { low: -0.33, high: 0.0012345 }),
      tipEstimate(12, { low: 0.1, high: undefined }),
    ],
    ["−0.219 [−0.33, 0.00123]", "12"],
  ],
  [
    "sideTitle() names the side and its largest n",
    sideTitle([{ negation: "foil", n: 3 }, { negation: "foil", n: 5 }]),
    "foil-negated (n = 5)",
  ],
];

for (const [what, found, expected] of CASES) {
  Deno.test(what, () => assertEquals(found, expected));
}

Deno.test("sidesOf() has the foil-negated rows first in any order of the rows", () => {
  const rows = ["caption", "foil", "caption"].map((negation, i) => ({ negation, i }));
  const places = (own: typeof rows) => sidesOf(own).map((side) => side.map(({ i }) => i));
  assertEquals(places(rows), [[1], [0, 2]]);
  assertEquals(places(rows.slice(0, 1)), [[0]]);
});

Deno.test("greatest() and axisRange() take 200,000 values, more than a call can have arguments", () => {
  const values = Array.from({ length: 200_000 }, (_, i) => i % 1000);
  assertEquals([greatest(values), greatest([])], [999, -Infinity]);
  assertEquals(axisRange(values), [-49.95, 1048.95]);
});

Deno.test("roleLabel() has a label for each role, and leaves unknown ones as they are", () => {
  assertEquals(
    ROLES.map(roleLabel).join("; "),
    [
      ...["SOT", "there", "is / are", "before", "negator", "inserted"],
      ...["subject (first)", "subject (further)", "after", "full stop", "EOT", "padding", "pooled"],
    ].join("; "),
  );
  assertEquals(roleLabel("verb"), "verb");
});

Deno.test("rolesInOrder() lists each role once in the order of the sentence, and unknown ones last", () => {
  const roles = ["eot", "verb", "negator", "eot", "adverb", "sot", "verb"];
  assertEquals(rolesInOrder(roles), ["sot", "negator", "eot", "verb", "adverb"]);
  assertEquals(rolesInOrder([]), []);
});
