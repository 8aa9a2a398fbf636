import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Study } from "../../../lib/runs/study.ts";
import { assertRejectsCode, assertThrowsCode } from "../../error_codes.ts";
import { add } from "../../../lib/hooks/interventions.ts";
import { SIGLIP_TINY, TINY } from "../../studies.ts";
import { SHARED, STANDARD, withStudy } from "../small_studies.ts";

const { model, pairs: data, images } = TINY;
const OPTIONS = { model, data, threads: 1, cache: false } as const;

Deno.test("a row has its picture, and its tokens beside their twins", async () => {
  await using study = await Study.open({ ...OPTIONS, images });
  const row = await study.row(study.pairs[0]!.id);
  assertEquals(await row.picture(), await Deno.readFile(`${images}/${row.pair.image}`));
  const { columns, rows } = row.tokens;
  assertEquals(columns, ["position", "role", "negated", "affirmative"]);
  assertEquals(rows.map(({ position }) => position), [...row.negated.tokens.keys()]);
  assertEquals(rows.map(({ negated }) => negated), row.negated.tokens);
  assertEquals(rows.map(({ affirmative }) => affirmative), [...row.affirmative.tokens]); // rephrased: one for one
  assertEquals(rows.map(({ role }) => role), row.negated.roles);
  const { s_caption, s_foil } = row.scores;
  const [negated, affirmative] = row.pair.negation === "caption"
    ? [s_caption, s_foil]
    : [s_foil, s_caption];
  const shares = [affirmative, negated, (affirmative + negated) / 2].map((s) => row.cte(s)!);
  [0, 1, 0.5].forEach((share, i) => assertAlmostEquals(shares[i]!, share, 1e-9)); // nothing, a full swap, half of it
});

Deno.test("a token that the affirmative sentence lacks has no twin in the row's tokens", async () => {
  await using study = await Study.open({
    ...OPTIONS,
    data: data.replace("pairs.json", "pairs_standard.json"),
    protocol: "standard",
    images,
  });
  const rows = await Promise.all(study.pairs.map(({ id }) => study.row(id)));
  const lacking = rows.flatMap(({ tokens }) =>
    tokens.rows.filter(({ affirmative }) => affirmative === undefined)
  );
  assertEquals([...new Set(lacking.map(({ role }) => role))], ["inserted"]);
});

Deno.test("without images activations can be read, and calls that need scores say so", async () => {
  await using study = await Study.open(OPTIONS);
  const { id } = study.pairs[0]!;
  const row = await study.row(id);
  assertEquals(row.hasImage, false);
  assertEquals((await row.negated.cache("hook_embed")).names, ["hook_embed"]);
  const said = (subject: string) =>
    `Cannot score "${subject}": the study has no images; give Study.open() the folder of the images, or imageEmbeddings`;
  assertThrowsCode(() => row.scores, "images-not-given", said(id));
  assertThrowsCode(() => row.cte(1), "images-not-given", said(id));
  await assertRejectsCode(
    () => row.picture(),
    `images-not-given: Cannot read the image of row "${id}": the study has no images; give Study.open() the folder of the images`,
  );
  await assertRejectsCode(() => row.negated.score(), "images-not-given", said(row.negated.text));
  await assertRejectsCode(
    () => row.negated.gradients("hook_embed"),
    "images-not-given",
    said(row.negated.text),
  );
  await assertRejectsCode(() => study.score(), "images-not-given", said(data));
  assertEquals(String(row).split("\n").length, 3);
});

for (const { label, model } of [TINY, SIGLIP_TINY]) {
  Deno.test(`the gradients of a sentence of ${label} tell how its S moves`, async () => {
    await using study = await Study.open({ ...OPTIONS, model, images });
    const { negated } = await study.row(study.pairs[0]!.id);
    const hook = "blocks.1.hook_resid_pre";
    const gradient = (await negated.gradients("blocks.*.hook_resid_pre")).row(hook, 0);
    const position = negated.tokens.length - 1;
    const along = gradient.row(position).data;
    const square = along.reduce((sum, x) => sum + x * x, 0);
    const step = 0.05 / Math.sqrt(square); // the vectors have a length of some 5
    const scoreAt = (times: number) =>
      negated.score({
        interventions: [add(hook, along.map((x) => times * step * x), { position })],
      });
    const near = await scoreAt(1) - await scoreAt(-1);
    const far = await scoreAt(2) - await scoreAt(-2);
    const moved = (8 * near - far) / (12 * step);
    assertAlmostEquals(moved / square, 1, 1e-3); // S moves by some .3, and is rounded by 1e-5
  });
}

Deno.test("a sentence prints its tokens with their roles", async () => {
  await using study = await Study.open(OPTIONS);
  const { negated } = await study.row(study.pairs[0]!.id);
  const lines = Deno.inspect(negated).split("\n");
  assertEquals(lines[0], negated.text);
  const cells = lines.slice(2).map((line) => line.trim().split(/ +/));
  const expected = negated.tokens.map((token, i) => [String(i), token, negated.roles[i]!]);
  assertEquals(cells, expected);
});

const PLACES = [
  // study, row, sentence, role, positions
  [STANDARD, "inserted", "negated", "negator", [3]],
  [STANDARD, "inserted", "affirmative", "inserted", []],
  [STANDARD, "substituted", "negated", "inserted", []],
  [STANDARD, "substituted", "affirmative", "negator", [3]],
  [SHARED, "first", "negated", "negator", [3]],
  [SHARED, "first", "affirmative", "negator", [3]],
  [SHARED, "first", "affirmative", "there", [1]],
  [SHARED, "second", "negated", "negator", [1]],
  [SHARED, "second", "affirmative", "negator", [1]],
  [SHARED, "second", "affirmative", "there", []],
] as const;

for (const [study, places] of Map.groupBy(PLACES, ([study]) => study)) {
  Deno.test(`positions() of a role depends on what the sentences have, ${study.protocol}`, () =>
    withStudy(study, async (study) => {
      for (const [, id, which, role, positions] of places) {
        const found = (await study.row(id))[which].positions(role);
        assertEquals(found, [...positions], `"${role}" of the ${which} sentence of row ${id}`);
      }
    }));
}
