/** The segments that `trace` is asked for decide whether its table has the rows of whole sides. */

import { assert, assertEquals } from "@std/assert";
import { trace } from "../../../lib/experiments/trace/index.ts";
import { Study } from "../../../lib/runs/study/study.ts";
import { SEGMENTS } from "../../../lib/study/rows/score.ts";

Deno.test("trace has a group of all rows of a side where --segments names all three, also if one has no rows", async () => {
  await using study = await Study.open({ limit: 6, cache: false });
  const { tables } = await study.run(trace, { segments: SEGMENTS });
  const rows = tables.trace.rows;
  for (const negation of ["caption", "foil"]) {
    const side = rows.filter((row) => row.negation === negation && row.role === "negator");
    const groups = new Map(side.map(({ segment, n }) => [segment, n]));
    assert(groups.size < 4, "a segment of this side has no rows");
    const sum = SEGMENTS.reduce((total, segment) => total + (groups.get(segment) ?? 0), 0);
    assertEquals(groups.get("all"), sum, negation);
  }
  const { tables: some } = await study.run(trace, { segments: ["correct", "ambiguous"] });
  assertEquals(some.trace.rows.some(({ segment }) => segment === "all"), false);
});
