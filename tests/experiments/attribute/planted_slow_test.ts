/** Direct attribution of models whose circuit is known by construction (data/planted). */

import { assertAlmostEquals } from "@std/assert";
import { nodeName } from "../../../lib/tables/nodes.ts";
import { Study } from "../../../lib/runs/study.ts";
import { type ModelName, NEGATION } from "../../../data/planted/recipe/models.ts";
import { pixelOf, ROWS, score } from "../../../data/planted/recipe/rows.ts";

const EFFECT = 5e-5; // 100 x a cosine in float32

const OTHER = 0.1; // what heads write that move something else than negation

/** What each part writes to `output` at the end token of the negated and the affirmative sentence; all other parts write nothing there. */
const WRITES: Partial<Record<ModelName, Readonly<Record<string, readonly [number, number]>>>> = {
  decoy: { "head 3.3": [NEGATION, 0] }, // not 2.1, which looks and writes nothing, nor 1.2, from which 3.3 has it
  and: { "mlp 2": [NEGATION, 0] }, // not its two inputs
  generic: { "head 3.3": [NEGATION, 0], "head 2.1": [OTHER, OTHER] }, // the same in both sentences
  opposed: { "head 3.3": [NEGATION, 0], "head 2.1": [OTHER, 0], "head 2.2": [-OTHER, 0] },
};

/** Where the heads with an effect read it. */
const READS: Readonly<Record<string, string>> = {
  "3.3": "subject_first",
  "2.1": "negator",
  "2.2": "negator",
};

for (const [name, writes] of Object.entries(WRITES)) {
  Deno.test(`attribute gives d of planted model "${name}" to the parts that write to the end token, where they read it, and 0 to all others`, async () => {
    await using study = await Study.open({ model: `planted/${name}`, threads: 1, cache: false });
    const { tables } = await study.run("attribute");
    const changes = Object.values(writes).map(([negated, affirmative]) => negated - affirmative);
    const total = changes.reduce((sum, change) => sum + change, 0);
    const [n, a] = [0, 1].map((i) =>
      Object.values(writes).reduce((sum, amounts) => sum + amounts[i]!, 0)
    );
    const expected = new Map(ROWS.map(({ id, image, negation }) => {
      const [negated, affirmative] = [n!, a!].map((output) => score(output, pixelOf(image)));
      return [id, negation === "caption" ? negated! - affirmative! : affirmative! - negated!];
    }));
    for (const { id, part, layer, head, role, effect } of tables.attribution.rows) {
      const key = nodeName({ kind: part as "head", layer, head: head! });
      const [negated, affirmative] = writes[key] ?? [0, 0];
      const isThere = role === undefined || role === READS[`${layer}.${head}`];
      // All that changes is `output`, in which d is exactly shared out by what each part changes of it.
      const share = isThere ? (negated - affirmative) / total : 0;
      assertAlmostEquals(effect!, share * expected.get(id)!, EFFECT, `${id} ${key} ${role}`);
    }
  });
}
