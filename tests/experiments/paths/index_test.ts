import { loadStudy } from "../../../lib/opening/load_study.ts";
import { assertEquals, assertNotEquals } from "@std/assert";
import { paths } from "../../../lib/experiments/paths/index.ts";
import { nodeRuntime } from "../../../lib/runtime/node.ts";
import { openInputs } from "../../../lib/opening/open_inputs.ts";
import { keptIn } from "../../study/kept_map.ts";
import { TINY } from "../../studies.ts";

Deno.test("paths keeps nodes, paths and the chosen receivers, and goes on with all three", async () => {
  const { model, pairs: data, images } = TINY;
  await using study = await loadStudy(await openInputs({ model, data, images, threads: 1 }), {
    runtime: nodeRuntime(),
  });
  const nodes = new Map<string, readonly number[]>();
  const parts = new Map<string, Map<string, readonly number[]>>();
  const reports: (readonly [number, number])[] = [];
  const measure = () =>
    paths.measure(study, { receivers: "strongest", control: [] }, {
      kept: keptIn(nodes),
      keptOf: (part) => {
        const rows = parts.get(part) ?? new Map();
        parts.set(part, rows);
        return keptIn(rows);
      },
      progress: (done, total) => void reports.push([done, total]),
      seed: 0,
    });
  const whole = await measure();
  const ids = new Set(study.pairs.map(({ id }) => id));
  assertEquals([...parts.keys()].sort(), ["edges", "receivers"]);
  for (const kept of [nodes, parts.get("edges")!]) assertEquals(new Set(kept.keys()), ids);
  const totals = new Set(reports.map(([, total]) => total));
  assertEquals(totals, new Set([reports.at(-1)![0]])); // one total, reached at the end
  assertEquals(reports, reports.toSorted(([a], [b]) => a - b));
  reports.length = 0;
  assertEquals(await measure(), whole);
  assertEquals(reports, []);
  const [first] = ids;
  for (const kept of [nodes, parts.get("edges")!]) {
    const own = kept.get(first!)!;
    kept.delete(first!);
    assertEquals(await measure(), whole);
    kept.set(first!, own.map((x) => x + 1)); // what is kept is not run again
    assertNotEquals(await measure(), whole);
    kept.set(first!, own);
  }
  assertEquals(parts.get("receivers")!.get("strongest")!.length, 6); // all heads of 3 blocks x 2
  parts.get("receivers")!.set("strongest", [3]);
  assertEquals((await measure())[0]!.receivers, [{ layer: 2, head: 2 }]);
});
