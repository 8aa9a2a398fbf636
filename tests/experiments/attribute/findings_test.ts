import { assertEquals, assertStringIncludes } from "@std/assert";
import { attributionFindings } from "../../../lib/experiments/attribute/findings.ts";

const SIDE = { negation: "foil", segment: "all", n: 9 };

function part(component: string, [layer, head, effect]: readonly (number | undefined)[]) {
  return {
    ...{ ...SIDE, component, layer, head },
    ...{ mean_effect: effect!, low: effect! - 0.5, high: effect! + 0.5 },
    ...{ mean_net_effect: effect! / 2, net_low: effect! / 2 - 1, net_high: effect! / 2 + 1 },
  };
}

function read([layer, head, effect]: readonly number[], role: string) {
  return { ...part("head", [layer, head, effect]), layer: layer!, head: head!, role };
}

const NORM = { ...SIDE, part: "norm", mean_effect: -0.5, low: -1, high: -0.25 };

const WATERFALL = [
  { ...SIDE, part: "heads", layer: 1, mean_effect: 4.5, s_before: 20, s_after: 15.5 },
  { ...NORM, s_before: 15.5, s_after: 16 },
];

Deno.test("attributionFindings() lists heads and MLPs whose interval excludes 0, what the heads read, and the norm", () => {
  const text = attributionFindings({
    summary: [
      part("token_embedding", [undefined, undefined, 9]), // not a head or MLP
      part("head", [1, 2, 1.125]),
      part("head", [2, 1, 0.25]),
      part("mlp", [2, undefined, -3.25]),
      part("norm", [undefined, undefined, 8]),
      { ...part("head", [1, 1, 7]), segment: "correct" },
    ],
    roles: [
      ...[read([1, 2, 0.75], "negator"), read([1, 2, 2], "subject_first")],
      ...[read([1, 2, -1], "eot"), read([1, 2, 0.25], "sot"), read([2, 1, 5], "negator")],
      { ...read([1, 2, 9], "negator"), negation: "caption" },
    ],
    waterfall: [...WATERFALL, { ...WATERFALL[0]!, segment: "correct", s_after: 0 }],
  });
  assertEquals(text.split("\n"), [
    "Largest direct effects on d",
    "negated  part      effect  95 % interval        net  its interval",
    "foil     MLP 2     -3.250  -3.750 to -2.750  -1.625  -2.625 to -0.625",
    "foil     head 1.2   1.125  0.625 to 1.625     0.563  -0.438 to 1.563",
    "foil-negated: 2 of 3 parts; at most about 0.2 would be if none had an effect",
    "foil-negated, what these heads read: 1.2 subject (first) 2.000, EOT -1.000",
    "foil-negated: all parts add up to the mean d, 4.000; norm has -0.500 (-1.000 to",
    "  -0.250) of it",
    "Layers and heads count from 1 here: 1.2 is blocks.0, head 1 in hook names and",
    "  L0H1 in TransformerLens.",
    "",
  ]);
});

Deno.test("attributionFindings() warns of a norm's part that is not small beside d", () => {
  const textOf = (norm: number) =>
    attributionFindings({
      ...{ summary: [], roles: [] },
      waterfall: [WATERFALL[0]!, { ...NORM, mean_effect: norm, s_before: 15.5, s_after: 16 }],
    }).replaceAll("\n  ", " ");
  const warning = "that is much, so that effects also show how the parts change a vector's length";
  assertStringIncludes(textOf(1.01), warning);
  assertStringIncludes(textOf(-1.01), warning);
  assertEquals(textOf(0.99).includes(warning), false);
});

Deno.test("attributionFindings() says that no effect is more than chance, or that none is tested", () => {
  const idle = part("head", [1, 1, 0.25]);
  const textOf = (summary: readonly (typeof idle)[]) =>
    attributionFindings({ summary, roles: [], waterfall: [] }).replaceAll("\n  ", " ");
  assertStringIncludes(
    textOf([idle]),
    "Largest direct effects on d: none of 0.01 or more whose 95 % interval excludes 0\n",
  );
  const { low: _, high: _1, ...unknown } = idle;
  assertStringIncludes(
    attributionFindings({ summary: [unknown], roles: [], waterfall: [] }),
    "Largest direct effects on d: not tested\nfoil-negated: no part is tested",
  );
  const caption = { ...part("head", [1, 1, 2]), negation: "caption" };
  assertStringIncludes(
    textOf([caption]),
    "caption-negated, what these heads read: 1.1 nothing for certain",
  );
});
