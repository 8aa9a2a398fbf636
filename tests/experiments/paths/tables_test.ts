import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { paths as experiment } from "../../../lib/experiments/paths/index.ts";
import { measurePaths } from "../../../lib/experiments/paths/measure_paths.ts";
import { finish, type Steps } from "../../../lib/stats/steps.ts";
import type { ExperimentTables } from "../../../lib/study/experiment/experiment.ts";
import { findingText } from "../../../lib/study/experiment/finding.ts";
import { effectOnD } from "../../../lib/study/effects/noise.ts";
import type { EvaluateRow } from "../../../lib/study/rows/score_rows.ts";
import { assertThrowsCode } from "../../error_codes.ts";
import { goldenCircuits, TINY } from "../../studies.ts";
import { Study } from "../../../lib/runs/study.ts";
import { keptIn } from "../../study/kept_map.ts";

const EFFECT = 5e-4; // differences of two scores in float32
const ROUNDING = 1e-4; // of a score
const SAME = 1e-12; // sums of float64

type Row = Parameters<typeof experiment.tables>[0][number] & { readonly scores: EvaluateRow };

const rows: Row[] = [];
{
  const { model, pairs: data, images } = TINY;
  await using study = await Study.open({ model, data, images, threads: 1, cache: false });
  const kept = keptIn(new Map());
  const measured = await measurePaths(study, "all", {
    kept,
    keptOf: () => kept,
    progress: () => {},
  });
  const scored = await study.scoredRows();
  scored.rows.forEach(({ pair, scores }, i) => rows.push({ pair, scores, measured: measured[i]! }));
}

function tablesOf(rows: readonly Row[]) {
  const made = experiment.tables(rows, { seed: 0, receivers: "all", control: [] });
  return finish(made as Steps<ExperimentTables<typeof experiment>>);
}

const TABLES = tablesOf(rows);
const { nodes, paths } = TABLES;
const LAST = rows[0]!.measured.sizes.layers;

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

Deno.test("nodes.csv has the reference effects at the end token", () => {
  const golden = new Map(
    goldenCircuits(TINY, "direct").map((row) => [
      [row["id"], row["node"], row["layer"], row["head"]].join(),
      row,
    ]),
  );
  const atEnd = [...nodes.rows].filter(({ role }) => role === "eot");
  assertEquals(atEnd.length, 2 * golden.size);
  for (const { id, method, part, layer, head, effect } of atEnd) {
    const row = golden.get([id, part, layer, head ?? ""].join())!;
    assertAlmostEquals(effect!, Number(row[method]), EFFECT);
  }
});

Deno.test("nodes.csv has direct effects at the end token alone; what nothing reads has no other", () => {
  const direct = new Map(
    [...nodes.rows].filter(({ method }) => method === "direct").map((row) => {
      assertEquals(row.role, "eot");
      return [[row.id, row.part, row.layer, row.head].join(), row.effect!];
    }),
  );
  const fixed = { mlp: 0, earlier: 0 };
  for (const { id, method, part, layer, head, role, effect } of nodes.rows) {
    if (method === "direct" || layer < LAST) continue;
    if (role === "eot" && part === "head") continue; // the last MLP reads the last heads
    const own = role === "eot" ? direct.get([id, part, layer, head].join())! : 0;
    assertAlmostEquals(effect! - own, 0, ROUNDING);
    fixed[role === "eot" ? "mlp" : "earlier"]++;
  }
  assert(fixed.mlp > 0 && fixed.earlier > 0);
});

Deno.test("nodes.csv has the mean over a row's tokens of a role", () => {
  const several = rows.find(({ measured: { roles } }) =>
    roles.filter((role) => role === "subject_further").length > 1
  )!;
  const { scores, measured: { roles, swapped } } = several;
  const own = roles.flatMap((role, i) =>
    role === "subject_further" ? [effectOnD(scores, swapped[i]!)] : []
  );
  const line = [...nodes.rows].find(({ id, method, role }) =>
    id === scores.id && method === "total" && role === "subject_further"
  )!;
  assertAlmostEquals(line.effect!, mean(own), SAME);
});

Deno.test("findings() lists direct effects of nodes, and where paths end", () => {
  const text = findingText(experiment.findings(TABLES));
  assertStringIncludes(text, "Paths end at 1.1, 1.2, 2.1");
  assertEquals(experiment.findings(TABLES).tables!.map(({ title }) => title), [
    "Paths: largest shares of d",
    "Effects of single nodes at the end token: largest shares of d, by method direct",
  ]);
});

Deno.test("paths.csv has the reference effects", () => {
  const golden = new Map(
    ["path", "path_embedding"].flatMap((name) => goldenCircuits(TINY, name))
      .map(({ effect, ...cells }) => [Object.values(cells).join(), Number(effect)]),
  );
  const found = [...paths.rows];
  assertEquals(found.length, golden.size);
  for (
    const { id, sender_layer, sender_head, receiver_layer, receiver_head, input, effect } of found
  ) {
    const place = [id, sender_layer, sender_head ?? "", receiver_layer, receiver_head, input];
    assertAlmostEquals(effect!, golden.get(place.join())!, EFFECT);
  }
});

Deno.test("tables() refuses rows that were measured with different receivers", () => {
  const [first, second] = rows as [Row, Row];
  const receivers = [{ layer: 1, head: 1 }];
  const other = { ...second, measured: { ...second.measured, receivers } };
  const error = assertThrowsCode(
    () => tablesOf([first, other]),
    "shards-differ: others 1.1; run all shards again with --receivers 1.1,1.2,2.1",
  );
  assertEquals(error.message.startsWith("Cannot make tables of paths: "), true);
});
