/** A model that is right in half of the rows: its parts carry all of d, though their mean effects are 0. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { runOnce } from "../bench/ground_truth/methods.ts";
import { Study } from "../../lib/runs/study.ts";
import { headsIn } from "../fixtures/planted/named_parts.ts";

const SHARE = 1e-3; // without its share of the norm, an output of .05 has 1.0006 of d

/** A line of a summary table. */
interface Line {
  readonly negation: string;
  readonly segment: string;
  readonly layer?: number | undefined;
  readonly head?: number | undefined;
  readonly role?: string | undefined;
  readonly n: number;
  readonly mean_effect?: number | undefined;
  readonly share?: number | undefined;
}

const study = await Study.open({ model: "planted/half", threads: 1, cache: false });
const { rows } = await study.score();
const knockout = await runOnce(study, "knockout");
const attribute = await runOnce(study, "attribute");
const paths = await runOnce(study, "paths");
const ablate = await runOnce(study, "ablate", { tower: "text", nodes: ["heads", "mlps"] });
await study[Symbol.asyncDispose]();

Deno.test("half: as many rows are wrong as are right", () => {
  const segments = Map.groupBy(rows, ({ segment }) => segment);
  assertEquals([segments.get("correct")!.length, segments.get("incorrect")!.length], [24, 24]);
});

/** Asserts that a head has a share in every segment of both sides, and all others have none. */
function assertShares(lines: readonly Line[], shares: Readonly<Record<string, number>>): void {
  const segments = ["correct", "incorrect", "all"];
  assertEquals([...new Set(lines.map(({ segment }) => segment))].sort(), segments.sort());
  for (const { negation, segment, layer, head, mean_effect, share } of lines) {
    if (negation === "both") {
      assertEquals(share, undefined); // gamma is 0
      continue;
    }
    const expected = shares[`${layer}.${head}`] ?? 0;
    assertAlmostEquals(share!, expected, SHARE, `${negation} ${segment} ${layer}.${head}`);
    if (segment === "all") assert(Math.abs(mean_effect!) < 0.05);
  }
}

const CASES = [
  { name: "knockout", result: knockout, shares: { "1.2": 1 } },
  { name: "attribute", result: attribute, shares: { "3.3": 1 } },
  // ablate exchanges negation by default
  { name: "ablate", result: ablate, shares: { "1.2": 2, "3.3": 2 } },
] as const;

for (const { name, result, shares } of CASES) {
  Deno.test(`half: ${name} gives the parts of the relay all of d in every segment, and names them alone`, () => {
    const lines: readonly Line[] = result.tables.summary.rows;
    assertShares(
      lines.filter(({ head, role }) => head !== undefined && (role ?? "all") === "all"),
      shares,
    );
    assertEquals(headsIn(result.own.findings), Object.keys(shares));
  });
}

Deno.test("half: paths give all of d to the way from 1.2 to 3.3", () => {
  const named = paths.own.findings.split("\n").filter((line) =>
    /^(foil|caption) .* -> /.test(line)
  );
  assertEquals(named.map((line) => line.split(/\s{2,}/).slice(0, 3)), [
    ["foil", "1.2 -> 3.3 by values", "1.000"],
    ["caption", "1.2 -> 3.3 by values", "1.000"],
  ]);
  const atEnd = paths.tables.nodesSummary.rows.filter(({ method, head }) =>
    method === "direct" && head !== undefined
  );
  assertShares(atEnd, { "3.3": 1 });
});
