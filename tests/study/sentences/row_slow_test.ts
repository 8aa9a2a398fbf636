import {
  assertAlmostEquals,
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertStringIncludes,
} from "@std/assert";
import { attentionPattern } from "../../../lib/study/sentences/row.ts";
import { Study } from "../../../lib/runs/study.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { valueAt } from "../../charts/fixtures.ts";
import { STANDARD_PAIRS, TINY } from "../../studies.ts";
import { add, knockOut, zero } from "../../../lib/hooks/interventions.ts";
import { ONE, SHARED, STANDARD, withStudy } from "../small_studies.ts";

const { model, images } = TINY;
const choice = { model, images, data: TINY.pairs, threads: 1, cache: false } as const;

interface Cell {
  readonly weight: number;
  readonly tip: string;
}

Deno.test("attentionPattern() draws the weights of the hook point for all heads of a row, or one of them large", async () => {
  await using study = await Study.open(choice);
  const row = await study.row("boat-seen");
  const cells = (spec: Awaited<ReturnType<typeof attentionPattern>>, panel: number) =>
    valueAt(spec, `concat.${panel}.data.values`) as Cell[];
  const all = await attentionPattern(row, { layer: 2 });
  assertEquals(valueAt(all, "concat.length"), 6); // 2 heads; negated, affirmative, difference
  const hook = "blocks.2.attn.hook_pattern";
  const [no, some] = [await row.negated.cache(hook), await row.affirmative.cache(hook)];
  const end = row.negated.tokens.length - 1;
  for (const head of [0, 1]) {
    const [own, other] = [no, some].map((cache) => cache.row(hook, 0).at(head, end, 3));
    const ofEnd = [0, 1, 2].map((panel) => cells(all, 3 * head + panel).at(-(end - 2))!);
    [own!, other!, own! - other!].forEach((weight, i) =>
      assertAlmostEquals(ofEnd[i]!.weight, weight, 1e-5) // drawn with six digits
    );
    assertStringIncludes(ofEnd[0]!.tip, `from ${end} EOT to 3 `);
  }
  const large = await attentionPattern(row, { layer: 2, head: 1 });
  assertEquals(valueAt(large, "title.text"), "Attention of head 3.2 (blocks.2, head 1)");
  assertEquals(
    cells(large, 0).map(({ weight }) => weight),
    cells(all, 3).map(({ weight }) => weight),
  );
  const one = await attentionPattern(row.affirmative, { layer: 2 });
  assertEquals(
    cells(one, 1).map(({ weight }) => weight),
    cells(all, 4).map(({ weight }) => weight),
  );
});

Deno.test("attentionPattern() draws sentences of different lengths without a difference, also for one head", async () => {
  await using study = await Study.open({ ...choice, data: STANDARD_PAIRS, protocol: "standard" });
  const lengths = ({ negated, affirmative }: Awaited<ReturnType<Study["row"]>>) =>
    [negated, affirmative].map(({ tokens }) => tokens.length);
  for (const { id } of study.pairs) {
    const row = await study.row(id);
    const [own, other] = lengths(row);
    if (own === other) continue;
    const spec = await attentionPattern(row, { layer: 1, head: 1 });
    const titles = [0, 1, 2].map((i) => valueAt(spec, `concat.${i}.title.text`));
    return assertEquals(titles, ["2.2, negated", "2.2, affirmative", undefined]);
  }
  throw new Error("no row has sentences of different lengths");
});

Deno.test("attentionPattern() refuses blocks and heads that do not exist", async () => {
  await using study = await Study.open(choice);
  const row = await study.row("boat-seen");
  await assertRejectsCode(() => attentionPattern(row, { layer: 9 }), "name-unknown");
  await assertRejectsCode(
    () => attentionPattern(row, { layer: 0, head: 7 }),
    "index-outside: Cannot draw the attention of head 7: expected a whole number from 0 to",
  );
  // @ts-expect-error A script without types may leave the options out.
  await assertRejectsCode(() => attentionPattern(row), "name-unknown");
});

