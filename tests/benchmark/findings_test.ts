import { assertEquals } from "@std/assert";
import { accuracyFindings, retrievalFindings } from "../../lib/benchmark/findings.ts";
import { someRows } from "../experiments/some_rows.ts";

const BLIND = { bag_of_words: 0.5, longest: 0.5, shortest: 0.5, negated: 0.5 };

Deno.test("a benchmark says first that a model is no better than chance, if its interval does not lie above it", () => {
  const isSaid = (low: number | undefined) => {
    const row = { ...BLIND, by: "all", n: 60, accuracy: 0.6, low, high: 0.9, chance: 0.5 };
    const line = { direction: "text_to_image", value: 0.6, low, high: 0.9, chance: 0.5, n: 60 };
    const format = someRows([{ rule: undefined }])[0]!;
    return [
      accuracyFindings(someRows([row]), { format, inParts: [] }),
      retrievalFindings(someRows([line, line, line, line]), { repeated: 0 }),
    ].map(({ sentences }) => sentences![0]!.includes("better than chance"));
  };
  assertEquals(isSaid(0.4), [true, true]);
  assertEquals(isSaid(0.5), [true, true]);
  assertEquals(isSaid(0.51), [false, false]);
  assertEquals(isSaid(undefined), [false, false]); // too few clusters to tell
});
