/** The table of docs/methods/gradients.md: what one gradient says of parts, beside what the exact change does. */

import { assertEquals } from "@std/assert";
import { patch, Study } from "../../mod.ts";
import { pearson } from "../../lib/stats/correlation.ts";
import { pathOf } from "../studies.ts";

/** Heads or neurons of a block that change together. */
interface Parts {
  readonly hook: string;
  readonly axis: "head" | "neuron";
  readonly numbers: readonly number[];
}

/** What giving the affirmative sentence the negated one's values does, as a share of the sum of |S_n - S_a|. */
async function effectsOf(study: Study, rows: readonly string[], parts: readonly Parts[]) {
  const all = parts.map((part) => ({ ...part, exact: 0, gradient: 0 }));
  const hooks = [...new Set(parts.map(({ hook }) => hook))];
  let size = 0;
  for (const id of rows) {
    const { negated, affirmative } = await study.row(id);
    const [n, a] = [await negated.cache(hooks), await affirmative.cache(hooks)];
    const gradients = await affirmative.gradients(hooks);
    const before = await affirmative.score();
    const sign = Math.sign(await negated.score() - before);
    size += Math.abs(await negated.score() - before);
    for (const part of all) {
      const { hook, axis, numbers } = part;
      const change = patch(hook, { [axis]: numbers, from: n });
      part.exact += sign * (await affirmative.score({ interventions: [change] }) - before);
      const [to, from, slope] = [n, a, gradients].map((own) => own.row(hook, 0));
      const [, across, inHead = 1] = to!.shape;
      for (const [i, value] of to!.data.entries()) {
        if (!numbers.includes(Math.floor(i / inHead) % across!)) continue;
        part.gradient += sign * (value - from!.data[i]!) * slope!.data[i]!;
      }
    }
  }
  return all.map(({ exact, gradient }) => ({ exact: exact / size, gradient: gradient / size }));
}

function eachOf(kind: "attn.hook_z" | "mlp.hook_post", numbers: readonly number[]): Parts[] {
  const axis = kind === "attn.hook_z" ? "head" : "neuron";
  return [0, 1, 2, 3, 4, 5].flatMap((block) =>
    numbers.map((number) => ({ hook: `blocks.${block}.${kind}`, axis, numbers: [number] }))
  );
}

function short(value: number, digits = 2): string {
  return value.toFixed(digits).replace(/^-?(0\.)(?=0*$)/, "0.").replace(/^(-?)0(?=\.)/, "$1");
}

Deno.test("the page on gradients has what one gradient and exact changes say of heads, neurons and planted parts", async () => {
  await using study = await Study.open({ limit: 40 });
  const rows: string[] = [];
  for (const { id } of study.pairs) {
    const { negated, affirmative } = await study.row(id);
    if (Math.abs(await negated.score() - await affirmative.score()) >= 1) rows.push(id);
  }
  const rOf = (effects: Awaited<ReturnType<typeof effectsOf>>) =>
    short(pearson(effects.map(({ exact }) => exact), effects.map((own) => own.gradient))!, 3);
  const neurons = eachOf("mlp.hook_post", Array.from({ length: 64 }, (_, i) => 4 * i));
  const heads = await effectsOf(study, rows, eachOf("attn.hook_z", [0, 1, 2, 3]));
  const lines = [
    `every fourth neuron, 6 rows | r ${rOf(await effectsOf(study, rows.slice(0, 6), neurons))}`,
    `every head, ${rows.length} rows | r ${rOf(heads)}`,
    `head 1.2, the same rows | ${short(heads[1]!.gradient)} | ${short(heads[1]!.exact)}`,
  ];
  for (
    const [model, block, numbers, name] of [
      ...[["and", 1, [0], "2.1"], ["and", 1, [2], "2.3"], [
        "and",
        1,
        [0, 2],
        "2.1 and 2.3",
      ]] as const,
      ...[["backup", 0, [1], "1.2"], ["backup", 1, [3], "2.4"]] as const,
    ]
  ) {
    await using planted = await Study.open({ model: `planted/${model}`, limit: 20 });
    const parts: Parts[] = [{ hook: `blocks.${block}.attn.hook_z`, axis: "head", numbers }];
    const [own] = await effectsOf(planted, planted.pairs.map(({ id }) => id), parts);
    lines.push(`planted \`${model}\`, ${name} | ${short(own!.gradient)} | ${short(own!.exact)}`);
  }
  const page = await Deno.readTextFile(pathOf("../docs/methods/gradients.md"));
  const written = page.replaceAll(/ +/g, " ");
  assertEquals(lines.filter((line) => !written.includes(`| ${line} |`)), []);
});
