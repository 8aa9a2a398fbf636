import { loadStudy } from "../../../lib/opening/load_study.ts";
import { assertEquals, assertNotEquals } from "@std/assert";
import { Work } from "../../../lib/experiments/nodes/pair_runs.ts";
import { strongestHeads } from "../../../lib/experiments/paths/measure_paths.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { openInputs } from "../../../lib/opening/open_inputs.ts";
import type { StudyChoice } from "../../../lib/study/choice/study_options.ts";
import { headName } from "../../../lib/tables/nodes.ts";
import { studyPairs, TINY } from "../../studies.ts";

/** The strongest heads that are chosen for some rows. */
async function chosenFor(choice: StudyChoice, count: number) {
  const { model, images } = TINY;
  await using study = await loadStudy(
    await openInputs({ model, images, threads: 1, ...choice }),
    { runtime: nodeRuntime() },
  );
  return await strongestHeads(study, count, new Work(() => {}));
}

Deno.test("strongestHeads() chooses for the whole data, whatever rows a shard or a limit leaves", async () => {
  const whole = await chosenFor({ data: TINY.pairs }, 2);
  assertEquals(whole.length, 2);
  for (const part of [{ shard: { k: 2, n: 7 } }, { limit: 1 }]) {
    assertEquals(await chosenFor({ data: TINY.pairs, ...part }, 2), whole);
  }
  const pairs = await studyPairs(TINY);
  const alone = await Promise.all(
    [0, 3].map((row) => chosenFor({ pairs: [pairs[row]!] }, 2)),
  );
  assertNotEquals(new Set(alone.map((own) => JSON.stringify(own))).size, 1); // the data matter
});

Deno.test("strongestHeads() leaves out heads that do nothing alone, and takes as many as asked for if none does", async () => {
  const strongest = async (model: string) => {
    await using study = await loadStudy(await openInputs({ model, threads: 1 }), {
      runtime: nodeRuntime(),
    });
    return (await strongestHeads(study, 8, new Work(() => {}))).map(headName);
  };
  assertEquals(await strongest("planted/relay"), ["1.2", "3.3"]);
  const all = await strongest("planted/and");
  assertEquals([all.length, all], [8, all.toSorted()]); // each of two heads needs the other
});
