/** Paths in models whose circuit is known by construction. */

import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Study } from "../../lib/runs/study.ts";
import type { ModelName } from "../../data/planted/recipe/models.ts";

const SCORE = 1e-4; // the difference of two scores, 100 x a cosine in float32

/** What carries the whole of d: nodes as `LAYER.HEAD ROLE`, and paths. Everything else is 0. */
const PLANTED: Partial<Record<ModelName, Record<"direct" | "indirect" | "paths", string[]>>> = {
  // 1.2 needs the negator's key and its value: neither alone changes what it writes.
  relay: { direct: ["3.3 eot"], indirect: ["1.2 subject_first"], paths: ["1.2 3.3 v"] },
  positional: { direct: ["2.1 eot"], indirect: [], paths: ["0. 2.1 v"] },
};

for (const [name, planted] of Object.entries(PLANTED)) {
  Deno.test(`${name}: paths finds the planted nodes and paths, each with the whole of d, and 0 everywhere else`, async () => {
    await using study = await Study.open({ model: `planted/${name}`, threads: 1, cache: false });
    const { tables } = await study.run("paths", { receivers: "all" });
    const d = new Map((await study.score()).rows.map((row) => [row.id, row.d]));
    const met = {
      direct: new Set<string>(),
      indirect: new Set<string>(),
      paths: new Set<string>(),
    };
    const check = (kind: keyof typeof met, id: string, what: string, effect: number) => {
      const isPlanted = planted[kind].includes(what);
      if (isPlanted) met[kind].add(what);
      assertAlmostEquals(effect, isPlanted ? d.get(id)! : 0, SCORE, `${id} ${what} ${kind}`);
    };
    const effects = new Map(
      [...tables.nodes.rows].map((
        { id, method, layer, head, role, effect },
      ) => [`${method} ${id} ${layer}.${head ?? ""} ${role}`, effect!]),
    );
    for (const { id, method, layer, head, role, effect } of tables.nodes.rows) {
      if (method !== "total") continue;
      const what = `${layer}.${head ?? ""} ${role}`;
      const direct = effects.get(`direct ${id} ${what}`) ?? 0;
      check("direct", id, what, direct);
      check("indirect", id, what, effect! - direct);
    }
    for (const row of tables.paths.rows) {
      const sender = `${row.sender_layer}.${row.sender_head ?? ""}`;
      const what = `${sender} ${row.receiver_layer}.${row.receiver_head} ${row.input}`;
      check("paths", row.id, what, row.effect!);
    }
    for (const kind of ["direct", "indirect", "paths"] as const) {
      assertEquals([...met[kind]], planted[kind]);
    }
  });
}

/** The sides of the picture in words, without their numbers; both are alike in these models. */
const PICTURES: Partial<Record<ModelName, string>> = {
  relay:
    "2 of 20 parts: 1.2 at subject (first), 3.3 at EOT; paths: 1.2 → 3.3 by its values, negator → 1.2 by its queries, keys and values together, 3.3 → score directly",
  and: "1 of 20 parts: MLP 2 at EOT; paths: MLP 2 → score directly", // neither head alone
  both: "2 of 20 parts: 2.1 at EOT, 2.3 at EOT; paths: 2.1 → score directly, 2.3 → score directly",
};

for (const [name, words] of Object.entries(PICTURES)) {
  Deno.test(`${name}: the picture of paths has the planted parts, where they act, and the paths between them`, async () => {
    await using study = await Study.open({ model: `planted/${name}`, threads: 1, cache: false });
    const { charts } = await study.run("paths");
    const { description } = charts.get("path_graph")!;
    const sides = [...description.matchAll(/-negated \(n = 24\): (.*?)\.(?= |$)/g)]
      .map(([, side]) => side!.replaceAll(/ \(−?[\d.]+\)/g, ""));
    assertEquals(sides, [words, words]);
  });
}
