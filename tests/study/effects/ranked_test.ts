import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertPlainSentences } from "../plain_sentences.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { partName, topShares } from "../../../lib/study/effects/ranked.ts";

/** A head with its share of d, and how far its simultaneous interval reaches. */
function head(
  name: string,
  share: number,
  { reach = 0.125, segment = "all", negation = "foil", mean_effect = 0.5 } = {},
) {
  return {
    ...{ negation, segment, name, mean_effect, share },
    ...{ simultaneous_low: share - reach, simultaneous_high: share + reach },
  };
}

type Head = ReturnType<typeof head>;

/** A head with its share of gamma and its effect on alpha, whose interval reaches 0.05 to either side. */
function ofBoth(name: string, share: number, alpha: number) {
  const bounds = { alpha_simultaneous_low: alpha - 0.05, alpha_simultaneous_high: alpha + 0.05 };
  return { ...head(name, share), negation: "both", alpha, ...bounds };
}

const HOW = {
  ...{ title: "Heads: largest shares of d", unit: "head" } as const,
  nameOf: ({ name }: Head) => name,
};

Deno.test("topShares() orders by the share's size, whatever the mean effect, and adds those of the segments", () => {
  const { table, named } = topShares([
    head("1.1", 0.25),
    head("1.2", 1, { mean_effect: 0.01 }),
    head("1.3", -0.5, { mean_effect: -9 }),
    head("1.4", 9, { reach: 10 }), // its interval includes 0
    head("1.2", 0.875, { segment: "correct" }),
    head("1.2", 1.125, { segment: "incorrect" }),
    head("1.2", 4, { segment: "incorrect", negation: "caption" }),
  ], HOW);
  assertEquals(findingText({ tables: [table] }).split("\n"), [
    "Heads: largest shares of d",
    "negated  head   share  simultaneous      correct  incorrect  effect",
    "foil     1.2    1.000  0.875 to 1.125      0.875      1.125   0.010",
    "foil     1.3   -0.500  -0.625 to -0.375                      -9.000",
    "foil     1.1    0.250  0.125 to 0.375                         0.500",
    "",
  ]);
  assertEquals(named.map(({ name }) => name), ["1.2", "1.3", "1.1"]);
});

Deno.test("topShares() says none only if every interval includes 0 and lies within .05", () => {
  const textOf = (...heads: readonly Head[]) =>
    topShares(heads, HOW).sentences[0]!.replace("Where the foil is negated, ", "");
  assertEquals(
    textOf(head("1.1", 0.01, { reach: 0.03 }), head("1.2", 0, { reach: 0.05 })),
    "no head is named: none; by simultaneous 95 % intervals no share is beyond 0.05",
  );
  assertEquals(
    textOf(head("1.1", -0.03, { reach: 0.04 })),
    "no head is named: none certain of 0.05 or more; by simultaneous 95 % intervals shares up to 0.07 are possible",
  );
  assertEquals(
    textOf(head("1.1", 0.009, { reach: 0.001 }), head("1.2", 0, { reach: 0.04 })),
    "no head is named: none of 0.05 or more, 1 smaller; by simultaneous 95 % intervals no share is beyond 0.05",
  );
  assertEquals( // a certain small one does not hide what another may have
    textOf(head("1.1", 0.009, { reach: 0.001 }), head("1.2", 0.4, { reach: 0.5 })),
    "no head is named: none certain of 0.05 or more; by simultaneous 95 % intervals shares up to 0.90 are possible",
  );
  const { share: _, simultaneous_low: _1, simultaneous_high: _2, ...none } = head("1.1", 0);
  assertStringIncludes(
    topShares([none, head("1.2", 0, { reach: 0.05 })] as never, HOW).sentences[0]!,
    "no head is named: none; by simultaneous 95 % intervals",
  );
  assertStringIncludes(
    topShares([none], { ...HOW, nameOf: () => "1.1" }).sentences[0]!,
    "no share of d, since d is no more than the rounding error of S in every row",
  );
  const { simultaneous_low: _3, simultaneous_high: _4, ...untested } = head("1.1", 0.5);
  assertStringIncludes(
    topShares([untested, none], { ...HOW, nameOf: () => "1.1" }).untested[0]!,
    "Where the foil is negated, no head is tested: too few rows for an interval",
  );
});

