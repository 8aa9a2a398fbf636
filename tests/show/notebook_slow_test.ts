import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  resultBundles,
  rowBundles,
  scoresBundles,
  studyBundle,
  tableBundle,
} from "../../lib/show/notebook.ts";
import { Study } from "../../lib/runs/study.ts";
import { TINY } from "../studies.ts";

const { model, pairs: data, images } = TINY;
const OPTIONS = { model, data, threads: 1, cache: false } as const;

Deno.test("studyBundle() counts the rows that are used and those dropped, with reasons", async () => {
  await using study = await Study.open({ threads: 1, cache: false });
  const bundle = studyBundle(study);
  assertEquals(bundle["text/plain"], String(study));
  const markdown = bundle["text/markdown"]!;
  assertMatch(markdown, /^\*\*Study of shapes\*\*\n\n\| tower \| layers/);
  assertStringIncludes(markdown, "| text | 6 | 4 | 64 | 48 |\n| image | 3 | 4 | 64 | 48 |");
  const counts = [...markdown.matchAll(/^\| (\d+) \| (used|dropped)/gm)];
  assertEquals(Number(counts[0]![1]), study.pairs.length);
  const dropped = counts.slice(1).map(([, count]) => Number(count));
  assertEquals(dropped.reduce((a, b) => a + b), study.dropped.length);
});

Deno.test("rowBundles() has the picture, the sentences with their scores, and the tokens", async () => {
  await using study = await Study.open({ ...OPTIONS, images });
  const row = await study.row(study.pairs[0]!.id);
  const [picture, words] = await rowBundles(row);
  assert(picture!["image/svg+xml"] !== undefined);
  for (const text of [words!["text/plain"], words!["text/markdown"]!]) {
    assertStringIncludes(text, row.pair.caption);
    assertStringIncludes(text, row.scores.s_caption.toFixed(3));
    assertStringIncludes(text, row.scores.s_foil.toFixed(3));
    assertStringIncludes(text, row.scores.d.toFixed(3));
    assertStringIncludes(text, "subject_first");
  }
});

Deno.test("scoresBundles() says which sentences were changed, above the sides and the rows", async () => {
  await using study = await Study.open({ ...OPTIONS, images });
  const scores = await study.score();
  const [heading, rows] = scoresBundles(scores);
  for (const shown of [heading!["text/plain"], heading!["text/markdown"]!]) {
    assertMatch(shown, /^Scores of 8 rows; no sentence was changed\n/);
    assertMatch(shown, /\ball\W+8\W/); // the row of all sides
  }
  assertEquals(rows, tableBundle(scores.table));
});

Deno.test("resultBundles() has the experiment's own findings, its charts, then its tables and the words of the findings folded", async () => {
  await using study = await Study.open({ ...OPTIONS, images });
  const result = await study.run("trace");
  const words = [{ word: "site", means: "a place" }];
  const told = { ...result, own: { ...result.own, words } };
  const [findings, chart, tables, ...more] = await resultBundles(told);
  assertEquals(more, []);
  assertEquals(findings!["text/plain"], result.own.findings.trimEnd());
  assert(chart!["application/vnd.vegalite.v5+json"] !== undefined);
  const markdown = tables!["text/markdown"]!;
  const summaries = markdown.matchAll(/<summary>(.*?):.*<\/summary>\n\n\| /g);
  assertEquals([...summaries].map(([, name]) => name), ["effects", "trace"]);
  assertMatch(markdown, /<summary>Words<\/summary>\n\n- \*\*site\*\*: a place\n\n<\/details>$/);
});
