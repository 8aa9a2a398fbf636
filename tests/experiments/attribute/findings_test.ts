import { assertEquals, assertStringIncludes } from "@std/assert";
import { attributionFindings } from "../../../lib/experiments/attribute/findings.ts";

const SIDE = { negation: "foil", segment: "all", n: 9 };

/** A part with its net effect, and its effect without the norm's, by which nothing is chosen. */
function part(component: string, [layer, head, net, effect = 5]: readonly (number | undefined)[]) {
  return {
    ...{ ...SIDE, component, layer, head },
    ...{ mean_effect: effect, low: effect - 1, high: effect + 1 },
    ...{ mean_net_effect: net!, net_low: net! - 0.5, net_high: net! + 0.5 },
  };
}

function read([layer, head, net]: readonly number[], role: string) {
  return { ...part("head", [layer, head, net]), layer: layer!, head: head!, role };
}

const NORM = { ...SIDE, part: "norm", mean_effect: -0.5, low: -1, high: -0.25 };

const WATERFALL = [
  { ...SIDE, part: "heads", layer: 1, mean_effect: 4.5, s_before: 20, s_after: 15.5 },
  { ...NORM, s_before: 15.5, s_after: 16 },
];

Deno.test("attributionFindings() lists heads and MLPs whose net effect's interval excludes 0, what the heads read, and the norm", () => {
  const text = attributionFindings({
    summary: [
      part("token_embedding", [undefined, undefined, 9]), // not a head or MLP
      part("head", [1, 2, 1.125, 0.5]),
      part("head", [2, 1, 0.25, 9]), // large by the lengths of vectors alone
      part("mlp", [2, undefined, -3.25, 0.25]),
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
    "Largest net direct effects on d",
    "negated  part         net  95 % interval     effect  its interval",
    "foil     MLP 2     -3.250  -3.750 to -2.750   0.250  -0.750 to 1.250",
    "foil     head 1.2   1.125  0.625 to 1.625     0.500  -0.500 to 1.500",
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
  const warning =
    "that is much, so that the effects without it also show how the parts change a vector's length: go by the net effects";
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
    "Largest net direct effects on d: none of 0.01 or more whose 95 % interval excludes 0\n",
  );
  const { net_low: _, net_high: _1, ...unknown } = idle;
  assertStringIncludes(
    attributionFindings({ summary: [unknown], roles: [], waterfall: [] }),
    "Largest net direct effects on d: not tested\nfoil-negated: no part is tested",
  );
  const caption = { ...part("head", [1, 1, 2]), negation: "caption" };
  assertStringIncludes(
    textOf([caption]),
    "caption-negated, what these heads read: 1.1 nothing for certain",
  );
});
