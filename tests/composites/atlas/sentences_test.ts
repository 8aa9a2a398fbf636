import { assertEquals, assertStringIncludes } from "@std/assert";
import type { CircuitRow } from "../../../lib/experiments/circuit/circuit_table.ts";
import type {
  Atlas,
  AtlasPart,
  AtlasPath,
  Value,
} from "../../../lib/composites/atlas/read_atlas.ts";
import {
  atlasSummary,
  namedNodes,
  sentencesOf,
  waySentences,
} from "../../../lib/composites/atlas/sentences.ts";
import { assertPlainSentences } from "../../study/plain_sentences.ts";
import { atlasOf, controlled, part, path, value } from "./parts_by_hand.ts";
import { nodeName } from "../../../lib/tables/nodes.ts";

/** What is said but for the scores, of which there are none. */
const saidOf = (given: Partial<Atlas>) => sentencesOf(atlasOf(given), "a model").slice(1);

const reader = (name: string, attend = 1, direct = 0) =>
  part(name, {
    ...{ attend: value(attend), total: value(0.4), knockout: value(0.4) },
    direct: value(direct),
  });

/** The same on the other side. */
function mirrored<Item extends AtlasPart | AtlasPath>(items: readonly Item[]): Item[] {
  return items.flatMap((item) => [item, { ...item, negation: "caption" }]);
}

const RELAY = {
  parts: mirrored([
    ...[reader("1.2"), part("2.2", { total: value(1) })],
    part("3.3", { total: value(1), direct: value(1) }),
  ]),
  paths: mirrored([path("1.2", "2.2", 1), path("3.3", "score", -1)]), // whose direct effect counts
};

Deno.test("waySentences() tells who reads, passes on and writes, once where both sides are alike and else of each", () => {
  const wayOf = (given: Partial<Atlas>) => waySentences(atlasOf(given));
  assertEquals(wayOf(RELAY), [
    'Head 1.2 reads "no"; 2.2 passes it on; 3.3 writes it into the score',
  ]);
  const reading = (
    attend: number,
    [first, second, mlp]: readonly [number, number, number],
  ) =>
    wayOf({
      parts: [
        ...[reader("1.2", attend, first), reader("1.3", attend, second)],
        part("mlp 2", { direct: value(mlp, 0.3) }),
      ],
    });
  assertEquals(reading(-1, [0.5, 0.5, 0.2]), [
    "Heads 1.2 and 1.3 read the other sentence's word and write it into the score",
  ]);
  assertEquals(reading(1, [-0.2, 0, 0.5]), [
    'Heads 1.2 and 1.3 read "no"; MLP 2 writes it into the score',
    "1.2 takes away from it",
  ]);
  assertEquals(
    wayOf({
      parts: [reader("1.2", 1, 0.5), reader("1.3", -1, 0.5), part("mlp 2", { direct: value(0.5) })],
    }),
    [
      'Head 1.2 reads "no"; 1.3 reads the other sentence\'s word',
      "1.2, 1.3 and MLP 2 write it into the score",
    ],
  );
  assertEquals(wayOf({ parts: [reader("1.2"), part("mlp 2", { direct: value(0.2, 0.3) })] }), [
    'Head 1.2 reads "no"; no single part certainly writes 0.05 or more of it into the score',
  ]);
  const caption = [{ ...reader("1.4"), negation: "caption" as const }];
  const writers = RELAY.parts.slice(2);
  assertEquals(wayOf({ ...RELAY, parts: [reader("1.2"), ...caption, ...writers] }), [
    'Where the foil is negated, head 1.2 reads "no"; 2.2 passes it on; 3.3 writes it into the score',
    'Where the caption is negated, head 1.4 reads "no"; 3.3 writes it into the score',
  ]);
  assertEquals(wayOf({ parts: [part("1.2", { total: value(0) })] }), [
    "No single part certainly reads it or writes it with a share of 0.05 or more",
  ]);
  const untested = part("1.2", { total: value(1, null) });
  assertStringIncludes(wayOf({ parts: [untested] })[0]!, "No part is tested");
  const [mlp, head] = ["mlp 2", "3.3"].map((name) =>
    part(name, { attend: value(0, null), direct: value(0.5) })
  );
  assertEquals(wayOf({ parts: [untested, mlp!, head!] }), [
    "MLP 2 and 3.3 write it into the score",
  ]);
  assertStringIncludes(
    wayOf({
      parts: [
        part("1.2", { attend: value(1, null), total: { ...value(0, null), value: undefined } }),
      ],
    })[0]!,
    "d is no more than the rounding error of S in every row",
  );
});

