import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Change } from "../../../lib/explore/protocol.ts";
import { firstState, linkOf, readLink, type State } from "../../../lib/explore/page/state.ts";
import { ABOUT } from "./about.ts";

const CHANGES: readonly Change[] = [
  { kind: "patch", layer: 0, position: 3 },
  { kind: "knock_out", head: "6.4" },
  { kind: "replace", part: "mlp 6" },
  { kind: "cut", from: "negator", to: "1.2", by: "values" },
  { kind: "cut", from: "mlp 6", to: "score", by: "direct" },
  { kind: "direction", layer: 6, strength: -1.5 },
];

const first = firstState(ABOUT);
const holding = (now: Partial<State["now"]>): State => ({
  ...first,
  ...{
    view: "attention",
    side: "caption",
    head: "5.3",
    now: { ...first.now, changes: CHANGES, ...now },
  },
});

Deno.test("readLink() reads what linkOf() writes: a row with its changes and what is looked at", () => {
  assertEquals(readLink(linkOf(holding({}), ABOUT), ABOUT), holding({}));
});

Deno.test("readLink() reads typed sentences of any characters, with a picture of the data or a drawing", () => {
  const scene = { caption: "Ein „Stern“ <b>&%#?=</b> 🟡", foil: "There is no star." };
  const own = holding({ scene: { ...scene, picture: "b.png" } });
  assertEquals(readLink(linkOf(own, ABOUT), ABOUT), own);
  const drawing = [{ shape: "heart", colour: "blue", cell: 15 }] as const;
  const drawn = linkOf(holding({ scene: { ...scene, picture: "your picture 1" }, drawing }), ABOUT);
  assertEquals(readLink(drawn, ABOUT), holding({ scene: { ...scene, picture: "" }, drawing }));
});

Deno.test("linkOf() leaves a dropped picture out, and readLink() takes one of the data in its place", () => {
  const dropped = holding({
    scene: { caption: "A star.", foil: "No star.", picture: "your picture 1" },
  });
  const read = readLink(linkOf(dropped, ABOUT), ABOUT) as State;
  assertEquals(read.now.scene.picture, "a.png");
});

Deno.test("readLink() has nothing to say without a link", () => {
  assertEquals([readLink("", ABOUT), readLink("#", ABOUT)], [undefined, undefined]);
});

Deno.test("readLink() refuses hostile, damaged and old links in a line that says why", () => {
  const held = (more: object) =>
    `#1=${encodeURIComponent(JSON.stringify({ row: "a", changes: [], ...more }))}`;
  assert(typeof readLink(held({}), ABOUT) === "object");
  const refused: readonly (readonly [link: string, why: RegExp])[] = [
    ["#0=%7B%7D", /another version/],
    ["#1=%7B", /damaged/],
    ["#1=%", /damaged/],
    ["#1=null", /damaged/],
    ["#1=%5B%5D", /damaged/],
    ["#1=" + "a".repeat(60_000), /too long/],
    [held({ row: "<script>".repeat(99) }), /no row “<script>[^”]{32}…”/],
    [held({ row: { toString: null } }), /no row/],
    [held({ row: undefined, caption: " ", foil: "x" }), /two sentences/],
    [held({ row: undefined, caption: "x".repeat(501), foil: "x" }), /two sentences/],
    [held({ row: undefined, caption: "x", foil: "y", picture: "../secret" }), /picture/],
    [held({ drawing: [{ shape: "star", colour: "constructor", cell: 1 }] }), /drawing/],
    [held({ drawing: [{ shape: "star", colour: { toString: null }, cell: 1 }] }), /drawing/],
    [held({ drawing: [{ shape: "star", colour: "red", cell: 16 }] }), /drawing/],
    [held({ drawing: [null] }), /drawing/],
    [held({ changes: "patch" }), /expected a list of at most 200 changes/],
    [held({ changes: Array(201).fill(CHANGES[0]) }), /expected a list of at most 200 changes/],
    [held({ changes: [CHANGES[0], CHANGES[0]] }), /twice/],
    ...[
      null,
      { kind: "__proto__" },
      { kind: "patch", layer: 7, position: 1 },
      { kind: "patch", layer: 1.5, position: 1 },
      { kind: "patch", layer: 1, position: -1 },
      { kind: "knock_out", head: "7.1" },
      { kind: "knock_out", head: "1.5" },
      { kind: "knock_out", head: ["1.1"] },
      { kind: "knock_out", head: { toString: null } },
      { kind: "replace", part: "mlp 7" },
      { kind: "replace", part: ["mlp 1"] },
      { kind: "cut", from: "negator", to: "1.2", by: "magic" },
      { kind: "cut", from: "score", to: "1.2", by: "values" },
      { kind: "direction", layer: 0, strength: 1 },
      { kind: "direction", layer: 1, strength: 1e9 },
      { kind: "direction", layer: 1, strength: null },
    ].map((change) =>
      [
        held({ changes: [CHANGES[1], change] }),
        /Cannot make change .* in 6 layers of 4 heads/,
      ] as const
    ),
  ];
  for (const [link, why] of refused) {
    const read = readLink(link, ABOUT);
    assert(typeof read === "string", link.slice(0, 200));
    assertMatch(read, why);
  }
});

Deno.test("readLink() shows what the page has where the link names a tab or a head that it lacks", () => {
  const held = `#1=${
    encodeURIComponent(
      JSON.stringify({ row: "a", changes: [], view: "circuit", head: "9.9", side: "x" }),
    )
  }`;
  const { view, head, side } = readLink(held, ABOUT) as State;
  assertEquals([view, head, side], [first.view, first.head, first.side]);
});
