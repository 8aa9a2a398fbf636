/** The search on models whose circuit is known by construction. */

import { assertAlmostEquals, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { circuit } from "../../../lib/experiments/circuit/index.ts";
import { completeOptions } from "../../../lib/options/values.ts";
import { NEAREST_NAME } from "../../../lib/experiments/circuit/search.ts";
import { setsIn } from "../../../lib/experiments/circuit/sets.ts";
import { ownNodes } from "../../../lib/experiments/circuit/circuit_table.ts";
import { cellsName } from "../../../lib/tables/nodes.ts";
import { SEGMENTS } from "../../../lib/study/rows/score_rows.ts";
import { keptIn } from "../../study/kept_map.ts";
import { Study } from "../../../lib/runs/study.ts";
import type { ModelName } from "../../../data/planted/recipe/models.ts";

/** Two scores of float32 embeddings, divided by a sum of d of which each is at least 1.7. */
const SHARE = 1e-4;

async function withPlanted(name: ModelName, use: (study: Study) => Promise<void>): Promise<void> {
  await using study = await Study.open({ model: `planted/${name}`, threads: 1, cache: false });
  await use(study);
}

/** The rankings, and the circuit that a search with them finds. */
const FOUND: readonly (readonly [ModelName, readonly string[], string, readonly string[]])[] = [
  ["relay", ["denoise", "noise", "direct"], "denoise", ["head 1.2", "head 3.3"]],
  ["relay", ["direct"], "direct", ["head 1.2", "head 3.3"]],
  ["leak", ["denoise", "noise", "direct"], "denoise", ["head 1.2", "head 3.3"]],
  ["half", ["denoise", "noise", "direct"], "denoise", ["head 1.2", "head 3.3"]],
  ["and", ["noise"], "noise", ["head 2.1", "head 2.3", "mlp 2"]],
  ["and", ["denoise"], "denoise", ["head 2.1", "head 2.3", "mlp 2"]],
];

for (const [name, ranking, by, nodes] of FOUND) {
  Deno.test(`${name}: the search by ${ranking.join(", ")} finds ${nodes.join(", ")}, each of which is needed`, () =>
    withPlanted(name, async (study) => {
      const segments = [...SEGMENTS]; // half of the d of `half` have the wrong sign
      const { tables, files, own } = await study.run("circuit", { ranking, segments } as object);
      const { faithfulness, ...found } = files.get("circuit") as {
        readonly nodes: readonly string[];
        readonly faithfulness: Readonly<Record<string, { readonly estimate: number }>>;
      };
      assertEquals([found.nodes.toSorted(), tables.circuit.rows[0]!.ranking], [nodes, by]);
      for (const side of ["all", "foil", "caption"]) {
        assertAlmostEquals(faithfulness[side]!.estimate, 1, SHARE, side);
      }
      for (const { effect } of ownNodes(tables.nodes.rows)) assertAlmostEquals(effect!, 1, SHARE);
      for (const { enough } of tables.circuit.rows) assertEquals(enough, "yes");
      for (const { set, row_error, rows_near } of tables.sets.rows) {
        if (set !== "circuit") continue;
        assertEquals(rows_near, 1);
        assertAlmostEquals(row_error!, 0, SHARE);
      }
      const [whole] = tables.circuit.rows;
      // As many heads of the same blocks, of 4 each, and MLPs, of 4: 4 x 4 or 6 x 4 in all.
      const others = nodes.length === 2 ? 15 : 23;
      assertEquals([whole!.random, whole!.random_reaching], [others, 0]);
      assertAlmostEquals(whole!.random_mean!, 0, SHARE);
      const subsets = tables.sets.rows.filter(({ set }) => set.includes("without subset"));
      assertEquals(subsets.length, 2 * 3 * (2 ** nodes.length - 1));
      for (const { value } of subsets) assertAlmostEquals(value!, 0, SHARE);
      for (const row of tables.nodes.rows) {
        if (row.ranking !== by) continue;
        const share = nodes.includes(cellsName(row)) ? 1 : 0;
        if (whole!.start !== nodes.length) continue; // nodes without an effect alone were dropped from it
        assertEquals(row.rank! <= nodes.length, share === 1);
        assertAlmostEquals(row.effect!, share, SHARE);
      }
      assertStringIncludes(own.findings, `A circuit of ${nodes.length} of `);
      assertStringIncludes(own.findings, "\nIt is minimal: ");
    }));
}

Deno.test("backup: what is lost without each node does not show the circuit, as the model without it shows", () =>
  withPlanted("backup", async (study) => {
    const { tables, own } = await study.run("circuit", { ranking: ["denoise", "noise"] } as object);
    const found = ownNodes(tables.nodes.rows, { side: "all" });
    assertEquals(found.map(({ layer, head }) => `${layer}.${head}`), ["1.2", "3.3"]);
    const effects = (ranking: string) =>
      new Map(
        tables.nodes.rows.filter((row) => row.ranking === ranking)
          .map(({ layer, head, effect }) => [`${layer}.${head ?? "mlp"}`, effect!]),
      );
    assertAlmostEquals(effects("denoise").get("1.2")!, 1, SHARE);
    assertAlmostEquals(effects("noise").get("1.2")!, 0, SHARE); // 2.4 stands in for it
    assertMatch(own.findings, /differ by\s+0\.\d+ on average and by 1\.000 at most/); // it is not complete
  }));

/** Models with a head that takes away from d, and the drop of each node of their circuit: d with it minus d without it. */
const AGAINST: readonly (readonly [ModelName, Readonly<Record<string, number>>])[] = [
  ["opposed", { "head 1.2": 1, "head 2.1": 2, "head 2.2": -2, "head 3.3": 1 }],
  ["against", { "head 1.2": 2, "head 2.1": -1, "head 3.3": 2 }],
];

/** Outputs of up to .15 in S = output / sqrt(1 + output^2): the curvature takes up to 1.5 % off drops of up to 2. */
const CURVATURE = 0.03;

for (const [name, drops] of AGAINST) {
  for (const ranking of [["denoise", "noise", "direct"], ["direct"]] as const) {
    Deno.test(`${name}: the search by ${ranking.join(", ")} ends near 1, with the head that takes away from d`, () =>
      withPlanted(name, async (study) => {
        const { tables, own } = await study.run("circuit", { ranking } as object);
        assertEquals(tables.circuit.rows.length, 3);
        for (const { faithfulness, enough } of tables.circuit.rows) {
          assertAlmostEquals(faithfulness!, 1, SHARE);
          assertEquals(enough, "yes");
        }
        const found = new Map(
          ownNodes(tables.nodes.rows, { side: "all" }).map((row) => [cellsName(row), row.effect!]),
        );
        assertEquals([...found.keys()].toSorted(), Object.keys(drops));
        for (const [node, drop] of Object.entries(drops)) {
          assertAlmostEquals(found.get(node)!, drop, CURVATURE, node);
        }
        assertStringIncludes(own.findings, "\nIt is minimal: ");
      }));
  }
}

Deno.test("opposed: a given circuit that brings about twice d is not enough, and not called minimal", () =>
  withPlanted("opposed", async (study) => {
    const circuit = { nodes: ["head 2.1"] };
    const { tables, own } = await study.run("circuit", { circuit } as object);
    // It writes .1 where d comes from .05; the score is output / sqrt(1 + output^2) times a constant.
    const expected = .1 / Math.sqrt(1.01) / (.05 / Math.sqrt(1.0025));
    for (const { faithfulness, enough } of tables.circuit.rows) {
      assertAlmostEquals(faithfulness!, expected, SHARE);
      assertEquals(enough, "no");
    }
    const single = tables.sets.rows.find(({ set }) => set === "circuit")!;
    assertAlmostEquals(single.row_error!, expected - 1, SHARE);
    assertEquals(single.rows_near, 0);
    const text = own.findings.replaceAll(/\n {2}/g, " ");
    assertStringIncludes(
      text,
      "\nAbove 1: the nodes outside of the circuit take away from d\n",
    );
    assertStringIncludes(text, "A circuit of 1 node is not enough: it brings 1.99");
    assertStringIncludes(text, "and no bias (alpha) where the model has none.\n");
    assertStringIncludes(text, "\nIt is not minimal: it is not known to be faithful enough.\n");
  }));

Deno.test("spread: no small circuit is enough where all heads add alike", () =>
  withPlanted("spread", async (study) => {
    const ranking = ["denoise"] as const;
    const { tables, files, own, rows } = await study.run("circuit", { ranking });
    assertEquals([tables.circuit.rows, ownNodes(tables.nodes.rows)], [[], []]);
    assertEquals((files.get("circuit") as { nodes: readonly string[] }).nodes, []);
    const part = (18 / 32).toFixed(2); // and the curvature
    assertMatch(
      own.findings.replaceAll(/\n {2}/g, " "),
      new RegExp(
        `No circuit: no set of up to 18 nodes of 36 that the search has run is faithful enough over all rows and on each side.\nNearest to 1 come 18 nodes, with faithfulness ${part}`,
      ),
    );
    const nearest = setsIn(tables.sets.rows).filter(({ set }) => set === NEAREST_NAME);
    assertEquals(nearest.map(({ negation, nodes }) => [negation, nodes]), [
      ["all", 18],
      ["foil", 18],
      ["caption", 18],
    ]);
    for (const { set, nodes, measure, value } of tables.sets.rows) {
      if (measure !== "faithfulness" || !set.startsWith("denoise")) continue;
      // 32 heads and 4 MLPs that do nothing come last; the curvature of the score is below .003
      assertAlmostEquals(value!, Math.min(1, nodes / 32), 3e-3);
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
      return circuit.measure(study, options, {
        ...{ kept: keptOf(""), keptOf, progress: () => void reports++, seed: 0 },
      });
    };
    assertEquals<unknown>(await measure(), rows.map(({ measured }) => measured));
    assertEquals([...parts.keys()], [
      ...["", "curve", "beginnings 1", "beginnings 9", "beginnings 17", "change 1"],
    ]);
    reports = 0;
    assertEquals<unknown>(await measure(), rows.map(({ measured }) => measured));
    assertEquals(reports, 0); // everything was kept
  }));
