/** The task on a file of each benchmark, with the values that transformers gives in float64. */

import { assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { runHere } from "../../scripts/task_here.ts";
import { fixture, inFolder, namesIn, recordsIn, TINY } from "../../scripts/task_process.ts";

const MODEL = TINY.slice(0, 2);

const BASE = fixture("benchmarks");

/** Rounding of float32 towers in scores of up to 100. */
const SCORE = 2e-4;

interface Golden {
  readonly first: readonly number[];
  readonly right: readonly number[];
  readonly tied: readonly number[];
  readonly accuracy: number;
  readonly accuracy_first: number;
}

const ANSWERS: Readonly<Record<string, Golden>> = JSON.parse(
  Deno.readTextFileSync(`${BASE}/golden/answers.json`),
);

async function benchmark(
  file: string,
  out: string,
  flags: readonly string[] = [],
  images = fixture("images"),
) {
  const data = ["--data", `${BASE}/files/${file}`, "--images", images];
  const how = ["--format", "none", "--cache", "none", "--threads", "1", "--out", out];
  return await runHere("benchmark", [...MODEL, ...data, ...how, ...flags]);
}

const FILES = [
  ["negbench_mcq", "negbench_mcq.csv"],
  ["negrefcocog", "negrefcocog.json"],
  ["crepe", "crepe.csv"],
  ["sugarcrepe", "sugarcrepe.json"],
  ["aro_relation", "aro_relation.json"],
  ["ccneg", "ccneg_preprocessed.pt"],
  ["ccneg_commas_stripped", "ccneg_preprocessed.pt", "--published"],
  ["whatsup", "whatsup.json"],
  ["valse_counting", "valse_counting.json"],
  ["choices", "choices.csv"],
] as const;

for (const [name, file, ...flags] of FILES) {
  Deno.test(`benchmark gives the golden scores and answers of ${name}`, () =>
    inFolder(async (folder) => {
      const out = `${folder}/out`;
      const { code, stderr } = await benchmark(file, out, flags);
      assertEquals([code, stderr], [0, ""]);
      const golden = recordsIn(`${BASE}/golden/${name}.csv`);
      const made = recordsIn(`${out}/choices.csv`);
      assertEquals(made.length, golden.length);
      made.forEach(({ option, score }, i) => {
        assertEquals(option, golden[i]!["option"]);
        assertAlmostEquals(Number(score), Number(golden[i]!["score"]), SCORE);
      });
      const { first, right, tied, ...accuracy } = ANSWERS[name]!;
      const rows = [...Map.groupBy(made, ({ row }) => row).values()];
      const scores = rows.map((row) => row.map(({ score }) => Number(score)));
      const most = scores.map((row) => Math.max(...row));
      assertEquals(scores.map((row, i) => row.indexOf(most[i]!)), first);
      assertEquals(scores.map((row, i) => row.filter((score) => score === most[i]).length), tied);
      assertEquals(rows.map((row) => row.findIndex((option) => option["right"] === "1")), right);
      const figure = (measure: string) =>
        recordsIn(`${out}/benchmark.csv`).find((row) => row["measure"] === measure)!["value"];
      const counted = flags.length > 0 ? accuracy.accuracy_first : accuracy.accuracy;
      assertAlmostEquals(Number(figure("accuracy")), counted, 1e-12);
      assertAlmostEquals(Number(figure("accuracy_first")), accuracy.accuracy_first, 1e-12);
    }));
}

Deno.test("benchmark gives the golden ranks and recalls of a retrieval", () =>
  inFolder(async (folder) => {
    const out = `${folder}/out`;
    const { code, stdout } = await benchmark("negbench_retrieval.csv", out);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "puts the picture of a caption first among all");
    const golden = JSON.parse(Deno.readTextFileSync(`${BASE}/golden/retrieval.json`));
    const rows = recordsIn(`${out}/retrieval.csv`);
    const ofImages = rows.filter(({ direction }) => direction === "text_to_image");
    const ranks = ofImages.map(({ sentence, rank, tied }) => [
      ...[sentence, Number(rank), Number(rank) - Number(tied) / 2],
    ]);
    assertEquals(ranks, golden.captions.map((row: readonly unknown[]) => row.slice(1)));
    let compared = 0;
    for (const { by, measure, value } of recordsIn(`${out}/benchmark.csv`)) {
      const [, name, rank = ""] = /^(r\d+|median)(_first)?$/.exec(measure!) ?? [];
      if (name === undefined) continue;
      assertEquals(Number(value), golden[`${by}${rank}`][name.replace(/^r/, "R@")]);
      compared++;
    }
    assertEquals(compared, 16); // 4 measures by both ranks in both directions
    assertEquals(namesIn(out), [
      ...["benchmark.csv", "effects.json", "findings.json", "manifest.json"],
      ...["recall.vl.json", "report.html", "retrieval.csv", "summary.txt"],
    ]);
  }));

Deno.test("benchmark gives the golden scores, and text, image and group score, of two pictures with two sentences", () =>
  inFolder(async (folder) => {
    const answers = JSON.parse(Deno.readTextFileSync(`${BASE}/golden/blocks.json`));
    for (const file of ["winoground.jsonl", "bivlc.csv", "beaf.json"]) {
      const name = file.replace(/\..*/, "");
      const out = `${folder}/${name}`;
      const published = name === "bivlc";
      const flags = published ? ["--published"] : [];
      const { code, stderr } = await benchmark(file, out, flags, `${BASE}/images`);
      assertEquals([code, stderr], [0, ""]);
      const golden = recordsIn(`${BASE}/golden/${name}.csv`);
      const made = recordsIn(`${out}/choices.csv`);
      assertEquals(
        made.map(({ row, option }) => [row, option]),
        golden.map(({ row, option }) => [row, option]),
      );
      made.forEach(({ score }, i) => {
        assertAlmostEquals(Number(score), Number(golden[i]!["score"]), SCORE);
      });
      const figures = recordsIn(`${out}/benchmark.csv`).filter(({ by }) => by === "all");
      for (const score of ["text", "image", "group"]) {
        const { strict, ties } = answers[name].all[score];
        const value = (measure: string) =>
          figures.find((row) => row["measure"] === measure)?.["value"];
        assertAlmostEquals(Number(value(score)), published ? strict : ties, 1e-12);
        assertEquals(value(`${score}_published`) === undefined, name === "beaf");
      }
    }
    const { code, stderr } = await benchmark(
      "beaf.json",
      `${folder}/p`,
      ["--published"],
      `${BASE}/images`,
    );
    assertEquals(code, 2);
    assertStringIncludes(stderr, "the script of the set counts answers yes and no");
  }));
