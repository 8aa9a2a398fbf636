/** What probes read in models whose circuit is known by construction. */

import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import type { PlantedHead } from "../../data/planted/recipe/circuit.ts";
import { modelFiles } from "../../data/planted/recipe/files.ts";
import { MODELS } from "../../data/planted/recipe/models.ts";
import { PLANTED } from "../../lib/opening/find_model.ts";
import { Study } from "../../lib/runs/study.ts";
import { isRounding } from "../../lib/study/effects/noise.ts";
import { withFiles } from "../scripts/task_process.ts";

/** Shares of d are ratios of scores in float32, which are 100 x a cosine. */
const SHARE = 1e-4;

async function probed(model: string) {
  await using study = await Study.open({ model, ...PLANTED, threads: 1, cache: false });
  const { tables, own } = await study.run("probe");
  const sides = [...tables.summary.rows].filter(({ negation, segment, method }) =>
    negation !== "both" && segment === "all" && method === "probe"
  );
  const shares = [...tables.summary.rows].filter(({ segment }) => segment === "all");
  const rows = [...tables.probe.rows].filter(({ method }) => method === "probe");
  return { sides, shares, rows, findings: own.findings.replace(/\n {2}/g, " ") };
}

/** Probes a model of these heads that is in no file. */
async function probedHeads(planted: readonly PlantedHead[]) {
  const files = modelFiles({ circuit: { heads: 4, planted }, nodes: [] });
  return await withFiles(Object.fromEntries(files), probed);
}

/** 1.1 writes from the negator to the end token what nothing reads. */
function unread(amount: number): PlantedHead {
  const moves = { reads: ["negator"], writes: "first_input", amount } as const;
  return { layer: 1, head: 1, from: "end", to: "negator", moves };
}

Deno.test("probe decodes nothing of a rounding error in planted/leak before negation arrives at layer 3, and says so", async () => {
  const { sides, rows, findings } = await probed("planted/leak");
  assertEquals(
    sides.map((
      { layer, pairs, pairs_differing, accuracy, above_control_low },
    ) => [layer, pairs, pairs_differing, accuracy, above_control_low !== undefined]),
    [0, 1].flatMap(() => [
      ...[0, 1, 2].map((layer) => [layer, 24, 0, undefined, false]),
      ...[3, 4].map((layer) => [layer, 24, 24, 1, true]),
    ]),
  );
  for (const { layer, fold, decoded, logit_negated, control_decoded } of rows) {
    const cells = [fold, decoded, logit_negated, control_decoded];
    assertEquals(cells.map((cell) => cell === undefined), new Array(4).fill(layer < 3));
  }
  assertStringIncludes(
    findings,
    "nothing to decode in layers 1-2, where the two vectors of every pair are the same but for rounding",
  );
  assertStringIncludes(
    findings,
    "a probe tells the sentences apart in layers 3-4, best in layer 3",
  );
});

Deno.test("probe decodes nothing in a model whose d is exactly 0 and whose vectors differ by rounding", async () => {
  const { sides, rows, findings } = await probedHeads([unread(1e-9)]);
  assert(isRounding(rows.map(({ effect }) => effect)));
  for (const { pairs_differing, accuracy, share } of sides) {
    assertEquals([pairs_differing, accuracy, share], [0, undefined, undefined]);
  }
  assertStringIncludes(findings, "a probe tells the sentences apart in no layer");
  assertStringIncludes(findings, "nothing to decode in layers 1-4");
  assert(!findings.includes("best in layer"), findings);
});

Deno.test("probe finds that its direction carries d although a faint copy of negation that nothing reads is decoded as well", async () => {
  // Standardised, the copy weighs as much as what is read, and the weights divided by the deviations point along it.
  const { sides, shares } = await probedHeads([...MODELS.relay.circuit.planted, unread(4e-4)]);
  for (const { layer, accuracy } of sides) {
    if (layer > 0) assertEquals(accuracy, 1, `layer ${layer}`); // the copy arrives at layer 1
  }
  for (const { layer, method, share } of shares) {
    if (layer === 0 || method === "full") continue;
    const within = method === "direction" ? SHARE : 2 * SHARE;
    assertAlmostEquals(share!, layer < 3 ? 0 : 1, within, `${method}, layer ${layer}`);
  }
});
