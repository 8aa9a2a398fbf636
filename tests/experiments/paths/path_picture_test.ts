import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  actingRows,
  isFirstReader,
  pathPicture as typedPathPicture,
} from "../../../lib/experiments/paths/index.ts";
import { assertSpec, ofSomeColumns, SOURCES } from "../../charts/fixtures.ts";
import { node, path } from "./summaries.ts";
import { someRows } from "../some_rows.ts";

const pathPicture = ofSomeColumns(typedPathPicture);

const OPTIONS = { sources: SOURCES };
const NODES = [1, 2, 3, 4].flatMap((layer) =>
  ["foil", "caption"].flatMap((negation) =>
    [".1", ".2", ".3", "."].flatMap((head) =>
      node(negation, `${layer}${head} eot`, { direct: [0, 0, 0], indirect: 0 })
    )
  )
);
const EARLIER = ["foil", "caption"].flatMap((negation) =>
  node(negation, "1.2 subject_first", { direct: [0, -0.25, 0.25], indirect: 0.75 })
);
const PATHS = [
  path("caption", "0. 1.2 v", [0.5, 0.25, 0.75]),
  path("foil", "0. 1.2 k", [1, 0.5, 1.5]),
  path("foil", "1.2 4.3 v", [-2, -2.5, -1.5]),
  path("foil", "1.1 4.3 q", [3, -1, 5]), // the interval includes 0
];
const WRITER = node("foil", "4.3 eot", { direct: [1.25, 1, 1.5], indirect: 0 });

/** The foil-negated side in words. */
function firstSide(spec: ReturnType<typeof pathPicture>): string {
  return /foil-negated \(n = 40\): (.*?)\. caption-negated/.exec(spec.description)![1]!;
}

const ALL = [
  ...NODES.filter(({ negation, layer, head }) => negation !== "foil" || layer !== 4 || head !== 3),
  ...EARLIER,
  ...WRITER,
];

Deno.test("pathPicture() makes the committed spec", () => {
  assertSpec(pathPicture(PATHS, [...ALL, { ...ALL[0]!, negation: "both" }], OPTIONS), "path_graph");
});

Deno.test("pathPicture() gives a head of layer 1 at the end of a path its whole effect from the negator, if neither its queries nor its keys nor its values alone have any", () => {
  const [, , third] = PATHS;
  const whole = firstSide(pathPicture([third!], ALL, OPTIONS));
  assertStringIncludes(whole, "negator → 1.2 by its queries, keys and values together (.75)");
  // One of layer 2 may read other heads, and one that no path names is not drawn.
  const later = path("foil", "2.2 4.3 v", [-2, -2.5, -1.5]);
  assert(!firstSide(pathPicture([later], ALL, OPTIONS)).includes("negator"));
});

Deno.test("pathPicture() outlines parts of which no path is beyond its control, which it tells at the pointer", () => {
  const beyond = { control: "determiner", share_control: 0.5 };
  const bounds = { share_beyond_low: 0.25, share_beyond_high: 0.75 };
  const beside = (row: object, specific: string) => ({ ...row, ...beyond, ...bounds, specific });
  const drawnWith = (first: string, second: string, direct: string) => {
    const nodes = ALL.map((row) => row === WRITER[1] ? beside(row, direct) : row);
    const paths = [beside(PATHS[1]!, first), beside(PATHS[2]!, second)]; // negator -> 1.2 -> 4.3
    return pathPicture(paths, nodes, OPTIONS);
  };
  const partsOf = (spec: ReturnType<typeof pathPicture>) =>
    /parts: (.*?); paths/.exec(spec.description)![1]!;
  const none = ", not beyond its controls";
  const [first, last] = ["1.2 at subject (first) (.75", "4.3 at EOT (1.25"];
  assertEquals(partsOf(drawnWith("no", "no", "no")), `${last}${none}), ${first}${none})`);
  assertEquals(partsOf(drawnWith("no", "no", "yes")), `${last}), ${first}${none})`);
  assertEquals(partsOf(drawnWith("yes", "no", "no")), `${last}${none}), ${first})`);
  assertEquals(partsOf(drawnWith("no", "yes", "no")), `${last}), ${first})`);
  const text = JSON.stringify(drawnWith("yes", "no", "no"));
  const control = "n = 40, control determiner 0.5";
  assertStringIncludes(text, `negator → 1.2 by its keys: share of d 1 [0.5, 1.5], ${control}`);
  assertStringIncludes(text, `4.3 → score directly: share of d 1.25 [1, 1.5], ${control}`);
});

Deno.test("pathPicture() draws at most fourteen paths and eight direct effects on a side, the strongest", () => {
  const many = Array.from(
    { length: 40 },
    (_, i) => path("foil", `${i % 3 + 1}.${i % 2 + 1} 4.3 v`, [1 + i, 0.5 + i, 2 + i]),
  );
  const writers = [1, 2, 3, 4].flatMap((layer) =>
    [1, 2, 3].flatMap((head) =>
      node("foil", `${layer}.${head} eot`, { direct: [layer, 0.5, 5], indirect: 0 })
    )
  );
  const caption = NODES.filter(({ negation }) => negation === "caption");
  const text = firstSide(pathPicture(many, [...writers, ...caption], OPTIONS));
  assertEquals(text.split(" by its values").length - 1, 14);
  assertEquals(text.split(" directly").length - 1, 8);
  assertStringIncludes(text, "(40)");
  assert(!text.includes("(26)"));
});

Deno.test("actingRows() finds the role at which a head or MLP has its largest total effect, of either sign; without one it is the last", () => {
  const rows = ([
    ...[[1, 2, "eot", 0.1], [1, 2, "negator", -0.2]],
    ...[[1, undefined, "negator", 0.1], [1, undefined, "eot", -0.3]],
    ...[[2, 1, "eot", 0], [2, 1, "negator", 0]],
    ...[[2, 2, "negator", undefined], [2, 2, "eot", undefined]],
  ] as const).map(([layer, head, role, share]) => ({ layer, head, role, share }));
  assertEquals<unknown>(actingRows(someRows(rows)), [rows[1]!, rows[3]!, rows[4]!, rows[7]!]);
});

Deno.test("isFirstReader() is of heads that look at the negator, as those of the first block do, with a named total effect that no path explains", () => {
  const head = { layer: 1, head: 2, share: 0.2, simultaneous_low: 0.1, simultaneous_high: 0.3 };
  const isRead = false;
  assertEquals(isFirstReader(head, { isRead }), true);
  assertEquals(isFirstReader(head, { isRead: true }), false);
  assertEquals(isFirstReader({ ...head, layer: 2 }, { isRead }), false);
  assertEquals(isFirstReader({ ...head, layer: 2 }, { isRead, looks: true }), true);
  assertEquals(isFirstReader({ ...head, head: undefined }, { isRead }), false);
  assertEquals(isFirstReader({ ...head, simultaneous_low: -0.1 }, { isRead }), false);
});
