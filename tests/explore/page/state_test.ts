/** What the reader has chosen, its link, and answers of the engine. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import type { About, Change, ExplorerRow } from "../../../lib/explore/protocol.ts";
import {
  type Action,
  after,
  firstState,
  linkOf,
  readLink,
  replaced,
  type State,
  toggled,
} from "../../../lib/explore/page/state.ts";

const ABOUT: About = {
  ...{ model: "a model", data: "data", layers: 6, heads: 4, live: true, more: 0, version: "0.1.0" },
  rows: [
    rowOf("a", "There is a star.", "There is no star."),
    { ...rowOf("b", "There is no ring.", "There is a ring."), negated: "caption" },
    rowOf("c", "There is a ring.", "There is no ring."),
  ],
  first: "c",
};

function rowOf(row: string, caption: string, foil: string): ExplorerRow {
  const scores = { caption: 25, foil: 24, d: 1, segment: "correct" } as const;
  return { row, caption, foil, picture: `${row}.png`, negated: "foil", scores };
}

const PATCH: Change = { kind: "patch", layer: 2, position: 3 };
const KNOCK: Change = { kind: "knock_out", head: "1.2" };

const first = firstState(ABOUT);
const run = (...actions: readonly Action[]): State => actions.reduce(after, first);
const change = (changes: readonly Change[], going?: string): Action => ({
  do: "choose",
  choice: { changes },
  ...going !== undefined && { going },
});

Deno.test("firstState() begins with the row that the page names, or with the first one", () => {
  assertEquals(first.now.scene.row, "c");
  assertEquals(firstState({ ...ABOUT, rows: ABOUT.rows.slice(0, 1) }).now.scene.row, "a");
  assertEquals(firstState({ ...ABOUT, rows: [] }).now.scene.caption, "");
});

Deno.test("after() undoes and redoes each choice, and a new choice ends what could be redone", () => {
  const three = run(change([PATCH]), change([PATCH, KNOCK]), { do: "undo" });
  assertEquals(three.now.changes, [PATCH]);
  assertEquals(after(three, { do: "redo" }).now.changes, [PATCH, KNOCK]);
  assertEquals(after(after(three, change([])), { do: "redo" }).now.changes, []);
  assertEquals(run({ do: "undo" }, { do: "redo" }), first);
});

Deno.test("after() undoes the whole way of a slider at once, and two sliders one after the other", () => {
  const at = (layer: number, strength: number) =>
    change([{ kind: "direction", layer, strength }], `direction ${layer}`);
  const moved = run(at(2, 0.1), at(2, 0.2), at(2, 0.3));
  assertEquals(moved.past.length, 1);
  assertEquals(after(moved, { do: "undo" }).now.changes, []);
  assertEquals([at(3, 1), at(2, 1)].reduce(after, moved).past.length, 3);
});

Deno.test("after() keeps changes for another row, but not patches, whose positions are those of its words", () => {
  const { row, caption, foil, picture } = ABOUT.rows[0]!;
  const other: Action = { do: "choose", choice: { scene: { row, caption, foil, picture } } };
  const moved = run(change([PATCH, KNOCK]), other);
  assertEquals(moved.now.changes, [KNOCK]);
  assertEquals(after(moved, { do: "undo" }).now.changes, [PATCH, KNOCK]);
  const same = { ...first.now.scene, picture: "b.png" };
  const seen = run(change([PATCH]), { do: "choose", choice: { scene: same } });
  assertEquals(seen.now.changes, [PATCH]);
});

Deno.test("after() forgets a drawing with the next picture", () => {
  const { caption, foil } = first.now.scene;
  const drawing = [{ shape: "star", colour: "red", cell: 3 }] as const;
  const scene = { caption, foil, picture: "drawn" };
  const drawn = run({ do: "choose", choice: { scene, drawing } });
  assertEquals(drawn.now.drawing, drawing);
  assertEquals(after(drawn, change([KNOCK])).now.drawing, drawing);
  const typed = { caption, foil: "No star.", picture: "drawn" };
  const said = after(drawn, { do: "choose", choice: { scene: typed } });
  assertEquals(said.now.drawing, drawing); // a link goes on to hold it
  assertEquals(after(said, { do: "choose", choice: { scene: first.now.scene } }).now, first.now);
});

Deno.test("toggled() takes a change out that is there; replaced() lets only one direction of a layer stand, and none of strength 0", () => {
  assertEquals(toggled(toggled([KNOCK], PATCH), KNOCK), [PATCH]);
  const direction = (strength: number): Change => ({ kind: "direction", layer: 2, strength });
  assertEquals(replaced([KNOCK, direction(1), PATCH], direction(2)), [KNOCK, direction(2), PATCH]);
  assertEquals(replaced([KNOCK, direction(1)], direction(0)), [KNOCK]);
});

const CHANGES: readonly Change[] = [
  { kind: "patch", layer: 0, position: 3 },
  { kind: "knock_out", head: "6.4" },
  { kind: "replace", part: "mlp 6" },
  { kind: "cut", from: "negator", to: "1.2", by: "values" },
  { kind: "cut", from: "mlp 6", to: "score", by: "direct" },
  { kind: "direction", layer: 6, strength: -1.5 },
];

const WRONG = /Cannot make change .* in 6 layers of 4 heads/;

const holding = (now: Partial<State["now"]>): State => ({
  ...{ ...first, view: "attention", side: "caption", head: "5.3" },
  now: { ...first.now, changes: CHANGES, ...now },
});

Deno.test("readLink() reads what linkOf() writes: a row with its changes and what is looked at", () => {
  assertEquals(readLink(linkOf(holding({}), ABOUT), ABOUT), holding({}));
  assertEquals([readLink("", ABOUT), readLink("#", ABOUT)], [undefined, undefined]);
});

Deno.test("readLink() reads typed sentences of any characters, with a picture of the data or a drawing", () => {
  const scene = { caption: "Ein „Stern“ <b>&%#?=</b> 🟡", foil: "There is no star." };
  const own = holding({ scene: { ...scene, picture: "b.png" } });
  assertEquals(readLink(linkOf(own, ABOUT), ABOUT), own);
  const drawing = [{ shape: "heart", colour: "blue", cell: 15 }] as const;
  const drawn = linkOf(holding({ scene: { ...scene, picture: "your picture 1" }, drawing }), ABOUT);
  assertEquals(readLink(drawn, ABOUT), holding({ scene: { ...scene, picture: "" }, drawing }));
  const dropped = holding({ scene: { ...scene, picture: "your picture 1" } });
  const read = readLink(linkOf(dropped, ABOUT), ABOUT) as State;
  assertEquals(read.now.scene.picture, "a.png"); // one of the data in its place
});

const held = (more: object) =>
  `#1=${encodeURIComponent(JSON.stringify({ row: "a", changes: [], ...more }))}`;

Deno.test("readLink() refuses hostile, damaged and old links in a line that says why, and shows what it has for a tab and head that it lacks", () => {
  const lacking = readLink(held({ view: "circuit", head: "9.9", side: "x" }), ABOUT) as State;
  assertEquals([lacking.view, lacking.head, lacking.side], [first.view, first.head, first.side]);
  const refused: readonly (readonly [link: string, why: RegExp])[] = [
    ["#0=%7B%7D", /another version/],
    ["#1=%7B", /damaged/],
    ["#1=null", /a list of at most 200 changes/],
    ["#1=" + "a".repeat(60_000), /too long/],
    [held({ row: "<script>".repeat(99) }), /no row “<script>[^”]{32}”/],
    [held({ row: { toString: null } }), /no row/],
    [held({ row: undefined, caption: " ", foil: "x" }), /two sentences/],
    [held({ row: undefined, caption: "x".repeat(501), foil: "x" }), /two sentences/],
    [held({ row: undefined, caption: "x", foil: "y", picture: "../secret" }), /picture/],
    [held({ drawing: [{ shape: "star", colour: "constructor", cell: 1 }] }), /drawing/],
    [held({ drawing: [{ shape: "star", colour: "red", cell: 16 }] }), /drawing/],
    [held({ changes: "patch" }), /expected a list of at most 200 changes/],
    [held({ changes: Array(201).fill(CHANGES[0]) }), /expected a list of at most 200 changes/],
    [held({ changes: [CHANGES[0], CHANGES[0]] }), /twice/],
    ...[
      null,
      { kind: "__proto__" },
      { kind: "patch", layer: 7, position: 1 },
      { kind: "patch", layer: 1, position: -1 },
      { kind: "knock_out", head: "1.5" },
      { kind: "knock_out", head: { toString: null } },
      { kind: "replace", part: "mlp 7" },
      { kind: "cut", from: "negator", to: "1.2", by: "magic" },
      { kind: "cut", from: "score", to: "1.2", by: "values" },
      { kind: "direction", layer: 0, strength: 1 },
      { kind: "direction", layer: 1, strength: 1e9 },
      { kind: "cut", from: "5.1", to: "2.1", by: "values" },
    ].map((change) => [held({ changes: [CHANGES[1], change] }), WRONG] as const),
  ];
  for (const [link, why] of refused) {
    const read = readLink(link, ABOUT);
    assert(typeof read === "string", link.slice(0, 200));
    assertMatch(read, why);
  }
});
