import { assertAlmostEquals, assertEquals } from "@std/assert";
import { attributionSteps } from "../../../lib/experiments/attribute/tables.ts";
import { finish } from "../../../lib/stats/steps.ts";
import { attributedRow } from "./rows.ts";

const ROWS = [
  attributedRow("a", [1, 2, 0.5, -0.25]),
  attributedRow("b", [3, 1, -0.5, 0.25], { affirmative: 24, isLong: true }),
  attributedRow("c", [2, 4, 1, -0.5], { negation: "caption" }),
];

const TABLES = finish(attributionSteps(ROWS, { seed: 0 }));

Deno.test("attributionSteps() gives each row its parts in the order of computation", () => {
  const { attribution } = TABLES;
  assertEquals(
    attribution.columns.join(),
    "id,negation,segment,component,layer,head,position,role,token,effect,net_effect",
  );
  const own = [...attribution.rows].filter(({ id, component }) =>
    id === "b" && component !== "read"
  );
  assertEquals(
    own.map(({ negation, segment, component, layer, head, effect, net_effect }) =>
      [negation, segment, component, layer ?? "", head ?? "", effect, net_effect].join(" ")
    ),
    [
      "foil correct token_embedding   0 0",
      "foil correct position_embedding   0 0",
      "foil correct head 1 1 0 0",
      "foil correct head 1 2 3 3.25",
      "foil correct attention_bias 1  0 0",
      "foil correct mlp 1  0 0",
      "foil correct head 2 1 1 1",
      "foil correct head 2 2 0 0",
      "foil correct attention_bias 2  0 0",
      "foil correct mlp 2  -0.5 -0.5",
      "foil correct norm   0.25 0",
    ],
  );
});

Deno.test("attributionSteps() gives each head what it reads at each position", () => {
  const sources = [...TABLES.attribution.rows].filter(({ component }) => component === "read");
  assertEquals(sources.length, 4 * (4 + 6 + 4));
  assertEquals(
    sources.filter(({ id, effect }) => id === "b" && effect !== 0)
      .map(({ layer, head, position, role, token, effect, net_effect }) =>
        `${layer}.${head} ${position} ${role} ${token} ${effect} ${net_effect}`
      ),
    [
      "1.2 2 subject_first <subject_first> 3 3.25",
      "2.1 3 subject_further <subject_further> 0.5 0.5",
      "2.1 4 subject_further <subject_further> 0.5 0.5",
    ],
  );
});

Deno.test("attributionSteps() averages the net effects of parts over the rows of a side", () => {
  const { summary } = TABLES;
  const found = summary.rows.filter(({ negation, segment, mean_net_effect }) =>
    negation === "foil" && segment === "all" && mean_net_effect !== 0
  );
  assertEquals(
    found.map((
      { component, layer, head, n, mean_net_effect, net_low },
    ) => [component, layer, head, n, mean_net_effect, net_low]),
    [
      ["head", 1, 2, 2, 2, undefined], // two sentence pairs have no interval
      ["head", 2, 1, 2, 1.5, undefined],
    ],
  );
  const mlp = summary.rows.find(({ negation, component, layer }) =>
    negation === "caption" && component === "mlp" && layer === 2
  );
  assertEquals([mlp!.n, mlp!.mean_net_effect], [1, 1]);
});

Deno.test("attributionSteps() averages what heads read by role, 0 in a row without the role, so that roles add up to the head", () => {
  const { roles, summary } = TABLES;
  const own = roles.rows.filter(({ negation, segment, layer, head }) =>
    negation === "foil" && segment === "all" && layer === 2 && head === 1
  );
  assertEquals(own.map(({ role, n, mean_net_effect }) => `${role} ${n} ${mean_net_effect}`), [
    ...["sot 2 0", "negator 2 1", "subject_first 2 0", "subject_further 2 0.5", "eot 2 0"],
  ]);
  for (const whole of summary.rows) {
    const { negation, segment, component, layer, head } = whole;
    if (component !== "head") continue;
    const read = roles.rows.filter((row) =>
      row.negation === negation && row.segment === segment && row.layer === layer &&
      row.head === head
    );
    const sum = read.reduce((sum, row) => sum + row.mean_net_effect!, 0);
    assertAlmostEquals(sum, whole.mean_net_effect!, 1e-12);
  }
});

Deno.test("attributionSteps() draws sentence pairs for the intervals", () => {
  const rows = Array.from({ length: 12 }, (_, i) => attributedRow(`${i}`, [i, 1, 0, 0]));
  const bounds = (copies: number) => {
    const many = Array.from({ length: copies }, () => rows).flat();
    const { summary, roles } = finish(attributionSteps(many, { seed: 0 }));
    const isHead = (
      row: { layer?: number | undefined; head?: number | undefined; segment: string },
    ) => row.segment === "all" && row.layer === 1 && row.head === 2;
    return [
      summary.rows.find(isHead)!,
      roles.rows.find((row) => isHead(row) && row.role === "subject_first")!,
    ].map(({ mean_net_effect, net_low, net_high }) => [mean_net_effect, net_low, net_high]);
  };
  const [part, role] = bounds(1);
  assertEquals([part![0], part![1]! < 5 && part![2]! > 6], [5.5, true]);
  assertEquals(role, part); // all of the head is read there
  assertEquals(bounds(3)[0], part); // more rows of the same pairs are no more evidence
});
