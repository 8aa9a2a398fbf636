import { assertEquals, assertStringIncludes } from "@std/assert";
import { tinyBut } from "./failures.ts";
import { runHere } from "./task_here.ts";
import { fixture, inFolder } from "./task_process.ts";

const [GOOD] = JSON.parse(Deno.readTextFileSync(fixture("pairs.json")));
const { negator: _, ...UNMARKED } = GOOD;
const ROWS = [
  GOOD,
  { ...UNMARKED, id: "heart", caption: "There is a boat.", foil: "There is some boat." },
  { ...UNMARKED, id: "exchanged", negation: "caption" },
];
const WARNINGS = [
  "Warning: 1 row has no known negating word in the sentence given as negated: heart",
  "Warning: 1 row has more negating words in the other sentence than in the one given as negated, so that the sides may be exchanged: exchanged",
];

Deno.test("nonsense pairs are warned of on stderr, in the summary and in the manifest", () =>
  inFolder(async (folder) => {
    const data = `${folder}/own.json`;
    Deno.writeTextFileSync(data, JSON.stringify(ROWS));
    const flags = [...tinyBut("--data", data), "--format", "none", "--threads", "1"];
    const run = await runHere("trace", [...flags, "--out", `${folder}/run`]);
    assertEquals([run.code, run.stderr], [0, `${WARNINGS.join("\n")}\n`]);
    assertStringIncludes(Deno.readTextFileSync(`${folder}/run/summary.txt`), WARNINGS.join("\n"));
    const manifest = JSON.parse(Deno.readTextFileSync(`${folder}/run/manifest.json`));
    const told = manifest.warnings.map((
      { n, ids }: { readonly n: number; readonly ids: string[] },
    ) => [n, ...ids]);
    assertEquals(told, [[1, "heart"], [1, "exchanged"]]);
    const quiet = await runHere("evaluate", [...flags, "--quiet", "--out", `${folder}/quiet`]);
    assertEquals(quiet, { code: 0, stdout: "", stderr: "" });
  }));
