import { assertEquals } from "@std/assert";
import type { Change } from "../../../lib/explore/protocol.ts";
import {
  type Action,
  after,
  firstState,
  replaced,
  type State,
  toggled,
} from "../../../lib/explore/page/state.ts";
import { ABOUT } from "./about.ts";

const PATCH: Change = { kind: "patch", layer: 2, position: 3 };
const KNOCK: Change = { kind: "knock_out", head: "1.2" };

const first = firstState(ABOUT);
const run = (...actions: readonly Action[]): State => actions.reduce(after, first);
const change = (changes: readonly Change[], going?: string): Action => ({
  do: "choose",
  choice: { changes },
  ...going !== undefined && { going },
});

Deno.test("firstState() begins with a foil-negated row of a large d, or with the first row", () => {
  assertEquals(first.now.scene.row, "c");
  assertEquals(firstState({ ...ABOUT, rows: ABOUT.rows.slice(0, 1) }).now.scene.row, "a");
  assertEquals(firstState({ ...ABOUT, rows: [] }).now.scene.caption, "");
});

Deno.test("firstState() shows the heads of a page without a circuit, and the only map of one without an engine", () => {
  assertEquals(first.view, "heads");
  const run = { task: "trace", maps: [], left: [] };
  assertEquals(firstState({ ...ABOUT, run, live: false }).view, "run");
  assertEquals(
    firstState({ ...ABOUT, circuit: { title: "", roles: [], sides: [] } }).view,
    "circuit",
  );
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
  const moved = run(change([PATCH, KNOCK]), {
    do: "choose",
    choice: { scene: { row, caption, foil, picture } },
  });
  assertEquals(moved.now.changes, [KNOCK]);
  assertEquals(after(moved, { do: "undo" }).now.changes, [PATCH, KNOCK]);
  const same = { ...first.now.scene, picture: "b.png" };
  assertEquals(run(change([PATCH]), { do: "choose", choice: { scene: same } }).now.changes, [
    PATCH,
  ]);
});

Deno.test("after() forgets a drawing with the next picture", () => {
  const { caption, foil } = first.now.scene;
  const drawing = [{ shape: "star", colour: "red", cell: 3 }] as const;
  const drawn = run({
    do: "choose",
    choice: { scene: { caption, foil, picture: "drawn" }, drawing },
  });
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
