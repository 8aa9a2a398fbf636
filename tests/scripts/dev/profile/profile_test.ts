import { loadStudy } from "../../../../lib/opening/load_study.ts";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { profileModel } from "../../../../scripts/dev/profile/profile.ts";
import { nodeRuntime } from "../../../../lib/runtime/node.ts";
import { openInputs } from "../../../../lib/opening/choice/open_inputs.ts";
import { goldenTable, TINY } from "../../../studies.ts";

Deno.test("profileModel() measures all rows of a model, by the golden values", async () => {
  const { model, pairs: data, images } = TINY;
  await using study = await loadStudy(await openInputs({ model, data, images }), {
    runtime: nodeRuntime(),
  });
  const { pairs } = study;
  const profile = await profileModel(study, { seed: 0 });
  const scores = goldenTable(TINY, "evaluate");
  const score = 2e-4; // 100 x a cosine of float32 embeddings
  assertEquals(profile.evaluate.rows.map(({ id }) => id), scores.map((row) => row["id"]));
  profile.evaluate.rows.forEach(({ d }, i) =>
    assertAlmostEquals(d, Number(scores[i]!["d"]), score)
  );
  // Means over the golden rows of a side.
  const golden = goldenTable(TINY, "attention");
  const sideOf = new Map(pairs.map(({ id, negation }) => [id, negation]));
  for (const { negation, layer, head, n, selectivity } of profile.heads.rows) {
    const own = golden.filter((row) =>
      sideOf.get(row["id"]!) === negation && row["layer"] === `${layer}` &&
      row["head"] === `${head}`
    );
    assertEquals(n, own.length);
    const sum = own.reduce((total, row) => total + Number(row["max_difference"]), 0);
    assertAlmostEquals(selectivity!, sum / n, 2e-5); // float32 attention weights
  }
  const effects = goldenTable(TINY, "trace_resid");
  assertEquals(profile.effects.rows.length, effects.length);
  profile.effects.rows.forEach(({ effect }, i) =>
    assertAlmostEquals(effect!, Number(effects[i]!["effect"]), score)
  );
  const count = (negation: string) => pairs.filter((pair) => pair.negation === negation).length;
  assertEquals(profile.summary.rows.map(({ n }) => n), [count("caption"), count("foil"), 8]);
  assertEquals(
    profile.correlations.rows.filter(({ feature }) => feature === "tokens").map(({ n }) => n),
    [count("foil"), count("caption")],
  );
  const groups = new Set(profile.evaluate.rows.map((row) => `${row.negation} ${row.segment}`));
  assertEquals(
    new Set(profile.trace.rows.map((row) => `${row.negation} ${row.segment}`)),
    new Set([...groups, "foil all", "caption all"]), // all segments, not those alone that the paper traces
  );
});
