/** The lines of checklist.md against the manifests that they are made from. */

import { assertEquals, assertFalse, assertStringIncludes } from "@std/assert";
import { checklistText } from "../../lib/paper/checklist.ts";
import type { DescribedRun } from "../../lib/paper/methods.ts";
import { PLACES } from "../../lib/runs/identity.ts";
import { part } from "./finished_parts.ts";

/** The lines of a section, by the beginning of its title. */
function section(parts: readonly DescribedRun[], title: string): string[] {
  const blocks = checklistText(parts).split("\n## ").slice(1);
  const own = blocks.filter((block) => block.startsWith(`${title}. `));
  assertEquals(own.length, 1, title);
  return own[0]!.trimEnd().split("\n").slice(2).map((line) => line.slice("- ".length));
}

Deno.test("checklistText() has all runs in the budget", () => {
  const parts = [
    part("trace"),
    part("segment", { command: "segment" }),
    part("generalise", { command: "generalise" }),
    part("compare", { command: "compare" }),
  ];
  const lines = section(parts, "ARR C1");
  const budget = lines.find((line) => line.startsWith("Budget: "))!;
  assertStringIncludes(budget, "4 runs: `trace`, `segment`, `generalise`, `compare`. Each has its");
});

Deno.test("checklistText() lists the options of all parts, without any place of a file", () => {
  const places = Object.fromEntries(PLACES.map((name) => [name, `/home/someone/${name}`]));
  const parts = [
    part("trace", { command: "trace", options: { ...places, "skip-bad": "true", limit: "40" } }),
    part("segment", { command: "segment", options: places }),
    part("compare", { command: "compare", options: { runs: ["/home/someone/trace"] } }),
  ];
  assertEquals(section(parts, "ARR C2").slice(1), [
    "`trace`: trace --protocol rephrased --cluster pair --skip-bad --limit 40",
    "`segment`: segment --protocol rephrased --cluster pair",
    "`compare`: compare --protocol rephrased --cluster pair",
  ]);
  assertFalse(checklistText(parts).includes("someone"));
});

Deno.test("checklistText() says what the seeds decide, and promises the same bytes on one type of CPU alone", () => {
  const plain = section([part("trace", { seed: 3 })], "ARR C3");
  assertEquals(
    plain[1],
    "Numbers are of a single run with seed 3, which decides the draws of intervals and tests.",
  );
  assertEquals(plain[2]!.includes("the same bytes on the same type of CPU; on another,"), true);
  assertFalse(plain.some((line) => line.includes("--random-weights")));
  const options = { "random-weights": "9", limit: "40" };
  const drawn = section([part("trace", { options })], "ARR C3");
  assertEquals(drawn[1]!.endsWith("of intervals and tests, and which rows --limit draws."), true);
  assertStringIncludes(
    drawn[2]!,
    "--random-weights 9; numbers are of this one draw: [other draws].",
  );
});

Deno.test("checklistText() says what the seconds leave out, in the same words for merged shards", () => {
  const lines = section([part("trace")], "NeurIPS 8");
  assertEquals(lines.length, 2);
  for (const left of ["before an interruption", "that several runs share", "[total compute]"]) {
    assertStringIncludes(lines[0]!, left);
  }
  const shards = [{ shard: "1/2", start: "2026-01-01T00:00:00.000Z", seconds: { load: 1 } }];
  assertEquals(checklistText([part("trace", { shards })]), checklistText([part("trace")]));
});
