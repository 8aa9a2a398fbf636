import { assertEquals } from "@std/assert";
import { attribute } from "../../../lib/experiments/attribute/index.ts";
import { circuit } from "../../../lib/experiments/circuit/index.ts";
import {
  checkShard,
  type ExperimentTables,
  withOptions,
} from "../../../lib/study/experiment/experiment.ts";
import { Study } from "../../../lib/runs/study.ts";
import type { Role } from "../../../lib/data/align.ts";
import { finish, type Steps } from "../../../lib/stats/steps.ts";
import { assertSpec, SOURCES } from "../../charts/fixtures.ts";
import { STANDARD_PAIRS, TINY } from "../../studies.ts";
import { assertRejectsCode, assertThrowsCode } from "../../error_codes.ts";

const { model, images, pairs: data } = TINY;
const CHOICE = { model, images, data, threads: 1, cache: false } as const;

Deno.test("attribute refuses an export without its hook points, and rows that are not minimal pairs", async () => {
  const onnxText = `${model}/onnx/text_model_quantized.onnx`;
  await using quantized = await Study.open({ ...CHOICE, onnxText });
  await assertRejectsCode(() => quantized.run("attribute"), "hook-unreachable");
  const pairs = { data: STANDARD_PAIRS, protocol: "standard" } as const;
  await using standard = await Study.open({ ...CHOICE, ...pairs });
  await assertRejectsCode(() => standard.run("attribute"), "pair-not-minimal");
});

Deno.test("runs that need all rows are refused in a shard", () => {
  const inputs = { choice: { shard: { k: 1, n: 2 } } };
  for (const chosen of [withOptions(attribute, { neurons: true }), withOptions(circuit)]) {
    assertThrowsCode(() => checkShard(chosen, inputs), "search-sharded");
  }
});

const ROLES_OF = {
  short: ["sot", "negator", "subject_first", "eot"],
  long: ["sot", "negator", "subject_first", "subject_further", "subject_further", "eot"],
} as const;

/** A row of 2 blocks of 2 heads. Head 1.2 reads the first token of the subject and 2.1 the others, or the negator without any; MLP 2 has an effect. */
function measuredRow(
  id: string,
  [first, second, mlp]: readonly [number, number, number],
  { negation = "foil", affirmative = 20, length = "short" }: {
    readonly negation?: "foil" | "caption";
    readonly affirmative?: number;
    readonly length?: keyof typeof ROLES_OF;
  } = {},
) {
  const roles: readonly Role[] = ROLES_OF[length];
  const d = first + second + mlp;
  const negated = affirmative + (negation === "caption" ? d : -d);
  const [s_caption, s_foil] = negation === "caption"
    ? [negated, affirmative]
    : [affirmative, negated];
  const pair = { id, negation, image: "image", caption: `${id} caption`, foil: `${id} foil` };
  const at = (role: Role, effect: number) => {
    const own = roles.filter((other) => other === role).length;
    return roles.map((other) => other === role ? effect / own : 0);
  };
  const none = roles.map(() => 0);
  const read = at(length === "long" ? "subject_further" : "negator", second);
  const net = { netHeads: [0, first, second, 0], netMlps: [0, mlp] };
  const netSources = [none, at("subject_first", first), read, none].flat();
  const scores = { ...pair, s_caption, s_foil, d, segment: "correct" as const, tokens: 9 };
  return {
    ...{ pair: pair as never, scores },
    measured: { ...net, netSources, roles, heads: [], mlps: [], norm: 0, sources: [] },
  };
}

function tablesOf(rows: readonly ReturnType<typeof measuredRow>[]) {
  const made = attribute.tables(rows, { neurons: false, control: [], seed: 0 });
  return finish(made as Steps<ExperimentTables<typeof attribute>>);
}

Deno.test("attribute has the effects of parts, and of heads by role, which add up to the head's", () => {
  const { attribution, summary } = tablesOf([
    measuredRow("a", [1, 2, 0.5]),
    measuredRow("b", [3, 1, -0.5], { affirmative: 24, length: "long" }),
  ]);
  const own = [...attribution.rows].filter(({ id, effect }) => id === "b" && effect !== 0);
  assertEquals(
    own.map(({ part, layer, head, role, effect }) => [part, layer, head, role, effect].join(" ")),
    [
      ...["head 1 2  3", "head 2 1  1", "mlp 2   -0.5"],
      ...["head 1 2 subject_first 3", "head 2 1 subject_further 1"],
    ],
  );
  const means = summary.rows.filter((row) =>
    row.segment === "all" && row.layer === 2 && row.head === 1
  );
  assertEquals(means.map(({ role, n, mean_effect }) => `${role} ${n} ${mean_effect}`), [
    ...["undefined 2 1.5", "sot 2 0", "negator 2 1", "subject_first 2 0"],
    ...["subject_further 2 0.5", "eot 2 0"],
  ]);
});

Deno.test("charts() makes the committed maps of heads, and of what the strongest read; findings() names no role", () => {
  const tables = tablesOf(Array.from({ length: 24 }, (_, i) => {
    const [negation, length] = [
      i < 12 ? "foil" : "caption",
      i % 2 === 0 ? "long" : "short",
    ] as const;
    const more = { negation, affirmative: 20 + i / 8, length };
    return measuredRow(`${i}`, [4 + i / 20, i % 3 - 1, -0.5], more);
  }));
  const charts = attribute.charts(tables, {
    neurons: false,
    control: [],
    seed: 0,
    sources: SOURCES,
  });
  assertSpec(charts["attribution"]!, "attribution_map");
  assertSpec(charts["attribution_roles"]!, "attribution_roles");
  const [table] = attribute.findings(tables).tables!;
  assertEquals(table!.lines.map(({ part }) => part), ["1.2", "mlp 2"]);
});
