import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { headsOfSet } from "../../../lib/experiments/head_set.ts";
import { measurePaths, type PathsInput } from "../../../lib/experiments/paths/measure_paths.ts";
import { nodeSteps } from "../../../lib/experiments/paths/node_tables.ts";
import { pathSteps } from "../../../lib/experiments/paths/path_tables.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { goldenCircuits, TINY, withScored } from "../../studies.ts";

const EFFECT = 5e-4; // differences of two scores in float32
const ROUNDING = 1e-4; // of a score
const SAME = 1e-12; // sums of float64

const rows: PathsInput[] = [];
await withScored(TINY, async (scored) => {
  const { clip } = scored;
  const receivers = headsOfSet("all", clip.text.tower.shape);
  const measured = await measurePaths(clip.text, scored.rows, { ...scored, receivers });
  scored.rows.forEach(({ scores }, i) => rows.push({ scores, measured: measured[i]! }));
});
const LAST = rows[0]!.measured.sizes.layers;
const { nodes, nodesSummary } = finish(nodeSteps(rows, { seed: 0 }));
const { paths, pathsSummary } = finish(pathSteps(rows, { seed: 0 }));

const dOf = (id: string) => rows.find(({ scores }) => scores.id === id)!.scores.d;

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

Deno.test("nodes.csv has the reference effects at the end token", () => {
  const golden = new Map(
    goldenCircuits(TINY, "direct").map((row) => [
      [row["id"], row["node"], row["layer"], row["head"]].join(),
      row,
    ]),
  );
  const atEnd = nodes.rows.filter(({ role }) => role === "eot");
  assertEquals(atEnd.length, golden.size);
  for (const { id, node, layer, head, total, direct } of atEnd) {
    const row = golden.get([id, node, layer, head ?? ""].join())!;
    assertAlmostEquals(total, Number(row["total"]), EFFECT);
    assertAlmostEquals(direct, Number(row["direct"]), EFFECT);
  }
});

Deno.test("nodes.csv: direct + indirect = total, and what nothing reads has no indirect effect", () => {
  const fixed = { mlp: 0, earlier: 0 };
  for (const { node, layer, role, total, direct, indirect } of nodes.rows) {
    assertAlmostEquals(direct + indirect, total, SAME);
    if (role !== "eot") assertEquals(direct, 0);
    if (layer < LAST) continue;
    if (role === "eot" && node === "head") continue; // the last MLP reads the last heads
    assertAlmostEquals(indirect, 0, ROUNDING);
    fixed[role === "eot" ? "mlp" : "earlier"]++;
  }
  assert(fixed.mlp > 0 && fixed.earlier > 0);
});

Deno.test("nodes.csv has every position from the negator on, with its role", () => {
  for (const { scores: { id, tokens }, measured: { negator } } of rows) {
    const own = nodes.rows.filter((row) => row.id === id && row.node === "mlp" && row.layer === 1);
    const positions = Array.from({ length: tokens - negator }, (_, i) => negator + i);
    assertEquals(own.map(({ position }) => position), positions);
    assertEquals([own[0]!.role, own.at(-1)!.role], ["negator", "eot"]);
  }
});

Deno.test("nodes_summary.csv averages rows, each with the mean over its tokens of a role", () => {
  const roles = new Set<string>();
  for (const row of nodesSummary.rows) {
    if (row.segment !== "all") continue;
    roles.add(row.role);
    const lines = nodes.rows.filter((line) =>
      line.negation === row.negation && line.role === row.role && line.layer === row.layer &&
      line.node === row.node && line.head === row.head
    );
    const ofRows = [...Map.groupBy(lines, ({ id }) => id).values()];
    assertEquals(row.n, ofRows.length);
    const columns = { total: "mean_effect", direct: "direct" } as const;
    for (const effect of ["total", "direct"] as const) {
      const expected = mean(ofRows.map((own) => mean(own.map((line) => line[effect]))));
      assertAlmostEquals(row[columns[effect]]!, expected, ROUNDING);
    }
    const parts = ofRows.map((own) => Math.sign(dOf(own[0]!.id)) * mean(own.map((l) => l.total)));
    const weights = ofRows.map((own) => Math.abs(dOf(own[0]!.id)));
    assertAlmostEquals(row.share!, mean(parts) / mean(weights), ROUNDING);
  }
  assert(roles.has("subject_further") && nodesSummary.rows.some(({ n }) => n === 1));
});

Deno.test("paths_summary.csv has the means of the reference effects", () => {
  const side = new Map(rows.map(({ scores }) => [scores.id, scores.negation]));
  const golden = ["path", "path_embedding"].flatMap((name) => goldenCircuits(TINY, name));
  const all = pathsSummary.rows.filter(({ segment }) => segment === "all");
  assertEquals(all.length, 2 * golden.length / rows.length);
  for (const row of all) {
    const place = [row.sender_layer, row.sender_head ?? "", row.receiver_layer, row.receiver_head];
    const own = golden.filter(({ id, effect: _, ...cells }) =>
      side.get(id!) === row.negation &&
      Object.values(cells).join() === [...place, row.part].join()
    );
    assertEquals(own.length, row.n);
    assertAlmostEquals(row.mean_effect!, mean(own.map((line) => Number(line["effect"]))), EFFECT);
  }
  assertEquals(paths.rows.length, golden.length);
});

Deno.test("pathSteps() refuses rows that were measured with different receivers", () => {
  const [first, second] = rows as [PathsInput, PathsInput];
  const receivers = [{ layer: 1, head: 1 }];
  const other = { ...second, measured: { ...second.measured, receivers } };
  const error = assertThrowsCode(
    () => finish(pathSteps([first, other], { seed: 0 })),
    "shards-differ",
    "others 1.1; run all shards again with --receivers 1.1,1.2,2.1",
  );
  assertEquals(error.message.startsWith("Cannot make tables of paths: "), true);
});
