import { assertEquals } from "@std/assert";
import { bestSentences, type JudgedModel } from "../../../lib/composites/compare/best_model.ts";
import { assertPlainSentences } from "../../study/plain_sentences.ts";

/** A model with an accuracy and a gamma, each with a reach of its interval. */
function model(
  name: string,
  accuracy?: number,
  { gamma, tells = "yes", reach }: {
    gamma?: number;
    tells?: "yes" | "no" | "reversed" | "unknown";
    reach?: number;
  } = {},
): JudgedModel {
  const measured = (value: number) => (
    { value, ...reach !== undefined && { low: value - reach, high: value + reach } }
  );
  return {
    ...{ name, verdict: { tells, sentences: [] } },
    ...accuracy !== undefined && { accuracy: measured(accuracy), rows: 40 },
    ...gamma !== undefined && { gamma: measured(gamma) },
  };
}

const CASES: readonly (readonly [models: readonly JudgedModel[], says: readonly string[]])[] = [
  [[], []],
  [[model("a", 0.75, { gamma: 2 })], []], // one is neither best nor worst
  [[
    model("a", 0.5, { gamma: -0.25, reach: 0.125 }),
    model("b", 0.75, { gamma: 1.5, reach: 0.125 }),
    model("c"),
  ], [
    "Of 2 models, b has the highest accuracy: right in 0.75 of 40 rows (95 % interval 0.63 to 0.88)",
    "a has the lowest accuracy: right in 0.50 of 40 rows (95 % interval 0.38 to 0.63)",
    "Understanding (gamma) is largest in b, 1.50 (1.38 to 1.63) logits, and smallest in a, -0.25 (-0.38 to -0.13)",
  ]],
  [[model("a", 0.5), model("b", 1), model("c", 1), model("d", 0.5)], [
    "Of 4 models, b and c have the highest accuracy: right in 1.00 of 40 rows",
    "a and d have the lowest accuracy: right in 0.50 of 40 rows",
  ]],
  [[model("a", 0.5, { gamma: 1 }), model("b", 0.5, { gamma: 1 })], [
    "Of 2 models, a and b have the highest accuracy: right in 0.50 of 40 rows",
  ]],
  [[model("a", undefined, { tells: "no" }), model("b", undefined, { tells: "reversed" })], [
    "a and b do not tell negation here: what moves d there is no understanding",
  ]],
  [[
    ...["a", "a"].map((name) => model(name, undefined, { tells: "no" })), // on two sets of data
    ...["b", "c"].map((name) => model(name, undefined, { tells: "unknown" })),
  ], [
    "a does not tell negation here: what moves d there is no understanding",
    "Whether b and c tell negation cannot be told",
  ]],
  [[model("b", undefined, { tells: "unknown" })], ["Whether b tells negation cannot be told"]],
];

Deno.test("bestSentences() says which models do not tell negation, then which are the best and the worst, if they differ", () => {
  for (const [models, says] of CASES) {
    const sentences = bestSentences(models);
    assertEquals(sentences, says);
    assertPlainSentences(sentences.filter((said) => !said.startsWith("Understanding"))); // which has two intervals
  }
});
