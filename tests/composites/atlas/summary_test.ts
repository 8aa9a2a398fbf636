import { assertEquals } from "@std/assert";
import type { AtlasPart, Value } from "../../../lib/composites/atlas/read_atlas.ts";
import { atlasSummary, namedParts, waySentences } from "../../../lib/composites/atlas/sentences.ts";
import { nodeName } from "../../../lib/tables/nodes.ts";
import { atlasOf, controlled, part, value } from "./parts_by_hand.ts";

const on = (negation: AtlasPart["negation"], made: AtlasPart): AtlasPart => ({ ...made, negation });

const both = (share: number, alpha = 0): Value => ({ ...value(share), alpha: value(alpha) });

const PARTS = [
  on("both", part("1.1", { ablate: both(0.25) }, true)),
  part("1.1", { ablate: value(0.25), total: value(0.25) }, true),
  on("both", part("1.2", { ablate: both(-0.5) }, false)),
  part("1.2", { ablate: value(0.5), total: value(0.125) }, false),
  ...["1.3", "1.4", "2.1"].flatMap((name, i) => [
    on("both", part(name, { ablate: both(0, i === 1 ? 0.25 : 0) })), // of which the second only pushes
    part(name, { ablate: value(0.25), total: controlled(0.25 * (i + 1), i === 2) }),
  ]),
  on("caption", part("2.1", { ablate: value(0.25), total: controlled(-0.9, false) })),
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

Deno.test("namedParts() has the parts that do something, by their share of gamma, and of those without one by their largest total effect", () => {
  const names = (parts: readonly AtlasPart[]) => [
    ...new Set(namedParts(parts).map(({ node }) => nodeName(node))),
  ];
  const heads = ["1.2", "1.1", "2.1", "1.4", "1.3"].map((name) => `head ${name}`);
  assertEquals(names(PARTS), heads);
  const sides = PARTS.filter(({ negation }) => negation !== "both");
  assertEquals(names(sides), ["2.1", "1.4", "1.1", "1.3", "1.2"].map((name) => `head ${name}`));
});

Deno.test("atlasSummary() lists shares of gamma and alpha, or else total effects of each side, and whether parts are of negation", () => {
  const { title, lines } = tableOf(PARTS);
  assertEquals(title, "The parts that do most, by ablation, with simultaneous intervals");
  const cells = lines.map((line) =>
    ["part", "share of gamma", "alpha", "in circuit", "of negation"].map((name) => line[name] ?? "")
  );
  assertEquals(cells.map((line) => line.map((cell) => `${cell}`.split(" (")[0]).join(",")), [
    ...["1.2,-0.50,0.00,no,", "1.1,0.25,0.00,yes,", "2.1,0.00,0.00,,foil negated"],
    ...["1.4,0.00,0.25,,no", "1.3,0.00,0.00,,no"],
  ]);
  const sides = tableOf(PARTS.filter(({ negation }) => negation !== "both"));
  assertEquals(sides.title.startsWith("Total effects of the parts that do most"), true);
  assertEquals(Object.keys(sides.lines[0]!).slice(0, 3), [
    ...["part", "foil negated", "caption negated"],
  ]);
});

Deno.test("waySentences() tells of one reader without a writer, and of what is tested beside what is not", () => {
  const reader = part("1.2", { attend: value(1), total: value(0.4), knockout: value(0.4) });
  assertEquals(waySentences(atlasOf({ parts: [reader] })), [
    'Head 1.2 reads "no"; no single part certainly writes 0.05 or more of it into the score',
  ]);
  const untested = part("1.1", { total: value(1, null) });
  const writer = part("3.3", { direct: value(0.5) });
  assertEquals(waySentences(atlasOf({ parts: [untested, writer] })), [
    "Head 3.3 writes it into the score",
  ]);
});
