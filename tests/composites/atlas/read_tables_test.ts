import { assertEquals } from "@std/assert";
import { atlasTable, readAtlas } from "../../../lib/composites/atlas/read_atlas.ts";
import { ABLATION } from "../../../lib/experiments/ablate/index.ts";
import { HEADS } from "../../../lib/experiments/attend/tables.ts";
import { ATTRIBUTION } from "../../../lib/experiments/attribute/index.ts";
import { CIRCUIT_NODES, CIRCUIT_TABLE } from "../../../lib/experiments/circuit/circuit_table.ts";
import { KNOCKOUT } from "../../../lib/experiments/knockout/index.ts";
import { NODES, PATHS } from "../../../lib/experiments/paths/index.ts";
import type { FinishedPart } from "../../../lib/composites/parts/part.ts";
import { SUMMARY } from "../../../lib/study/evaluate/summary.ts";
import { EVALUATE } from "../../../lib/study/rows/score_rows.ts";
import { nodeName } from "../../../lib/tables/nodes.ts";
import type { TableSchema } from "../../../lib/tables/table.ts";
import { openedRun, tableWith } from "../../runs/measured_runs.ts";
import { MANIFEST } from "../../runs/run_folders.ts";

type Rows = readonly Readonly<Record<string, unknown>>[];

/** The run of a part with these tables, of a model of two blocks with two heads. */
function partOf(name: string, ...tables: readonly (readonly [TableSchema, Rows])[]): FinishedPart {
  const text = { ...MANIFEST.model.text, layers: 2, heads: 2 };
  const manifest = { ...MANIFEST, model: { ...MANIFEST.model, text } };
  const all = tables.map(([schema, rows]) => tableWith(schema, rows as never));
  return { ...openedRun(all, { manifest }), name };
}

const BOTH = ["both", "foil", "caption"];

/** Lines over all rows of every side, with shares that the side changes. */
const shared = (cells: object, ...shares: readonly number[]) =>
  BOTH.map((negation, i) => ({
    negation,
    segment: "all",
    ...cells,
    share: shares[i] ?? shares[0],
  }));

const head = (layer: number, head: number) => ({ part: "head", layer, head });
const mlp = (layer: number) => ({ part: "mlp", layer, head: undefined });
const heads = (negation: string, ...values: readonly number[]) =>
  values.map((above_baseline, i) => ({ negation, layer: 1, head: i + 1, above_baseline }));
const path = (from: readonly number[], to: readonly number[], input: string, share: number) =>
  shared({
    ...{ sender_layer: from[0], sender_head: from[1], receiver_layer: to[0], receiver_head: to[1] },
    input,
  }, share);

const PARTS = [
  partOf(
    "evaluate",
    [SUMMARY, [["foil", 3], ["caption", 1]].map(([negation, n]) => ({ negation, n }))],
    [EVALUATE, [{ id: "a", negation: "foil", caption: "A dog.", foil: "No dog." }]],
  ),
  partOf("attend", [HEADS, [...heads("foil", -0.5, -0.5), ...heads("caption", -0.3, 0.4)]]),
  partOf("knockout", [KNOCKOUT.summary, [
    ...shared(head(1, 2), 0.25, 0.5, 0.75),
    ...shared({ part: "heads all" }, 9), // no head
    { ...shared(head(1, 2), 8)[1], segment: "correct" },
  ]]),
  partOf("ablate", [ABLATION.summary, [
    ...shared({ ...head(1, 2), method: "twin" }, -0.5),
    ...shared({ ...mlp(2), method: "twin" }, 0.125),
    ...shared({ part: "heads all", method: "twin" }, 9),
  ]]),
  partOf("attribute", [ATTRIBUTION.summary, [
    ...shared(mlp(1), 0.75),
    ...shared({ ...mlp(1), role: "eot" }, 9), // a part of it
  ]]),
  partOf("paths", [NODES.summary, [
    ...shared({ ...head(1, 1), method: "total", role: "negator" }, 0.25),
    ...shared({ ...head(1, 1), method: "total", role: "eot" }, -0.5),
    ...shared({ ...head(1, 2), method: "total", role: "negator" }, 5e-4),
    ...shared({ ...head(1, 2), method: "total", role: "eot" }, 5e-4),
    ...shared({ ...head(1, 1), method: "direct", role: "eot" }, 0.625),
  ]], [PATHS.summary, [
    ...path([0], [1, 1], "q", 0.5),
    ...path([1, 1], [2, 2], "v", -0.75),
    ...path([1, 1], [2, 1], "k", 0.25),
  ]]),
  partOf("circuit", [CIRCUIT_TABLE, [{ negation: "all", ranking: "twin", nodes: 1 }]], [
    CIRCUIT_NODES,
    [
      ...[{ negation: "all", ranking: "circuit", layer: 1, head: 2 }],
      ...[head(1, 1), head(1, 2), mlp(2)].map((node) => ({ ...node, ranking: "twin" })),
    ],
  ]),
];