const PATTERN = "blocks.0.attn.hook_pattern";
const LAST = "blocks.2.hook_resid_post";
const STEERED = [add(LAST, Array.from({ length: 16 }, (_, i) => (i % 3) - 1), { position: "eot" })];

Deno.test("Study.score() changes the sentences that are named and no other, and says which", () =>
  withStudy(SHARED, async (study) => {
    const plain = await study.score();
    for (const said of ["both", "negated", "affirmative"] as const) {
      const steered = await study.score({ interventions: STEERED, sentences: said });
      assertEquals(steered.changed, [said, said]);
      for (const [i, { id }] of study.pairs.entries()) { // all captions are negated
        const { negated, affirmative } = await study.row(id);
        const { s_caption, s_foil } = steered.rows[i]!;
        const s = (sentence: typeof negated) => sentence.score({ interventions: STEERED });
        if (said === "affirmative") assertEquals(s_caption, plain.rows[i]!.s_caption);
        else assertAlmostEquals(s_caption, await s(negated), 1e-4); // float32 logits, in other batches
        if (said === "negated") assertEquals(s_foil, plain.rows[i]!.s_foil);
        else assertAlmostEquals(s_foil, await s(affirmative), 1e-4); // as above
      }
    }
    const both = await study.score({ interventions: STEERED });
    assertEquals(both.changed, ["both", "both"]); // the default
  }));

Deno.test("scores name the sentences that had the token of an intervention's role, by side and as text", () =>
  withStudy(STANDARD, async (study) => {
    const blind = await study.score({ interventions: [knockOut(PATTERN, { key: "negator" })] });
    assertEquals(blind.changed, ["negated", "both", "negated"]);
    const [heading, ...lines] = Deno.inspect(blind).split("\n");
    const told = "the negated sentence of all rows and the affirmative sentence of 1 row";
    assertEquals(heading, `Scores of 3 rows; interventions changed ${told}`);
    const mean = blind.rows.reduce((sum, { d }) => sum + d, 0) / 3;
    assertEquals(lines.at(-1)!.split(/ +/).slice(0, 3), ["all", "3", mean.toFixed(3)]);
  }));

Deno.test("Study.score() refuses other sentences, and a role that the named ones lack", () =>
  withStudy(ONE, async (study) => {
    const interventions = [zero(LAST, { position: "negator" })];
    const of = (sentences: string) => () => study.score({ interventions, sentences } as never);
    const said = 'Cannot use sentences "caption": expected both or negated or affirmative';
    await assertRejectsCode(of("caption"), "value-wrong", said);
    await assertRejectsCode(of("affirmative"), "role-absent: no sentence that is run has such a");
    const { negated } = await study.row("inserted");
    const own = () => negated.score({ interventions, sentences: "negated" } as never);
    await assertRejectsCode(own, "name-unknown");
  }));

Deno.test("attentionPattern() changes the sentences of a row that are named, and names them", () =>
  withStudy(SHARED, async (study) => {
    const row = await study.row("first");
    const blind = knockOut(PATTERN, { key: "negator" });
    const titles = async (changes: object) => {
      const chart = await attentionPattern(row, { layer: 0, ...changes });
      return [0, 1].map((panel) => valueAt(chart, `concat.${panel}.title.text`));
    };
    assertEquals(await titles({}), ["1.1, negated", "1.1, affirmative"]);
    const own = { interventions: [blind], sentences: "negated" } as const;
    assertEquals(await titles(own), ["1.1, negated, changed", "1.1, affirmative"]);
    const large = await attentionPattern(row, { layer: 0, head: 1, ...own });
    assertMatch(`${valueAt(large, "title.subtitle.0")}`, /^negated, changed: /);
    const weights = (panel: number) =>
      (valueAt(large, `concat.${panel}.data.values`) as { tip: string; weight: number }[])
        .filter(({ tip }) => / to 3 /.test(tip)).map(({ weight }) => weight);
    assertEquals(new Set(weights(0)), new Set([0]));
    assertNotEquals(weights(1)[0], 0);
  }));
