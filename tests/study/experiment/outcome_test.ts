import { assert, assertEquals } from "@std/assert";
import { evaluate } from "../../../lib/study/evaluate/index.ts";
import { experiment, type MeasuredRow } from "../../../lib/study/experiment/experiment.ts";
import { joinedFinding } from "../../../lib/study/experiment/finding.ts";
import { outcomeOf } from "../../../lib/study/experiment/outcome.ts";

const OWN = experiment({
  name: "own",
  summary: "",
  does: "",
  reads: "text and images",
  runs: "none",
  options: {},
  measure: () => Promise.resolve([]),
  tables: () => ({}),
  charts: () => ({}),
  findings: () => ({ sentences: ["It found something"] }),
});

/** Rows of a model that prefers the affirmative sentence whatever the image shows. */
const ROWS = Array.from({ length: 40 }, (_, i): MeasuredRow<unknown> => {
  const negation = i % 2 === 0 ? "foil" : "caption";
  const [affirmative, negated] = [i - i % 2, i - i % 2].map((k, is) =>
    `There is ${is === 0 ? "a" : "no"} thing${k}.`
  ) as [string, string];
  const [caption, foil] = negation === "foil" ? [affirmative, negated] : [negated, affirmative];
  const pair = { id: `${i}`, image: "a.png", negation, caption, foil } as const;
  const d = negation === "foil" ? 2 : -2;
  const scores = { ...pair, s_caption: d, s_foil: 0, d, segment: "correct", tokens: 6 } as const;
  return { pair, scores, measured: null };
});

Deno.test("outcomeOf() begins every experiment's findings with whether the model tells negation, once", async () => {
  for (const own of [OWN, evaluate]) {
    const context = { seed: 0, sources: { model: [], data: [] }, modelName: "m" };
    const { findings } = await outcomeOf(own, ROWS, context);
    const { sentences = [] } = joinedFinding(findings);
    assert(sentences[0]!.startsWith("m does not tell negation here: "), sentences[0]);
    assertEquals(sentences.filter((text) => text.includes("negation here")).length, 1);
    assertEquals(sentences.at(-1), own === OWN ? "It found something" : sentences.at(-1));
    assertEquals(findings[0]!.sentences![0], sentences[0]); // also where the scores are left out
  }
});
