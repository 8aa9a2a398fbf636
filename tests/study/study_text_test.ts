import { assertEquals, assertNotEquals } from "@std/assert";
import type { Pair } from "../../lib/data/pairs.ts";
import { Study } from "../../lib/runs/study.ts";
import { rowParts, takenText } from "../../lib/study/study_text.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";
import { TINY } from "../studies.ts";
import { SHORT } from "./small_studies.ts";

const { model, images, pairs: data } = TINY;
const COMMON = { model, images, threads: 1, cache: false } as const;

Deno.test("Study.open({ skipBad }) leaves out rows that cannot be used, and its text adds up", async () => {
  const wrong = [{ ...SHORT, id: "none", image: "none.png" }, {
    ...SHORT,
    id: "side",
    negation: 3,
  }];
  const pairs = [...wrong, SHORT] as unknown as Pair[];
  await using study = await Study.open({ ...COMMON, pairs, skipBad: true });
  assertEquals(study.pairs, [SHORT]);
  assertEquals(study.dropped.map(({ id }) => id), ["side", "none"]);
  assertEquals(String(study).split("\n").slice(2), [
    "1 of 3 rows, rephrased protocol; 1 distinct sentence pair",
    '1 rows skipped: "negation" is missing or wrong',
    "1 rows skipped: its image is missing",
  ]);
  await assertRejectsCode(
    () => Study.open({ ...COMMON, pairs }),
    'data-rows-unusable: Cannot use 2 of 3 rows from "pairs"',
  );
  await inFolder(async (folder) => {
    await (await study.run("evaluate")).save(`${folder}/run`);
    const { options, rows } = JSON.parse(Deno.readTextFileSync(`${folder}/run/manifest.json`));
    assertEquals([options["skip-bad"], rows.kept, rows.dropped[1].ids], ["true", 1, ["none"]]);
  });
});

Deno.test("Study.open({ limit }) draws rows of both sides with the study's seed", async () => {
  const open = (seed: number) => Study.open({ ...COMMON, data, limit: 4, seed });
  await using study = await open(0);
  await using other = await open(1);
  for (const side of ["caption", "foil"]) {
    assertEquals(study.pairs.filter(({ negation }) => negation === side).length, 2);
  }
  assertNotEquals(study.pairs, other.pairs);
  assertEquals(rowParts(study).map(({ rows }) => rows), [4, 4]);
  assertEquals(rowParts(study)[1]!.why, "left out by --limit");
});

Deno.test("takenText() says once where both towers come from", () => {
  const [text, image] = [{ tower: "text", from: "a" }, { tower: "image", from: "b" }] as const;
  assertEquals([[], [text], [text, image], [text, { ...image, from: "a" }]].map(takenText), [
    ...[undefined, "Text tower: a", "Text tower: a; image tower: b", "Both towers: a"],
  ]);
});

Deno.test("Study.open() warns of a doubtful negation", async () => {
  const said: string[] = [];
  const pairs = [{ ...SHORT, negation: "foil" as const }];
  await using _ = await Study.open({ ...COMMON, pairs, say: (line) => said.push(line) });
  assertEquals(said.length, 1);
  assertEquals(said[0]!.endsWith("the sides may be exchanged: short"), true);
});