Deno.test("readAtlas() has the largest value of each method of a part, over all rows, with where it acts, and which parts are in the circuit", () => {
  const lines = atlasTable(readAtlas(PARTS)).rows.map((row) =>
    [row.negation, row.part, row.method, row.value, row.at ?? "", row.by ?? "", row.circuit ?? ""]
      .join(" ").trimEnd()
  );
  const side = (negation: string, knockout: number, attend: readonly number[] = []) =>
    [
      ...attend.slice(0, 1).map((value) => `head 1.1 attend ${value}   no`),
      ...["head 1.1 total -0.5 eot  no", "head 1.1 path_in 0.5 negator queries no"],
      ...["head 1.1 path_out -0.75 2.2 values no"],
      ...attend.slice(1).map((value) => `head 1.2 attend ${value}   yes`),
      ...[`head 1.2 knockout ${knockout}   yes`, "head 1.2 ablate -0.5   yes"],
      ...["head 1.2 total 0.0005   yes", "mlp 1 direct 0.75"],
      ...["head 2.1 path_in 0.25 1.1 keys", "head 2.2 path_in -0.75 1.1 values"],
      "mlp 2 ablate 0.125   no",
    ].map((line) => `${negation} ${line}`);
  assertEquals(lines, [
    ...side("both", 0.25), // whose attention is that of the sides
    ...side("foil", 0.5, [-0.5, -0.5]),
    ...side("caption", 0.75, [-0.3, 0.4]),
  ]);
  const idle = readAtlas(PARTS).parts.find(({ node }) => nodeName(node) === "head 1.2")!;
  assertEquals(idle.values.get("total")!.role, "eot"); // where a picture has what does nothing
});

Deno.test("readAtlas() takes for both sides the attention of the side that has less, if both look the same way", () => {
  const looks = readAtlas(PARTS).parts.filter(({ negation, node }) =>
    negation === "both" && node.layer === 1 && node.kind === "head"
  ).map(({ values }) => values.get("attend")?.value);
  assertEquals(looks, [-0.3, undefined]);
  const one = [...heads("caption", 0.3), { ...heads("foil", 0.3)[0]!, layer: 2 }];
  const alone = readAtlas([PARTS[0]!, partOf("attend", [HEADS, one])]).parts;
  const both = alone.filter(({ negation, values }) => negation === "both" && values.has("attend"));
  assertEquals(both, []);
});

Deno.test("readAtlas() lists paths between parts and to the score, names the negator if there is one, and has no side without rows", () => {
  const { paths, word, isSearched } = readAtlas(PARTS);
  const ends = paths.filter(({ negation }) => negation === "foil").map(({ from, to, value }) =>
    [from, to].map((node) => node && `${node.layer}.${"head" in node ? node.head : "mlp"}`).concat(
      `${value}`,
    )
  );
  assertEquals(ends, [
    ...[[undefined, "1.1", "0.5"], ["1.1", "2.2", "-0.75"], ["1.1", "2.1", "0.25"]],
    ["1.1", undefined, "0.625"],
  ]);
  assertEquals([word, isSearched], ['"no"', true]);
  const [, ...others] = PARTS;
  const scores = (rows: Rows, pairs: Rows) =>
    readAtlas([partOf("evaluate", [SUMMARY, rows], [EVALUATE, pairs]), ...others.slice(0, -1)]);
  const found = scores([{ negation: "foil", n: 3 }, { negation: "caption", n: 0 }], [
    ...["no", "not a"].map((no) => ({ negation: "foil", caption: "A dog.", foil: `${no} dog` })),
  ]);
  assertEquals([found.word, found.isSearched], ["the negator", false]);
  assertEquals([...new Set(found.parts.map(({ negation }) => negation))], ["foil"]);
  assertEquals(new Set(found.parts.map(({ inCircuit }) => inCircuit)), new Set([undefined]));
});
