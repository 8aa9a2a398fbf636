import { assertEquals, assertStringIncludes } from "@std/assert";
import { attributionFindings } from "../../../lib/experiments/attribute/findings.ts";
import { someRows } from "../some_rows.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";

/** The text for a terminal. */
function attributionText(
  { summary, roles, waterfall }: Readonly<
    Record<"summary" | "roles" | "waterfall", readonly object[]>
  >,
): string {
  const lines = {
    summary: someRows(summary),
    roles: someRows(roles),
    waterfall: someRows(waterfall),
  };
  return findingText(attributionFindings(lines));
}

const SIDE = { negation: "foil", segment: "all", n: 9 };

/** A part with the share of its net effect, and its effect without the norm's, by which nothing is chosen. */
function part(component: string, [layer, head, net, effect = 5]: readonly (number | undefined)[]) {
  return {
    ...{ ...SIDE, component, layer, head, mean_effect: effect, share: 9 },
    ...{ mean_net_effect: 4 * net!, net_share: net! },
    ...{ net_simultaneous_low: net! - 0.5, net_simultaneous_high: net! + 0.5 },
  };
}

function read([layer, head, net]: readonly number[], role: string) {
  return { ...part("head", [layer, head, net]), layer: layer!, head: head!, role };
}

/** The norm's part of the way. */
function norm(share: number) {
  return {
    ...{ ...SIDE, part: "norm", mean_effect: 4 * share, s_before: 15.5, s_after: 16 },
    ...{ share, share_low: share - 0.125, share_high: share + 0.125 },
  };
}

Deno.test("attributionFindings() lists heads and MLPs by the shares of their net effects, what the heads read, and the norm", () => {
  const text = attributionText({
    summary: [
      part("token_embedding", [undefined, undefined, 9]), // not a head or MLP
      part("head", [1, 2, 1.125, 0.5]),
      part("head", [2, 1, 0.25, 9]), // large by the lengths of vectors alone
      part("mlp", [2, undefined, -3.25, 0.25]),
      part("norm", [undefined, undefined, 8]),
      { ...part("head", [1, 2, 0.75]), segment: "correct" },
    ],
    roles: [
      ...[read([1, 2, 0.75], "negator"), read([1, 2, 2], "subject_first")],
      ...[read([1, 2, -1], "eot"), read([1, 2, 0.25], "sot"), read([2, 1, 5], "negator")],
      { ...read([1, 2, 9], "negator"), negation: "caption" },
    ],
    waterfall: [norm(-0.125), { ...norm(7), segment: "correct" }],
  });
  assertEquals(text.split("\n"), [
    "Where the foil is negated, d is carried by the net effects of 1.2 (1.13, 0.63 to",
    "  1.63), and the net effects of mlp 2 (-3.25, -3.75 to -2.75) takes away from",
    "  it.",
    "",
    "Largest shares of d of net effects",
    "negated  part    share  simultaneous      correct  incorrect   effect  without norm",
    "foil     mlp 2  -3.250  -3.750 to -2.750                      -13.000         0.250",
    "foil     1.2     1.125  0.625 to 1.625      0.750               4.500         0.500",
    "",
    "foil-negated: 2 of 3 parts",
    "foil-negated, what these heads read: 1.2 subject (first) 2.000, EOT -1.000",
    "foil-negated: the norm's share, which with those of the effects without norm",
    "  adds up to 1, is -0.125 (-0.250 to 0.000)",
    "Heads count from 1: 1.2 is L0H1 in TransformerLens, blocks.0 head 1",
    "",
  ]);
});

Deno.test("attributionFindings() warns of a norm's share that is not small", () => {
  const textOf = (share: number) =>
    attributionText({ summary: [], roles: [], waterfall: [norm(share)] })
      .replaceAll("\n  ", " ");
  const warning =
    "that is much, so that the effects without it also show how the parts change a vector's length: go by the net effects";
  assertStringIncludes(textOf(0.26), warning);
  assertStringIncludes(textOf(-0.26), warning);
  assertEquals(textOf(0.24).includes(warning), false);
});

Deno.test("attributionFindings() says that a head reads nothing for certain", () => {
  assertStringIncludes(
    attributionText({ summary: [part("head", [1, 1, 2])], roles: [], waterfall: [] }),
    "foil-negated, what these heads read: 1.1 nothing for certain",
  );
});
