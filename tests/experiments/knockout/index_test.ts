import { loadStudy } from "../../../lib/opening/load_study.ts";
import { assertEquals, assertNotEquals } from "@std/assert";
import { knockout } from "../../../lib/experiments/knockout/index.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { openInputs } from "../../../lib/opening/choice/open_inputs.ts";
import { keptIn } from "../../study/kept_map.ts";
import { TINY } from "../../studies.ts";

Deno.test("knockout keeps the attention of its rows beside their scores, and goes on with both", async () => {
  const { model, pairs: data, images } = TINY;
  await using study = await loadStudy(await openInputs({ model, data, images, threads: 1 }), {
    runtime: nodeRuntime(),
  });
  const scores = new Map<string, readonly number[]>();
  const parts = new Map<string, Map<string, readonly number[]>>();
  let runs = 0;
  const measure = () =>
    knockout.measure(study, { renormalize: false, heads: "all", control: [] }, {
      seed: 0,
      kept: keptIn(scores),
      keptOf: (part) => {
        const rows = parts.get(part) ?? new Map();
        parts.set(part, rows);
        return keptIn(rows);
      },
      progress: () => void runs++,
    });
  const whole = await measure();
  assertEquals([...parts.keys()], ["attention"]);
  const attention = parts.get("attention")!;
  const ids = study.pairs.map(({ id }) => id);
  assertEquals([scores, attention].map((kept) => new Set(kept.keys())), [
    new Set(ids),
    new Set(ids),
  ]);
  runs = 0;
  assertEquals(await measure(), whole);
  assertEquals(runs, 0);
  attention.delete(ids[0]!);
  assertEquals(await measure(), whole);
  attention.set(ids[0]!, attention.get(ids[0]!)!.map((x) => x + 1)); // what is kept is not read again
  assertNotEquals(await measure(), whole);
});