Deno.test("a sentence is plain, however many parts there are", () => {
  const heads = Array.from({ length: 9 }, (_, i) => i + 1);
  const parts = heads.flatMap((i) => [
    ...[reader(`1.${i}`), part(`2.${i}`, { total: value(0.3) })],
    part(`3.${i}`, { direct: value(0.3) }),
  ]);
  const paths = heads.map((i) => path(`1.${i}`, `2.${i}`, 0.3));
  assertPlainSentences(saidOf({ parts: mirrored(parts), paths: mirrored(paths) }));
});

Deno.test("what tells pictures apart is told by its share of gamma, apart from what only pushes a sentence", () => {
  const pushed = (share: number, alpha: number, half?: number) => (
    { ...value(share), alpha: value(alpha, half) }
  );
  const parts = [
    part("1.2", { ablate: pushed(1, -0.6), total: pushed(0.4, -0.2) }), // carries gamma and pushes
    part("mlp 5", { ablate: pushed(0.02, 0.31), direct: pushed(0, 0.13) }),
    part("mlp 6", { ablate: pushed(0.01, 0.34), direct: pushed(0.11, 0.1) }), // one method names gamma
    part("4.1", { ablate: pushed(0, 0.2, 0.3), direct: pushed(0, -0.09) }), // uncertain, and too small
    part("4.2", { ablate: pushed(-0.3, 0), total: pushed(0, 0) }),
    part("4.3", { ablate: pushed(0, -0.05), total: pushed(0, -0.2) }),
  ].map((part) => ({ ...part, negation: "both" as const }));
  const series = ["2.3", "mlp 2", "2.1"].map((name, i) => (
    {
      ...part(name, { ablate: pushed(i === 1 ? 1 : 0.5 + i / 1000, 0) }),
      negation: "both" as const,
    }
  ));
  assertEquals(saidOf({ parts: series }).slice(1, 3), [
    "Understanding goes through MLP 2 (1.00 of gamma), 2.1 (0.50) and 2.3 (0.50)", // which rounding does not order
    "Parts in series carry the same understanding: shares need not sum to 1",
  ]);
  assertEquals(saidOf({ parts }).slice(1, 3), [
    "Understanding goes through 1.2 (1.00 of gamma)",
    "MLP 5 only pushes towards the affirmative sentence in any picture (alpha 0.31), and 1 more towards the other",
  ]);
  const strong = { ...part("4.4", { ablate: pushed(0, -0.5) }), negation: "both" as const };
  assertEquals(
    saidOf({ parts: [...parts, strong] })[2],
    "4.4 and 4.3 only push towards the negated sentence in any picture (alpha -0.50), and 1 more towards the other",
  );
});

/** circuit.csv of all rows, with some of its cells. */
function circuitRows(cells: Partial<CircuitRow>): CircuitRow[] {
  return [{ negation: "all", ...cells } as CircuitRow];
}

Deno.test("the circuit is told with its rows, and with what it brings about of rows that it was not chosen on", () => {
  const parts = [part("1.2", {}, true), part("2.4", {}, false), part("3.3", {}, true)];
  const chosen = { segment: "correct", faithfulness: 0.99, held_out_by: "nouns" } as const;
  const heldOut = { held_out: 0.91, held_out_low: 0.85, held_out_high: 0.96 };
  const circuit = circuitRows({ ...chosen, ...heldOut });
  assertEquals(saidOf({ parts, circuit }).slice(1), [
    "2 of 3 parts, 1.2 and 3.3, are enough in the rows it has right: chosen on other nouns, 0.91 (0.85 to 0.96) of d",
  ]);
  assertEquals(
    saidOf({ parts, circuit: circuitRows(chosen) }).at(-1),
    "2 of 3 parts, 1.2 and 3.3, are enough in the rows it has right; on rows not used to choose them this is not known",
  );
  assertEquals(saidOf({}), ["No small set of parts was found that is enough"]);
  assertEquals(saidOf({ isSearched: false }), ["No circuit was searched"]);
});

