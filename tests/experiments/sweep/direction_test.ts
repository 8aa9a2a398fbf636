import { assertEquals } from "@std/assert";
import { swapSentences } from "../../../lib/experiments/sweep/direction.ts";
import { fitsFastSweep } from "../../../lib/experiments/sweep/fast/groups.ts";
import {
  generalSweep,
  type SweepPair,
  type SweepResult,
} from "../../../lib/experiments/sweep/general_sweep.ts";
import { sweep } from "../../../lib/experiments/sweep/sweep.ts";
import { traceCells } from "../../../lib/experiments/sweep/trace_cells.ts";
import { preparePairs } from "../../../lib/subject/prepare.ts";
import { STANDARD_PAIRS, studyPairs, TINY, withClip } from "../../studies.ts";
import { assertClose } from "./assert_close.ts";

Deno.test("swapSentences() inverts the alignment, and twice gives the pair again where each token has a counterpart", () =>
  withClip(TINY, async ({ text }) => {
    const pairs = await studyPairs(TINY, { file: STANDARD_PAIRS, protocol: "standard" });
    const { distinct } = preparePairs(text, pairs, { protocol: "standard" });
    const inserted = distinct.find(({ alignment, negator }) => alignment[negator] === undefined)!;
    const swapped = swapSentences(inserted);
    assertEquals([swapped.negated, swapped.affirmative], [inserted.affirmative, inserted.negated]);
    // The affirmative sentence lacks the negator: the tokens after it are one place earlier.
    const { negator } = inserted;
    const expected = [...inserted.affirmative.ids.keys()].map((i) => i < negator ? i : i + 1);
    assertEquals(swapped.alignment, expected);
    const { negated, affirmative, alignment } = swapSentences(swapped);
    assertEquals({ negated, affirmative, alignment }, {
      ...{ negated: inserted.negated, affirmative: inserted.affirmative },
      alignment: inserted.alignment,
    });
    const { distinct: [minimal] } = preparePairs(text, await studyPairs(TINY), {
      protocol: "rephrased",
    });
    const { key: _key, roles: _roles, ...sentences } = minimal!;
    assertEquals(swapSentences(swapSentences(minimal!)), sentences);
  }));

for (const site of ["resid", "z"] as const) {
  Deno.test(`the fast schedule sweeps swapped sentences at ${site}, with the results of the general engine`, () =>
    withClip(TINY, async ({ text }) => {
      const { distinct } = preparePairs(text, await studyPairs(TINY), { protocol: "rephrased" });
      const pairs = distinct.map((own): SweepPair => {
        const pair = swapSentences(own);
        return { pair, cells: traceCells(pair, { site, ...text.tower.shape, ...text.family }) };
      });
      const { layers } = text.tower.shape;
      assertEquals(pairs.every((pair) => fitsFastSweep(pair, { layers, site })), true);
      assertClose(
        await embeddings(sweep(text, pairs, site)),
        await embeddings(generalSweep(text.tower, pairs, site)),
      );
    }));
}

async function embeddings(
  batches: AsyncIterable<SweepResult[]>,
): Promise<Map<string, Float32Array>> {
  const results = (await Array.fromAsync(batches)).flat();
  return new Map(results.map(({ index, cell: { layer, head, position }, embedding }) => [
    `${index} ${layer} ${head} ${position}`,
    embedding,
  ]));
}
