/** Rows that cannot be used, that are doubtful, or that are not the model's own. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { done, runHere } from "./task_here.ts";
import { fixture, inFolder, reportIn, runTask } from "./task_process.ts";
import { brokenImages, tinyBut } from "./failures.ts";

const [GOOD] = JSON.parse(Deno.readTextFileSync(fixture("pairs.json")));
const LONG = "very ".repeat(40);
const ROWS = [
  { ...GOOD, id: "no-image", image: "nowhere.png" },
  { ...GOOD, id: "cut", image: "grey.png" },
  { ...GOOD, id: "one" },
  { ...GOOD, id: "long", caption: `${LONG}${GOOD.caption}`, foil: `${LONG}${GOOD.foil}` },
  { ...GOOD, id: "two" },
  { ...GOOD, id: "negator", negator: 2 },
  { ...GOOD, id: "three" },
  { ...GOOD, id: "value", negation: "both" },
];
const QUICK = ["--format", "none", "--threads", "1", "--cache", "none"];

async function files(folder: string, rows = ROWS): Promise<string[]> {
  const data = `${folder}/own.json`;
  Deno.writeTextFileSync(data, JSON.stringify(rows));
  const cut = Deno.readFileSync(fixture("images/grey.png")).slice(0, 60);
  const images = await brokenImages(folder, { file: "grey.png", content: cut });
  return ["--model", fixture("clip-tiny"), "--data", data, "--images", images, ...QUICK];
}

Deno.test("a task reports values, images, lengths and alignments of all rows at once", () =>
  inFolder(async (folder) => {
    const flags = await files(folder);
    const run = await runHere("trace", [...flags, "--out", `${folder}/run`]);
    assertEquals([run.code, run.stdout], [1, ""]);
    const lines = run.stderr.trimEnd().split("\n  ");
    assertStringIncludes(lines[0]!, `Cannot use 5 of 8 rows from "${folder}/own.json": correct`);
    assertEquals(lines.slice(1), [
      'pair "value" (row 8): "negation" must be "caption" or "foil", but it is "both"',
      'pair "no-image": image "nowhere.png": there is no such file',
      'pair "cut": image "grey.png": it is cut or damaged; expected a whole JPEG, PNG, WebP or GIF file',
      'pair "long": its caption has 127 tokens with start and end, but the model reads only the first 24',
      'pair "long": its foil has 127 tokens with start and end, but the model reads only the first 24',
      'pair "negator": its negator must be at position 3, where the sentences differ, but it is 2',
    ]);
  }));

Deno.test("a task offers --skip-bad for a single row that it cannot use", async () => {
  for (const bad of ROWS.filter(({ id }) => !["one", "two", "three"].includes(id))) {
    await inFolder(async (folder) => {
      const flags = await files(folder, [bad, ROWS[2]!]);
      const { code, stderr } = await runHere("trace", [...flags, "--out", `${folder}/run`]);
      assertEquals(code, 1);
      assertStringIncludes(stderr, ", or leave this row out (--skip-bad)");
    });
  }
});

Deno.test("--skip-bad leaves out rows that cannot be used, by reason with their ids, in a run of its own", () =>
  inFolder(async (folder) => {
    const flags = [...await files(folder), "--skip-bad"];
    const run = await runHere("trace", [...flags, "--out", `${folder}/run`]);
    assertEquals([run.code, run.stderr], [0, ""]);
    const manifest = JSON.parse(Deno.readTextFileSync(`${folder}/run/manifest.json`));
    assertEquals(manifest.options["skip-bad"], "true");
    const dropped = [
      ['"negation" is missing or wrong', "value"],
      ["its image is missing", "no-image"],
      ["its image cannot be decoded", "cut"],
      ["a sentence is longer than the model reads", "long"],
      ["its negator is not where the sentences differ", "negator"],
    ] as const;
    assertEquals(manifest.rows, {
      ...{ read: 8, kept: 3, format: "list" },
      dropped: dropped.map(([reason, id]) => ({ reason, n: 1, ids: [id], skipped: true })),
    });
    assertStringIncludes(run.stdout, ", 3 of 8 rows, rephrased protocol\n");
    const page = reportIn(`${folder}/run`);
    for (const [reason, id] of dropped) assertStringIncludes(page, `1 skipped: ${reason} ${id} `);
    assertStringIncludes(page, "Of 8 rows 3 were used.");
    const without = await runHere("trace", [...flags.slice(0, -1), "--out", `${folder}/run`]);
    assertEquals(without.code, 1);
  }));

Deno.test("evaluate, ablate and correlate accept pairs that cannot be aligned, trace and attend do not", () =>
  inFolder(async (folder) => {
    const data = fixture("pairs_standard.json");
    for (const task of ["evaluate", "ablate", "correlate", "trace", "attend"]) {
      const out = `${folder}/${task}`;
      const run = await runHere(task, [...tinyBut("--data", data), ...QUICK, "--out", out]);
      const aligns = task === "trace" || task === "attend";
      assertEquals(run.code, aligns ? 1 : 0, run.stderr);
      if (aligns) {
        assertStringIncludes(run.stderr, "use the standard protocol (--protocol standard)");
      }
    }
    const standard = ["--protocol", "standard", "--out", `${folder}/standard`];
    const flags = [...tinyBut("--data", data), ...QUICK, ...standard];
    await done("evaluate", flags);
    const [own, other] = ["evaluate", "standard"].map((name) =>
      Deno.readTextFileSync(`${folder}/${name}/evaluate.csv`)
    );
    assertEquals(own, other);
  }));

const { negator: _, ...UNMARKED } = GOOD;
const DOUBTFUL = [
  GOOD,
  { ...UNMARKED, id: "heart", caption: "There is a boat.", foil: "There is some boat." },
  { ...UNMARKED, id: "exchanged", negation: "caption" },
];
const WARNINGS = [
  "Warning: 1 row has no known negating word in the sentence given as negated: heart",
  "Warning: 1 row has more negating words in the other sentence than in the one given as negated, so that the sides may be exchanged: exchanged",
];

Deno.test("nonsense pairs are warned of on stderr, in the report and in the manifest", () =>
  inFolder(async (folder) => {
    const data = `${folder}/own.json`;
    Deno.writeTextFileSync(data, JSON.stringify(DOUBTFUL));
    const flags = [...tinyBut("--data", data), "--format", "none", "--threads", "1"];
    const run = await runHere("trace", [...flags, "--out", `${folder}/run`]);
    assertEquals([run.code, run.stderr], [0, `${WARNINGS.join("\n")}\n`]);
    for (const id of ["heart", "exchanged"]) {
      assertMatch(reportIn(`${folder}/run`), new RegExp(`1 used, but doubtful: .* ${id} `));
    }
    const manifest = JSON.parse(Deno.readTextFileSync(`${folder}/run/manifest.json`));
    const ids = manifest.warnings.map(({ ids }: { readonly ids: string[] }) => ids);
    assertEquals(ids, [["heart"], ["exchanged"]]);
    const quiet = await runHere("evaluate", [...flags, "--quiet", "--out", `${folder}/quiet`]);
    assertEquals(quiet, { code: 0, stdout: "", stderr: "" });
  }));

const KNOWS = "The embedded model knows only drawings of shapes; --model names another\n";

const DATA = ["--data", fixture("pairs.json")];

Deno.test("paper and bench say once that the embedded model is run on other data", () =>
  inFolder(async (folder) => {
    const images = ["--images", fixture("images"), "--out", `${folder}/paper`];
    const { code, stderr } = await runHere("paper", [...DATA, "--limit", "2", ...QUICK, ...images]);
    assertEquals([code, stderr], [0, KNOWS]);
    const bench = await runTask("bench", [...DATA, "--pairs", "1", "--threads", "1"]); // the system query of its manifest is a right of this task alone
    assertEquals([bench.code, bench.stderr.startsWith(KNOWS)], [0, true]);
  }));
