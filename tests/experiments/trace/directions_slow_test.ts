import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { type TracedScores, traceSummarySteps } from "../../../lib/experiments/trace/tables.ts";
import { traceFindings } from "../../../lib/experiments/trace/index.ts";
import { someRows } from "../some_rows.ts";
import { ClusterBootstrap } from "../../../lib/stats/bootstrap.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { Study } from "../../../lib/runs/study.ts";
import type { ModelName } from "../../../data/planted/recipe/models.ts";

/** Rows of d = 2 with a token without a counterpart, whose effects at layer 1 differ in both directions by the row's number. */
const TRACED = Array.from({ length: 12 }, (_, row): TracedScores => ({
  scores: {
    ...{ id: `row ${row}`, negation: "foil", segment: "correct", d: 2 },
    ...{ image: "", caption: `a ${row}`, foil: `no ${row}` },
  },
  traced: {
    ...{ roles: ["negator", "inserted", "eot"], heads: 1 },
    effects: {
      denoise: [2, null, 0, 1 + row / 16, null, 0.5],
      noise: [2, null, 0, 1 - row / 16, null, 0.5],
    },
  },
  cluster: `row ${row}`,
}));
const OPTIONS = { site: "resid", seed: 0, segments: ["correct"] } as const;

function differencesOf(rows: readonly TracedScores[]) {
  return finish(traceSummarySteps(rows, OPTIONS)).rows.filter(({ direction }) =>
    direction === "difference"
  );
}

Deno.test("traceSummarySteps() has the mean difference of both directions, with the interval of paired rows", () => {
  const rows = differencesOf(TRACED);
  assertEquals(
    rows.map(({ layer, role, n, cte }) => `${layer} ${role} ${n} ${cte}`),
    [
      ...["0 negator 12 0", "0 inserted 12 undefined", "0 eot 12 0"],
      ...["1 negator 12 0.34375", "1 inserted 12 undefined", "1 eot 12 0"],
    ],
  );
  const cell = rows.find(({ layer, role }) => layer === 1 && role === "negator")!;
  using bootstrap = new ClusterBootstrap(TRACED.map(({ cluster }) => cluster), { seed: 0 });
  const paired = bootstrap.mean(TRACED.map((_, row) => row / 16)); // (2 row / 16) / d
  assertAlmostEquals(cell.cte_low!, paired.low!, 1e-12);
  assertAlmostEquals(cell.cte_high!, paired.high!, 1e-12);
  assertEquals(
    cell.simultaneous_low! <= cell.cte_low! && cell.simultaneous_high! >= cell.cte_high!,
    true,
  );
});

Deno.test("traceSummarySteps() has no difference of a single direction", () => {
  const single = TRACED.map((row) => ({
    ...row,
    traced: { ...row.traced, effects: { noise: row.traced.effects.noise! } },
  }));
  assertEquals(differencesOf(single), []);
});

const PLACE = { negation: "foil", segment: "correct", role: "eot" };

/** The rows of trace.csv of a cell in both directions, and of their difference. */
function cell(denoise: number, noise: number, place: object = {}) {
  return [
    ...[traced("denoise", denoise), traced("noise", noise)],
    traced("difference", denoise - noise),
  ].map((row) => ({ ...row, ...place }));
}

function traced(direction: string, cte: number) {
  return {
    ...{ ...PLACE, site: "resid", direction, layer: 1, n: 8, cte },
    ...{ simultaneous_low: cte - 0.1, simultaneous_high: cte + 0.1 },
  };
}

/** The lines of the last table. */
function differencesOfCells(rows: readonly object[]) {
  const { tables } = traceFindings(someRows([...rows, ...cell(0, 0, { layer: 9 })])); // no cell of the last layer is a finding
  assertEquals(tables!.at(-1)!.title, "Denoise minus noise");
  return tables!.at(-1)!.lines;
}

Deno.test("traceFindings() has a table for each direction, and one of where they differ for certain, the largest difference first", () => {
  const rows = [
    ...cell(0.75, 0.2),
    ...cell(0.02, 0.2, { layer: 2 }),
    ...cell(0.5, 0.42, { layer: 5 }),
  ];
  const { tables } = traceFindings(someRows([...rows, ...cell(0, 0, { layer: 9 })]));
  assertEquals(tables!.map(({ title }) => title), [
    ...["Largest effects of roles, denoise", "Largest effects of roles, noise"],
    "Denoise minus noise",
  ]);
  assertEquals(
    differencesOfCells(rows).map(({ role, denoise, noise, reading }) =>
      `${role} ${denoise} ${noise} ${reading}`
    ),
    ["end token in layer 1 0.75 0.2 backed up", "end token in layer 2 0.02 0.2 not alone"],
  );
});

Deno.test("traceFindings() reads a difference only if one effect is less than a third of the other", () => {
  const cases = [
    ...[[0.9, 0.75, ""], [0.45, 0.9, ""], [-0.3, -0.1, ""], [-0.1, -0.3, ""]] as const,
    ...[[0.75, 0.25, ""], [0.75, 0.24, "backed up"], [0.24, 0.75, "not alone"]] as const,
    ...[[-0.24, -0.75, "not alone"], [0.9, -0.04, "backed up"], [-0.04, 0.9, "not alone"]] as const,
    ...[[0.9, -0.06, "opposite"], [-0.06, 0.9, "opposite"], [-0.5, -0.125, "backed up"]] as const,
  ];
  for (const [denoise, noise, reading] of cases) {
    assertEquals(differencesOfCells(cell(denoise, noise)).map((line) => line["reading"]), [
      reading,
    ]);
  }
});

/** Runs a trace of heads in both directions on a planted model. */
async function plantedTrace(name: ModelName) {
  await using study = await Study.open({ model: `planted/${name}`, threads: 1, cache: false });
  const { tables, own } = await study.run("trace", { site: "z", direction: "both" });
  const at = (head: string, role: string) => {
    const found = (direction: string) =>
      tables.trace.rows.filter((row) =>
        `${row.layer}.${row.head}` === head && row.role === role && row.direction === direction
      ).map(({ cte }) => cte!);
    const [denoise, noise] = [found("denoise"), found("noise")];
    assertEquals([denoise.length, noise.length], [2, 2]); // a row for each side
    return denoise.map((effect, side) => ({ denoise: effect, noise: noise[side]! }));
  };
  return { at, findings: own.findings };
}

/** The curvature of S lets parts of a planted circuit add up to 1.002 d. */
const PLANTED = 0.005;

Deno.test("a planted backup has a large denoise and a small noise, which the summary calls backed up", async () => {
  const { at, findings } = await plantedTrace("backup");
  for (const { denoise, noise } of at("1.2", "subject_first")) {
    assertAlmostEquals(denoise, 1, PLANTED);
    assertAlmostEquals(noise, 0, PLANTED);
  }
  for (const side of ["foil   ", "caption"]) {
    assertStringIncludes(findings, `${side}  1.2 at subject (first)`);
  }
  assertEquals(findings.includes("backed up"), true);
  assertEquals(findings.includes("not alone"), false);
});

Deno.test("two planted heads that are both needed have a small denoise and a large noise each, which the summary calls not alone", async () => {
  const { at, findings } = await plantedTrace("and");
  for (const { denoise, noise } of ["2.1", "2.3"].flatMap((head) => at(head, "eot"))) {
    assertAlmostEquals(denoise, 0, PLANTED);
    assertAlmostEquals(noise, 1, PLANTED);
  }
  assertEquals(findings.includes("not alone"), true);
  assertEquals(findings.includes("backed up"), false);
});
