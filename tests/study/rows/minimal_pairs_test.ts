import { assertEquals } from "@std/assert";
import {
  type AlignedPair,
  checkMinimalPairs,
  isMinimalPair,
  preparePairs,
} from "../../../lib/study/rows/prepare.ts";
import { SIGLIP_TINY, STANDARD_PAIRS, studyPairs, TINY, withClip } from "../../studies.ts";
import { assertThrowsCode } from "../../error_codes.ts";

const START = 1;
const END = 2;

function pairOf(negated: readonly number[], affirmative: readonly number[]) {
  const sentence = (ids: readonly number[]) => (
    { sentence: "", ids, tokens: ids.map(String), pooled: ids.indexOf(END) }
  );
  return {
    negated: sentence(negated),
    affirmative: sentence(affirmative),
    negator: 2,
  } satisfies Pick<AlignedPair, "negated" | "affirmative" | "negator">;
}

Deno.test("isMinimalPair() takes only sentences of equal length that differ at the negator alone", () => {
  const affirmative = [START, 5, 6, 7, END];
  const fits = (negated: readonly number[]) => isMinimalPair(pairOf(negated, affirmative));
  assertEquals(fits([START, 5, 9, 7, END]), true);
  assertEquals(fits([START, 5, 6, 7, END]), false); // equal
  assertEquals(fits([START, 5, 9, 8, END]), false); // another difference
  assertEquals(fits([START, 8, 6, 7, END]), false); // elsewhere
  assertEquals(fits([START, 5, 9, 7, 7, END]), false); // longer
  assertEquals(isMinimalPair(pairOf([START, 5, 9, END, END], [START, 5, 6, END, END])), false);
});

Deno.test("checkMinimalPairs() takes the rows of the rephrased protocol, and names the first other row", () =>
  withClip(TINY, async ({ text }) => {
    const rowsOf = async (file: string, protocol: "rephrased" | "standard") => {
      const pairs = await studyPairs(TINY, { file, protocol });
      const { distinct, indexOfRow } = preparePairs(text, pairs, { protocol });
      return pairs.map((pair, row) => ({ pair, aligned: distinct[indexOfRow[row]!]! }));
    };
    const { family } = text;
    const rows = await rowsOf(TINY.pairs, "rephrased");
    checkMinimalPairs("shares", { family, rows });
    const others = await rowsOf(STANDARD_PAIRS, "standard");
    const first = others.find(({ aligned }) => !isMinimalPair(aligned))!;
    assertThrowsCode(
      () => checkMinimalPairs("shares", { family, rows: [...rows, ...others] }),
      "pair-not-minimal",
      `Cannot run shares on row "${first.pair.id}": "${first.pair.caption}" and`,
    );
  }));

Deno.test("checkMinimalPairs() refuses a model without a causal mask", () =>
  withClip(SIGLIP_TINY, ({ text: { family } }) => {
    assertThrowsCode(
      () => checkMinimalPairs("shares", { family, rows: [] }),
      "model-unfit",
      "has no causal mask",
    );
    return Promise.resolve();
  }));
