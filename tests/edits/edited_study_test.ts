import { assertEquals, assertNotEquals } from "@std/assert";
import { type Edit, withStrength } from "../../lib/edits/edit.ts";
import { Study } from "../../lib/runs/study.ts";
import type { EvaluateRow } from "../../lib/study/rows/score_rows.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";
import { TINY } from "../studies.ts";

const DIRECTION: Edit = {
  ...{ kind: "direction", name: "wave", strength: 0.6, rule: "add", sentences: "all", blocks: [3] },
  vectors: [Array.from({ length: 16 }, (_, i) => Math.sin(1 + 2 * i))],
};
const RULE: Edit = {
  kind: "score_rule",
  name: "photo",
  strength: 0.5,
  rule: "subtract",
  prompt: "There is a {}.",
};

async function withEdit<Made>(
  edit: Edit | undefined,
  folder: string,
  use: (study: Study) => Promise<Made>,
): Promise<Made> {
  const path = `${folder}/edit.json`;
  if (edit !== undefined) await Deno.writeTextFile(path, JSON.stringify(edit));
  const { model, images, pairs: data } = TINY;
  await using study = await Study.open({
    ...{ model, images, data, limit: 6, threads: 1, cache: `${folder}/cache` },
    ...edit !== undefined && { edit: path },
  });
  return await use(study);
}

const rowsOf = async (study: Study): Promise<readonly EvaluateRow[]> => (await study.score()).rows;

Deno.test("embeddings of an edited tower are kept apart from those of the model, and an edit of strength 0 gives its scores", () =>
  inFolder(async (folder) => {
    const before = await withEdit(undefined, folder, rowsOf);
    const edited = await withEdit(DIRECTION, folder, async (study) => {
      const rows = await rowsOf(study);
      const { cached } = study.embeddings.origins!.text!;
      assertEquals(cached, 0);
      // the images are those of the model
      assertEquals(study.embeddings.origins?.image?.computed, 0);
      return rows;
    });
    assertNotEquals(edited.map(({ d }) => d), before.map(({ d }) => d));
    await withEdit(DIRECTION, folder, async (study) => {
      assertEquals(await rowsOf(study), edited);
      assertEquals(study.embeddings.origins?.text?.computed, 0);
    });
    assertEquals(await withEdit(withStrength(DIRECTION, 0), folder, rowsOf), before);
    assertEquals(await withEdit(undefined, folder, rowsOf), before);
  }));

Deno.test("a score rule subtracts the score of what a sentence denies, and what runs the tower refuses it", () =>
  inFolder(async (folder) => {
    const before = await withEdit(undefined, folder, rowsOf);
    await withEdit(RULE, folder, async (study) => {
      const rows = await rowsOf(study);
      const images = await study.embeddings.images();
      for (const [i, row] of rows.entries()) {
        const noun = row.negation === "caption" ? row.caption : row.foil;
        const prompt = study.text.rule!.denied(noun)!;
        const embedding = (await study.text.run([prompt])).row(0).data;
        const s = study.text.family.similarity.score(embedding, images.get(row.image)!);
        const negated = row.negation === "caption" ? "s_caption" : "s_foil";
        const other = row.negation === "caption" ? "s_foil" : "s_caption";
        assertEquals(row[negated], before[i]![negated] - 0.5 * s);
        assertEquals(row[other], before[i]![other]);
      }
      await study.run("evaluate");
      await assertRejectsCode(() => study.run("trace"), "change-unfit: of whole sentences");
      const sweep = () => study.sweep([{ of: "affirmative", changes: [] }]);
      await assertRejectsCode(sweep, "change-unfit");
    });
  }));

Deno.test("an edit of nouns that no row has is refused before anything is run", () =>
  inFolder(async (folder) => {
    const edit: Edit = {
      ...{ kind: "concept", name: "unicorns", strength: 1, sentences: "all", block: 1 },
      nouns: [["unicorn", "unicorns"], ["griffin", "griffins"]],
      vectors: DIRECTION.vectors.flatMap((vector) => [vector, vector.toReversed()]),
    };
    const open = () => withEdit(edit, folder, () => Promise.resolve());
    await assertRejectsCode(open, 'rows-too-few: Cannot use edit "unicorns": it changes none of');
  }));

Deno.test("an edit that leaves no embedding is named, not the model's file", async () => {
  const none: Edit = {
    ...{ kind: "map", name: "none", strength: 1 },
    matrix: Array.from({ length: 12 }, () => new Array<number>(12).fill(0)),
  };
  await inFolder(async (folder) => {
    const cases = [
      [none, '"none": with it, the model\'s embedding holds nothing but zeros; correct its'],
      [withStrength(DIRECTION, 1e39), '"wave": with it, the model\'s embedding of '],
    ] as const;
    for (const [edit, said] of cases) {
      const scoring = () => withEdit(edit, folder, rowsOf);
      await assertRejectsCode(scoring, `weights-not-finite: Cannot use the edit ${said}`);
    }
  });
});

Deno.test("trace runs on an edited tower, attribute refuses it", () =>
  inFolder(async (folder) => {
    const run = (study: Study) => study.run("trace", { control: [] });
    const before = await withEdit(undefined, folder, run);
    await withEdit(DIRECTION, folder, async (study) => {
      const traced = await run(study);
      assertNotEquals(traced.tables.trace.rows, before.tables.trace.rows);
      await assertRejectsCode(() => study.run("attribute"), "change-unfit: takes the stream apart");
    });
    const none = await withEdit(withStrength(DIRECTION, 0), folder, run);
    assertEquals(none.tables.trace.rows, before.tables.trace.rows);
  }));