Deno.test("topShares() tells of both sides first, of gamma, and what only pushes a sentence", () => {
  const lines = [
    ...[head("1.1", 0.5), head("1.2", 0.25), head("1.2", 0.75, { negation: "caption" })],
    ...[ofBoth("1.2", 0.5, 0.4), ofBoth("1.3", 0.25, 0), ofBoth("1.4", -0.25, 0)],
    { ...ofBoth("1.5", 0, 0), share: undefined as never }, // d has no share there
    ...[-0.3, 0.06, -0.5, 0.2].map((alpha, i) => ofBoth(`2.${i + 1}`, 0, alpha)),
  ];
  const { sentences, table } = topShares(lines, { ...HOW, what: "what is written by" });
  assertPlainSentences(sentences);
  assertEquals(sentences, [
    "Understanding (gamma) is carried most by what is written by head 1.2 (share 0.50, 0.38 to 0.63), then by 1.3",
    "What is written by head 1.4 (share -0.25, -0.38 to -0.13) takes away from it",
    "Without a certain 0.05 of gamma, 2.4 (alpha 0.20) pushes towards the affirmative and 2.3 (alpha -0.50) and 2.1 push towards the negated sentence, whatever the picture",
  ]);
  assertEquals(findingText({ tables: [table] }).split("\n").slice(0, 4), [
    "Heads: shares of gamma and, by side, of d; alpha in logits",
    "head   gamma  simultaneous       foil  caption   alpha",
    "1.2    0.500  0.375 to 0.625    0.250    0.750   0.400",
    "1.3    0.250  0.125 to 0.375                     0.000",
  ]);
  assertEquals(table.lines.map(({ head }) => head), [
    ...["1.2", "1.3", "1.4", "2.1", "2.3", "2.4"],
  ]);
});

Deno.test("topShares() names two of the parts that push towards a sentence, the strongest first", () => {
  const alphas = [0.1, -0.2, 0.3, 0.2, -0.5, -0.3];
  assertEquals(
    topShares(alphas.map((alpha, i) => ofBoth(`2.${i}`, 0, alpha)), HOW).sentences.at(-1),
    "Without a certain 0.05 of gamma, 2.2 (alpha 0.30), 2.3 and 1 more push towards the affirmative and 2.4 (alpha -0.50), 2.5 and 1 more push towards the negated sentence, whatever the picture",
  );
});

Deno.test("topShares() says that nothing has a share of gamma, and one part that pushes by itself", () => {
  const pushing = { ...ofBoth("2.1", 0, 0.5), share: undefined };
  const found = (...sides: readonly object[]) =>
    topShares([pushing, ...sides] as never, HOW as never).sentences;
  const none = "Nothing has a share of understanding (gamma), which cannot be told from 0";
  const [said, foil, pushes, ...more] = found(head("1.1", 0.5));
  assertEquals([said, more.length], [none, 0]);
  assertStringIncludes(foil!, "Where the foil is negated, d is carried by head 1.1 (");
  assertStringIncludes(pushes!, "gamma, 2.1 (alpha 0.50) pushes towards the affirmative sentence");
  const untested = { ...head("1.1", 0.5), simultaneous_low: undefined };
  assertEquals(found(untested).includes(none), false);
  assertEquals(found(untested, head("1.1", 0.5, { negation: "caption" })).includes(none), true);
});

Deno.test("topShares() joins the layers in which the same has a share of the same sign, by the largest", () => {
  const role = (name: string, layer: number, share: number) => (
    { ...head(name, share, { mean_effect: 2 * share }), layer }
  );
  const { sentences, table } = topShares([
    ...[role("negator", 1, 0.9), role("negator", 2, 0.5), role("negator", 4, 0.2)],
    ...[role("EOT", 3, 0.75), role("EOT", 4, -0.25), role("EOT", 1, 0.1)],
  ], { ...HOW, unit: "role", joinsLayers: true });
  assertPlainSentences(sentences);
  assertEquals(sentences, [
    "Where the foil is negated, d is carried most by the negator (share up to 0.90, 0.78 to 1.02), then by the EOT in layer 3",
    "The EOT in layer 4 (share -0.25, -0.38 to -0.13) takes away from it, where the foil is negated",
  ]);
  assertEquals(table.lines.map(({ role, share }) => [role, share]), [
    ["negator in layers 1-2, 4", 0.9],
    ["EOT in layer 3", 0.75],
    ["EOT in layer 4", -0.25],
  ]);
  const ofLayers = (ofOneRow: boolean) =>
    topShares([
      ...[role("EOT", 1, 0.6), role("EOT", 2, 0.9), role("EOT", 4, -0.25), role("EOT", 5, -0.4)],
      ...[role("SOT", 3, 0.7), role("negator", 3, 0.5)],
    ], { ...HOW, unit: "role", joinsLayers: true, ofOneRow }).sentences;
  assertEquals([...ofLayers(false), ...ofLayers(true)], [
    "Where the foil is negated, d is carried most by the EOT in layers 1-2 (share up to 0.90, 0.78 to 1.02), then by the SOT and 1 more",
    "The EOT in layers 4-5 (share down to -0.40, -0.53 to -0.28) takes away from it, where the foil is negated",
    "Here, d is carried most by the EOT in layers 1-2 (1.80 of 2.00), then by the SOT and 1 more",
    "The EOT in layers 4-5 (-0.80 of 2.00) takes away from it",
  ]);
});

