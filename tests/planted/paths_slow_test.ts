/** The picture of paths in models whose circuit is known by construction. */

import { assertEquals } from "@std/assert";
import { Study } from "../../lib/runs/study.ts";
import type { ModelName } from "../../data/planted/recipe/models.ts";

/** The sides of the picture in words, without their numbers, paths by the alphabet; both are alike in these models. */
const PICTURES: Partial<Record<ModelName, string>> = {
  relay:
    "2 of 20 parts: 1.2 at subject (first), 3.3 at EOT; paths: 1.2 → 3.3 by its values, 3.3 → score directly, negator → 1.2 by its queries, keys and values together",
  and: "1 of 20 parts: MLP 2 at EOT; paths: MLP 2 → score directly", // neither head alone
  both: "2 of 20 parts: 2.1 at EOT, 2.3 at EOT; paths: 2.1 → score directly, 2.3 → score directly",
};

for (const [name, words] of Object.entries(PICTURES)) {
  Deno.test(`${name}: the picture of paths has the planted parts, where they act, and the paths between them`, async () => {
    await using study = await Study.open({ model: `planted/${name}`, threads: 1, cache: false });
    const { charts } = await study.run("paths");
    const { description } = charts.get("path_graph")!;
    const sides = [...description.matchAll(/-negated \(n = 24\): (.*?)\.(?= |$)/g)]
      .map(([, side]) => side!.replaceAll(/ \(−?[\d.]+\)/g, ""))
      .map((side) => side.split("paths: "))
      .map(([parts, paths]) => `${parts}paths: ${paths!.split(/, (?=\S+ → )/).sort().join(", ")}`);
    assertEquals(sides, [words, words]);
  });
}
