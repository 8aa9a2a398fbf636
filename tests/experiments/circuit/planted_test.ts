/** The search on models whose circuit is known by construction. */

import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { circuit } from "../../../lib/experiments/circuit/index.ts";
import { completeOptions } from "../../../lib/options/values.ts";
import { keptIn } from "../../subject/kept_map.ts";
import { Study } from "../../../lib/study/study.ts";
import type { ModelName } from "../../../data/planted/recipe/models.ts";

/** Two scores of float32 embeddings, divided by a sum of d of which each is at least 1.7. */
const SHARE = 1e-4;

/** Opens a planted model with its rows. */
async function withPlanted(name: ModelName, use: (study: Study) => Promise<void>): Promise<void> {
  await using study = await Study.open({ model: `planted/${name}`, threads: 1, cache: false });
  await use(study);
}

/** The rankings, and the circuit that a search with them finds. */
const FOUND: readonly (readonly [ModelName, readonly string[], string, readonly string[]])[] = [
  ["relay", ["denoise", "noise", "direct"], "denoise", ["head 1.2", "head 3.3"]],
  ["relay", ["greedy"], "greedy", ["head 1.2", "head 3.3"]],
  ["and", ["noise"], "noise", ["head 2.1", "head 2.3", "mlp 2"]],
];

for (const [name, ranking, by, nodes] of FOUND) {
  Deno.test(`${name}: the search by ${ranking.join(", ")} finds ${nodes.join(", ")}, each of which is needed`, () =>
    withPlanted(name, async (study) => {
      const { tables, files, own } = await study.run("circuit", { ranking } as object);
      const { faithfulness, ...found } = files.get("circuit") as {
        readonly nodes: readonly string[];
        readonly found: { readonly ranking: string };
        readonly faithfulness: Readonly<Record<string, { readonly estimate: number }>>;
      };
      assertEquals([found.nodes.toSorted(), found.found.ranking], [nodes, by]);
      for (const side of ["all", "foil", "caption"]) {
        assertAlmostEquals(faithfulness[side]!.estimate, 1, SHARE, side);
      }
      for (const { drop } of tables.minimality.rows) assertAlmostEquals(drop!, 1, SHARE);
      const [whole] = tables.circuit.rows;
      assertEquals(whole!.random_reaching, 0);
      assertAlmostEquals(whole!.random_mean!, 0, SHARE);
      for (const { circuit, model } of tables.completeness.rows) {
        assertAlmostEquals(circuit!, 0, SHARE);
        assertAlmostEquals(model!, 0, SHARE);
      }
      for (const row of tables.membership.rows) {
        if (row.ranking !== by || by === "greedy") continue;
        const share = row.in_circuit === "yes" ? 1 : 0;
        assertEquals([row.share_of_samples, row.rank <= nodes.length], [share, share === 1]);
        assertAlmostEquals(row.effect!, share, SHARE);
      }
      assertStringIncludes(own.findings, `Circuit of ${nodes.length} nodes of `);
    }));
}

Deno.test("backup: what is lost without each node does not show the circuit, as the model without it shows", () =>
  withPlanted("backup", async (study) => {
    const { tables } = await study.run("circuit", { ranking: ["denoise", "noise"] } as object);
    const found = tables.minimality.rows.filter(({ negation }) => negation === "all");
    assertEquals(found.map(({ layer, head }) => `${layer}.${head}`), ["1.2", "3.3"]);
    const effects = (ranking: string) =>
      new Map(
        tables.membership.rows.filter((row) => row.ranking === ranking)
          .map(({ layer, head, effect }) => [`${layer}.${head ?? "mlp"}`, effect!]),
      );
    assertAlmostEquals(effects("denoise").get("1.2")!, 1, SHARE);
    assertAlmostEquals(effects("noise").get("1.2")!, 0, SHARE); // 2.4 stands in for it
    const without12 = tables.completeness.rows.filter(({ circuit, model }) =>
      model! - circuit! > 0.5
    );
    assertEquals(without12.length > 0, true); // so that the circuit is not complete
    for (const { difference } of without12) assertAlmostEquals(difference!, 1, SHARE);
  }));

Deno.test("opposed: the head whose effect another head undoes is a circuit by itself, which the summary says", () =>
  withPlanted("opposed", async (study) => {
    const { tables, own } = await study.run("circuit", { ranking: ["denoise"] } as object);
    const [whole] = tables.circuit.rows;
    assertEquals(tables.minimality.rows[0], {
      ...tables.minimality.rows[0]!,
      ...{ node: "head", layer: 2, head: 1 },
    });
    // It writes .1 where d comes from .05; the score is output / sqrt(1 + output^2) times a constant.
    const expected = .1 / Math.sqrt(1.01) / (.05 / Math.sqrt(1.0025));
    assertAlmostEquals(whole!.faithfulness!, expected, SHARE);
    assertStringIncludes(
      own.findings,
      "Above 1: the nodes outside of the circuit take away from d",
    );
  }));

Deno.test("spread: no small circuit is enough where all heads add alike", () =>
  withPlanted("spread", async (study) => {
    const ranking = ["denoise"] as const;
    const { tables, files, own, rows } = await study.run("circuit", { ranking });
    assertEquals([tables.circuit.rows, tables.minimality.rows], [[], []]);
    assertEquals((files.get("circuit") as { nodes: readonly string[] }).nodes, []);
    assertStringIncludes(own.findings, "No circuit: no beginning of a ranking with up to 18 nodes");
    for (const { fraction, nodes, faithfulness } of tables.curve.rows) {
      assertEquals(nodes, Math.round(36 * fraction));
      // 32 heads and 4 MLPs that do nothing come last; the curvature of the score is below .003
      assertAlmostEquals(faithfulness!, Math.min(1, nodes / 32), 3e-3);
    }
    const parts = new Map<string, Map<string, readonly number[]>>();
    let reports = 0;
    const measure = () => {
      const opened: string[] = [];
      const keptOf = (part: string) => {
        assertEquals(opened.includes(part), false, `"${part}" is kept once`);
        opened.push(part);
        const own = parts.get(part) ?? new Map();
        parts.set(part, own);
        return keptIn(own);
      };
      const options = completeOptions(circuit.options, { ranking });
      return circuit.measure(study.subject, options, {
        ...{ kept: keptOf(""), keptOf, progress: () => void reports++, seed: 0 },
      });
    };
    assertEquals<unknown>(await measure(), rows.map(({ measured }) => measured));
    assertEquals([...parts.keys()], ["", "curve", "beginnings 1", "beginnings 9", "beginnings 17"]);
    reports = 0;
    assertEquals<unknown>(await measure(), rows.map(({ measured }) => measured));
    assertEquals(reports, 0); // everything was kept
  }));