Deno.test("parts are told to respond to the negator only where another determiner does less", () => {
  const lastOf = (sides: readonly (readonly [boolean, boolean])[]) => {
    const parts = sides.flatMap(([foil, caption], i): AtlasPart[] => [
      part(`1.${i + 1}`, { total: controlled(0.5 - i / 10, foil) }),
      { ...part(`1.${i + 1}`, { total: controlled(0.5, caption) }), negation: "caption" },
    ]);
    return sentencesOf(atlasOf({ parts }), "it").slice(-2);
  };
  assertEquals(
    lastOf([[false, false]])[1],
    "No part certainly responds to the negator alone: another determiner may do half as much or more",
  );
  assertEquals(
    lastOf([[true, false]])[1],
    "1.1 responds to the negator, not to any determiner, on one side alone",
  );
  assertEquals(lastOf([[true, true], [true, false]]), [
    "No small set of parts was found that is enough",
    "1.1 responds to the negator, not to any determiner",
  ]);
  const four = [0.2, 0.3, 0.4, 0.5].map((total, i) =>
    part(`1.${i + 1}`, { total: controlled(total, true) })
  );
  assertEquals(
    saidOf({ parts: four }).at(-1),
    "1.2, 1.3, 1.4 and 1 more respond to the negator, not to any determiner",
  );
  const against = { ...controlled(-0.5, false).control!, isSpecific: undefined };
  const away = part("1.1", { total: { ...value(-0.5), control: against } });
  assertEquals(saidOf({ parts: [away] }).at(-1), "No small set of parts was found that is enough");
  assertStringIncludes(
    saidOf({ parts: [part("1.1", { attend: controlled(1, true), total: value(0.5) })] }).at(-1)!,
    "is not known: no control",
  );
});

const on = (negation: AtlasPart["negation"], made: AtlasPart): AtlasPart => ({ ...made, negation });

const both = (share: number, alpha = 0): Value => ({ ...value(share), alpha: value(alpha) });

const PARTS = [
  on("both", part("1.1", { ablate: both(0.25), restore: value(0.5) }, true)),
  part("1.1", { ablate: value(0.25), total: value(0.25) }, true),
  on("both", part("1.2", { ablate: both(-0.5) }, false)),
  part("1.2", { ablate: value(0.5), total: value(0.125) }, false),
  ...["1.3", "1.4", "2.1"].flatMap((name, i) => [
    on("both", part(name, { ablate: both(-0.001, i === 1 ? 0.25 : 0) })), // of which the second only pushes
    part(name, { ablate: value(0.25), total: controlled(0.25 * (i % 2 + 1), i === 2) }),
  ]),
  on("caption", part("2.1", { ablate: value(0.25), total: value(-0.9) })),
  part("2.2", { total: value(0.01) }), // does nothing
];

function tableOf(parts: readonly AtlasPart[]) {
  const summary = atlasSummary({
    ...{ model: "m", atlas: atlasOf({ parts }), leftOut: [] },
    sentences: [] as never,
  });
  const [{ title, lines }] = summary.findings[0]!.tables as never as [
    { title: string; lines: Record<string, unknown>[] },
  ];
  return { title, lines };
}

Deno.test("namedNodes() has the parts that do something, by their share of gamma, and of those without one by their largest total effect", () => {
  const names = (parts: readonly AtlasPart[]) => [
    ...new Set(namedNodes(parts).map(({ node }) => nodeName(node))),
  ];
  const heads = ["1.2", "1.1", "2.1", "1.4", "1.3"].map((name) => `head ${name}`);
  assertEquals(names(PARTS), heads);
  const sides = PARTS.filter(({ negation }) => negation !== "both");
  assertEquals(names(sides), ["2.1", "1.4", "1.1", "1.3", "1.2"].map((name) => `head ${name}`));
  const withoutTotal = part("1.5", { ablate: value(0.25) });
  assertEquals(names([withoutTotal, ...sides]).at(-1), "head 1.5");
});

Deno.test("atlasSummary() lists shares of gamma and alpha, or else total effects of each side, and whether parts are of negation", () => {
  const { title, lines } = tableOf(PARTS);
  assertEquals(title, "The parts that do most, by ablation, with simultaneous intervals");
  const cells = lines.map((line) =>
    ["part", "share of gamma", "restores", "alpha", "in circuit", "of negation"].map((name) =>
      line[name] ?? ""
    )
  );
  assertEquals(cells.map((line) => line.map((cell) => `${cell}`.split(" (")[0]).join(",")), [
    ...["1.2,-0.50,,0.00,no,", "1.1,0.25,0.5,0.00,yes,", "2.1,0.00,,0.00,,foil negated"],
    ...["1.4,0.00,,0.25,,no", "1.3,0.00,,0.00,,no"],
  ]);
  const sides = tableOf(PARTS.filter(({ negation }) => negation !== "both"));
  assertEquals(sides.title.startsWith("Total effects of the parts that do most"), true);
  assertEquals(Object.keys(sides.lines[0]!).slice(0, 3), [
    ...["part", "foil negated", "caption negated"],
  ]);
});
