import { assertEquals, assertStringIncludes } from "@std/assert";
import { probeFindings } from "../../../lib/experiments/probe/findings.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { someRows } from "../some_rows.ts";

/** The text for a terminal. */
function probeText(rows: readonly object[]): string {
  return findingText(probeFindings(someRows(rows)));
}

function line(
  layer: number,
  shares: readonly [above: number, full: number, means: number, probe: number],
  negation = "foil",
): Readonly<Record<string, unknown>> & { readonly layer: number } {
  const of = (name: string, value: number) => ({
    [name]: value,
    [`${name}_low`]: value - 0.125,
    [`${name}_high`]: value + 0.125,
    [`${name}_simultaneous_low`]: value - 0.1875,
    [`${name}_simultaneous_high`]: value + 0.1875,
  });
  const [above, full, means, probe] = shares;
  return {
    ...{
      negation,
      segment: "all",
      held_out: "nouns",
      layer,
      n: 9,
      pairs: 9,
      pairs_differing: 9,
      control: 0.5,
    },
    ...{ ...of("accuracy", 0.5 + above), ...of("above_control", above), ...of("share_full", full) },
    ...{ ...of("share_direction", means), ...of("share_probe", probe) },
  };
}

const LINES = [
  line(0, [0, 0, 0, 0]),
  line(1, [0.25, 0.25, 0, 0]),
  line(2, [0.375, 0, 0, 0]),
  line(3, [0.5, 0.5, 0.25, 0]),
  line(4, [0.4375, 1, 0.375, 0.15625]), // the last off 0 by its own interval, not by that of all layers
];

Deno.test("probeFindings() lists the layers in which each share is above 0, and its values in the first and the last layer", () => {
  const hidden = { ...line(1, [0.5, 1, 1, 1]), segment: "correct" };
  assertEquals(
    probeText([hidden, ...LINES]),
    [
      "Where the foil is negated, negated and affirmative sentences are told apart in",
      "  layers 1-4, and the mean difference carries d in layers 3-4, most in layer 4",
      "  (0.38, 0.25 to 0.50).",
      "",
      "Negated sentences at the end token: told apart, and the difference used",
      "negated  share               layers  in the first (95 %)  in layer 4",
      "foil     decoded - control   1-4     0.25 (0.13 to 0.38)  0.44 (0.31 to 0.56)",
      "foil     d, whole vector     1, 3    0.25 (0.13 to 0.38)  1.00 (0.88 to 1.13)",
      "foil     d, mean difference  3-4     0.25 (0.13 to 0.38)  0.38 (0.25 to 0.50)",
      "",
      "foil-negated (n = 9): at best 1.000 (0.875 to 1.125) decoded, in layer 3, where",
      "  the control has 0.500; in no layer: d, probe direction",
      "Held out: what is fitted for a row has not seen its subject noun",
      "",
    ].join("\n"),
  );
});

Deno.test("probeFindings() lists where a direction takes away from d apart from where it adds to it", () => {
  const text = probeText([line(1, [0.5, 0.5, -0.5, 0]), ...LINES.filter((l) => l.layer > 1)]);
  assertStringIncludes(text, "foil     d, mean difference  3-4 ");
  assertStringIncludes(text, "foil     d, mean difference  1       -0.50 (-0.63 to -0.38)");
});

Deno.test("probeFindings() says that nothing is decoded, and that too few clusters have no interval", () => {
  const nothing = [line(0, [0, 0, 0, 0], "caption"), line(1, [0.0625, 1, 0, 0], "caption")];
  assertEquals(
    probeText(nothing),
    "Where the caption is negated, negated and affirmative sentences are told apart\n" +
      "  in no layer, and the mean difference carries no d in any.\n\n" +
      "caption-negated (n = 9): at best 0.563 (0.438 to 0.688) decoded, in layer 1,\n" +
      "  where the control has 0.500; in no layer: decoded - control; d, whole vector\n" +
      "  (before the last); d, mean difference; d, probe direction\n" +
      "Held out: what is fitted for a row has not seen its subject noun\n",
  );
  const few = [{
    ...{
      negation: "foil",
      segment: "all",
      held_out: "nouns",
      layer: 1,
      n: 4,
      pairs: 4,
      pairs_differing: 4,
    },
    ...{ control: 0.5, accuracy: 0.5 },
  }];
  assertEquals(
    probeText(few),
    "Where the foil is negated, nothing is tested.\n\n" +
      "foil-negated (n = 4): at best 0.500 decoded, in layer 1, where the control has\n" +
      "  0.500 (the mean of 2 labellings); an interval takes at least 9 effective\n" +
      "  clusters of rows\n" +
      "Held out: what is fitted for a row has not seen its subject noun\n",
  );
});

