import { assertEquals } from "@std/assert";
import { attributionFindings } from "../../../lib/experiments/attribute/findings.ts";
import { someRows } from "../some_rows.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";

/** The text for a terminal. */
function attributionText(summary: readonly object[]): string {
  return findingText(attributionFindings(someRows(summary)));
}

const SIDE = { negation: "foil", segment: "all", n: 9 };

/** A part with the share of its net effect. */
function part(component: string, [layer, head, net]: readonly (number | undefined)[]) {
  return {
    ...{ ...SIDE, component, layer, head, mean_net_effect: 4 * net!, net_share: net! },
    ...{ net_simultaneous_low: net! - 0.5, net_simultaneous_high: net! + 0.5 },
  };
}

Deno.test("attributionFindings() lists heads and MLPs by the shares of their net effects", () => {
  const text = attributionText([
    part("head", [1, 2, 1.125]),
    part("head", [2, 1, 0.25]),
    part("mlp", [2, undefined, -3.25]),
    { ...part("head", [1, 2, 0.75]), segment: "correct" },
  ]);
  assertEquals(text.split("\n"), [
    "Where the foil is negated, d is carried by the net effects of 1.2 (1.13, 0.63 to",
    "  1.63), and the net effects of mlp 2 (-3.25, -3.75 to -2.75) takes away from",
    "  it.",
    "",
    "Largest shares of d of net effects",
    "negated  part    share  simultaneous      correct  incorrect   effect",
    "foil     mlp 2  -3.250  -3.750 to -2.750                      -13.000",
    "foil     1.2     1.125  0.625 to 1.625      0.750               4.500",
    "",
    "foil-negated: 2 of 3 parts",
    "Heads count from 1: 1.2 is L0H1 in TransformerLens, blocks.0 head 1",
    "",
  ]);
});