Deno.test("topShares() lists five of each side by size, and names the first three of those that carry and the first two of those that take away", () => {
  const ofSide = (negation: string, shares: readonly number[]) =>
    shares.map((share, i) => head(`${negation[0]}${i}`, share, { negation, reach: 0.01 }));
  const { table, sentences } = topShares([
    ...ofSide("foil", [0.2, -0.15, 0.9, 0.1, -0.3, 0.4, 0.3, 0.05]),
    ...ofSide("caption", [-0.5, 0.6, 0.049, -0.25, -0.2, -0.1]),
  ], HOW);
  assertEquals(table.lines.map(({ head }) => head), [
    ...["f2", "c1", "c0", "f5", "f4", "f6", "c3", "f0", "c4", "c5"],
  ]);
  assertEquals(sentences, [
    "Where the foil is negated, d is carried most by f2 (share 0.90, 0.89 to 0.91), then by f5, f6 and 3 more",
    "F4 (share -0.30, -0.31 to -0.29) and f1 take away from it, where the foil is negated",
    "Where the caption is negated, d is carried by c1 (share 0.60, 0.59 to 0.61)",
    "C0 (share -0.50, -0.51 to -0.49), c3 and 2 more take away from it, where the caption is negated",
  ]);
});

Deno.test("topShares() of a single row takes every share of .05 as it is, with its effect of d", () => {
  const own = (name: string, share: number) => (
    { ...head(name, share, { mean_effect: 2 * share }), simultaneous_low: undefined }
  );
  const names = ["1.1", "1.2", "1.3", "2.1", "2.2", "2.3"];
  const lines = [...names.map((name, i) => own(name, 0.6 - i / 10)), own("3.1", -0.05)];
  const { table, sentences, untested } = topShares([...lines, own("3.2", 0.04)] as never, {
    ...HOW,
    ofOneRow: true,
  });
  assertEquals(table.lines.map(({ head }) => head), [...names, "3.1"]);
  const cells = ["negated", "head", "share", "simultaneous", "effect"];
  assertEquals(Object.keys(table.lines[0]!), cells);
  assertEquals([sentences, untested], [[
    "Here, d is carried most by head 1.1 (1.20 of 2.00), then by 1.2, 1.3 and 3 more",
    "Head 3.1 (-0.10 of 2.00) takes away from it",
  ], []]);
  assertEquals(
    topShares([own("3.2", 0.04)] as never, { ...HOW, ofOneRow: true }).sentences,
    ["Here, no head is named: none of 0.05 or more"],
  );
});

Deno.test("topShares() without lines over all rows ranks those of the first segment", () => {
  const lines = [
    ...[head("1.1", 0.5, { segment: "incorrect" }), head("1.1", 0.75, { segment: "correct" })],
    ...[head("1.2", 0.25, { segment: "incorrect" }), head("1.3", 1, { segment: "correct" })],
  ];
  const { table, sentences } = topShares(lines, HOW);
  assertEquals(table.lines.map(({ head, share, correct }) => [head, share, correct]), [
    ...[["1.1", 0.5, 0.75], ["1.2", 0.25, undefined]],
  ]);
  assertStringIncludes(sentences[0]!, "d of incorrect rows is carried most by head 1.1");
});

Deno.test("partName() names heads, other parts and roles, with their layer if they have one", () => {
  assertEquals([
    partName({ layer: 4, head: 2, part: "head", role: "eot" }),
    ...[partName({ layer: 3, part: "mlp" }), partName({ part: "heads all" })],
    ...[partName({ layer: 1, role: "negator" }), partName({ role: "eot" })],
  ], ["4.2", "mlp 3", "heads all", "negator in layer 1", "end token"]);
});
