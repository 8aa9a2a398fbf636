/** The shares of models whose circuit is known by construction. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Study } from "../../lib/runs/study.ts";
import type { ModelName } from "../../data/planted/recipe/models.ts";
import { TRUTHS } from "../fixtures/planted/truths.ts";
import { pixelOf, ROWS, score } from "../../data/planted/recipe/rows.ts";

/** Scores are 100 x a cosine in float32; a share is an average of differences of two. */
const SHARE = 1e-4;

const RELAYED = {
  ...{ 0: { negator: 1 }, 1: { subject_first: 1 }, 2: { subject_first: 1 } },
  ...{ 3: { eot: 1 }, 4: { eot: 1 } },
};

/** What each role holds of d at each layer, those that are not listed nothing, and the parts that the summary names. */
const HELD: Partial<
  Record<ModelName, {
    readonly roles: Readonly<Record<number, Readonly<Record<string, number>>>>;
    readonly named: readonly string[];
  }>
> = {
  relay: { roles: RELAYED, named: ["end token in layer 3", "subject (first) in layers 1-2"] },
  generic: { roles: RELAYED, named: ["end token in layer 3", "subject (first) in layers 1-2"] }, // the affirmative sentence has an output too
  backup: { // either is enough in layer 1
    roles: { ...RELAYED, 1: { negator: 0.5, subject_first: 0.5 } },
    named: ["end token in layer 3", "negator in layer 1", "subject (first) in layers 1-2"],
  },
  and: {
    roles: { ...RELAYED, 1: { negator: 1 }, 2: { eot: 1 } },
    named: ["end token in layers 2-3", "negator in layer 1"],
  },
};

for (const [name, { roles, named }] of Object.entries(HELD)) {
  Deno.test(`${name}: the roles that hold d at each layer are the planted ones, and named by the summary`, async () => {
    await using study = await Study.open({ model: `planted/${name}`, threads: 1, cache: false });
    const { tables, own } = await study.run("shares");
    const { affirmative = 0, negated } = TRUTHS[name as ModelName];
    const met = new Set<string>();
    for (const { id, layer, role, effect } of tables.shares.rows) {
      const { image, negation } = ROWS.find((row) => row.id === id)!;
      const change = score(negated, pixelOf(image)) - score(affirmative, pixelOf(image));
      const d = negation === "caption" ? change : -change;
      const part = roles[layer]![role] ?? 0;
      if (part !== 0) met.add(`${layer} ${role}`);
      assertAlmostEquals(effect, part * d, SHARE, `${id} ${layer} ${role}`);
    }
    const planted = Object.entries(roles)
      .flatMap(([layer, held]) => Object.keys(held).map((role) => `${layer} ${role}`));
    assertEquals([...met].toSorted(), planted.toSorted());
    const lines = [...own.findings.matchAll(/^(\S.* in layers? [\d-]+) +-?\d/gm)];
    assertEquals(lines.map(([, role]) => role!).toSorted(), named);
  });
}