Deno.test("probeFindings() says of how many labellings the control is the mean if they are fewer than ten", () => {
  const told = (ofSides: readonly number[]) => {
    const sides = ofSides.map((pairs_differing, side) => (
      { ...line(1, [0.5, 1, 0, 0], ["foil", "caption"][side]), pairs_differing }
    ));
    const text = probeText(sides).replace(/\n {2}/g, " ");
    return text.match(/the control has 0.500( \(.*?\))?/g)!.map((found) => found.slice(21));
  };
  assertEquals(told([8]), [" (the mean of 8 labellings)"]);
  assertEquals(told([9]), [""]);
  assertEquals(told([9, 4]), ["", ""]); // all rows have the same controls
  assertEquals(told([6, 5]), new Array(2).fill(" (the mean of 4 to 10 labellings)")); // sides may share pairs
  assertEquals(told([3, 1]), new Array(2).fill(" (the mean of 2 labellings)"));
});

Deno.test("probeFindings() names the layers of a share that the last layer does not have", () => {
  const text = probeText([...LINES, line(5, [0, 1, 0, 0])]);
  assertStringIncludes(
    text,
    "decoded - control   1-4     0.25 (0.13 to 0.38)  0.00 (-0.13 to 0.13)",
  );
  assertStringIncludes(text, "d, mean difference  3-4  ");
  assertStringIncludes(text.replace(/\n {2}/g, " "), "in no layer: d, probe direction\n");
});

Deno.test("probeFindings() says which shares have no value", () => {
  const without = LINES.map(({ share_full: _, share_direction: __, share_probe: ___, ...rest }) =>
    rest
  );
  const text = probeText(without).replace(/\n {2}/g, " ");
  assertStringIncludes(text, "d, whole vector, which has no value");
});

Deno.test("probeFindings() says where there is nothing to decode, or only in some pairs, and names no best accuracy without one", () => {
  const nothing = (layer: number, pairs_differing = 0) => (
    { negation: "foil", segment: "all", held_out: "nouns", layer, n: 9, pairs: 8, pairs_differing }
  );
  const told = (lines: readonly object[]) => probeText(lines).replace(/\n {2}/g, " ");
  const some = { ...line(3, [0.5, 0.5, 0.25, 0]), pairs_differing: 5 };
  assertStringIncludes(
    told([nothing(0), nothing(1), nothing(2), some, line(4, [0.5, 1, 0, 0])]),
    "the control has 0.500 (the mean of 4 labellings); nothing to decode in layers 1-2, where the two vectors of every pair are the same but for rounding; in layer 3 decoded in 5 of 9 pairs, since the vectors of the others are the same but for rounding; in no layer: d, probe direction\n",
  );
  assertStringIncludes(
    told([nothing(0), nothing(1, 3), line(2, [0.5, 1, 0, 0])]),
    "nothing to decode in layer 1, where the two vectors of nearly every pair are the same",
  );
  assertStringIncludes(
    told([nothing(0), nothing(1)]),
    "the mean difference carries no d in any.\n\nfoil-negated (n = 9): nothing to decode in layer 1, where the two vectors of every pair are the same but for rounding; in no layer: decoded - control; d, whole vector, which has no value;",
  );
  assertEquals(told([nothing(0), line(1, [0.5, 1, 0, 0])]).includes("nothing to decode"), false);
});

Deno.test("probeFindings() lists frames that were held out, in the layer that is decoded best, and says if pairs are", () => {
  const frame = (layer: number, above: number) => (
    { ...line(layer, [above, 0, 0.25, 0]), held_out: "frame there is no … here", n: 10 }
  );
  const pairs = LINES.map((row) => ({ ...row, held_out: "pairs" }));
  const text = probeText([...pairs, frame(2, 0.5), frame(3, 0.125)]);
  assertStringIncludes(
    text,
    [
      "Fitted to other frames, in the layer that is decoded best",
      "negated  frame               decoded - control    d, mean difference",
      "foil     there is no … here  0.13 (0.00 to 0.25)  0.25 (0.13 to 0.38)",
      "",
    ].join("\n"),
  );
  assertStringIncludes(text.replace(/\n {2}/g, " "), "has not seen its sentence pair, but others");
  assertEquals(text.includes("layers 1-4, and"), true); // of all rows, as without frames
});

Deno.test("probeFindings() says in the sentence whether the largest share is beyond its control", () => {
  const sentenceOf = (direction_specific: "yes" | "no") => {
    const control = {
      ...{ direction_control: "random", direction_specific, share_direction_control: 0.125 },
      ...{ share_direction_control_low: -0.25, share_direction_control_high: 0.25 },
    };
    const rows = LINES.map((row) => ({ ...row, ...row.layer === 4 ? control : {} }));
    return probeFindings(someRows(rows)).sentences![0]!;
  };
  assertStringIncludes(
    sentenceOf("yes"),
    "most in layer 4 (0.38, 0.25 to 0.50), which is beyond the control random",
  );
  assertStringIncludes(
    sentenceOf("no"),
    "(0.38, 0.25 to 0.50); it is not beyond the control random: random shows",
  );
});
