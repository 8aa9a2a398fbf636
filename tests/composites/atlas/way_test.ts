import { assertEquals } from "@std/assert";
import {
  type AtlasPart,
  type AtlasPath,
  partText,
  type Value,
} from "../../../lib/composites/atlas/read_atlas.ts";
import {
  causesOf,
  firstReads,
  isNamed,
  isSpecific,
  looksAt,
  type Way,
  wayOf,
} from "../../../lib/composites/atlas/way.ts";
import { controlled, part, path, value } from "./parts_by_hand.ts";

function namesOf({ readers, ...others }: Way) {
  const names = Object.entries(others).map(([kind, steps]) => [
    kind,
    steps.map(({ node }) => partText(node)).join(" "),
  ]);
  return {
    readers: readers.map(({ node, reads }) => `${partText(node)} ${reads}`).join(", "),
    ...Object.fromEntries(names),
  };
}

const NONE = value(0);

/** A head that does something and looks at the negator so much more than at the word in its place. */
const looking = (name: string, looks: number, others: Parameters<typeof part>[1] = {}) =>
  part(name, { attend: value(looks), total: value(0.5), knockout: NONE, ...others });

const readersOf = (paths: readonly AtlasPath[], ...parts: readonly AtlasPart[]) =>
  namesOf(wayOf(paths, parts)).readers;

Deno.test("wayOf() begins with a head of any block that looks at the negator and does something, though no single path leads to it", () => {
  assertEquals(readersOf([path("2.2", "3.1", 1)], looking("2.2", 1)), "2.2 negator");
  assertEquals(readersOf([], looking("2.2", -1)), "2.2 other");
  assertEquals(readersOf([], looking("2.2", 0)), "");
  assertEquals(readersOf([path("negator", "2.2", 1)], looking("2.2", 0)), "2.2 place");
  const idle = { total: NONE, ablate: NONE };
  assertEquals(readersOf([], looking("2.2", 1, idle)), "");
  assertEquals(readersOf([], looking("2.2", 1, { ...idle, knockout: value(2) })), "");
  assertEquals(readersOf([], looking("2.2", 1, { ...idle, ablate: value(1) })), "2.2 negator");
});

Deno.test("wayOf() takes a later head for a reader only by its knock-out or a path, and not if another head sends to it", () => {
  const first = looking("1.2", 1);
  assertEquals(readersOf([], first, looking("2.2", 1)), "1.2 negator");
  const knocked = looking("2.2", 1, { knockout: value(0.5) });
  assertEquals(readersOf([], first, knocked), "1.2 negator, 2.2 negator");
  assertEquals(
    readersOf([path("negator", "2.2", 0.3)], first, looking("2.2", 1)),
    "1.2 negator, 2.2 negator",
  );
  const sent = [path("1.2", "2.2", 0.3), path("negator", "2.2", 0.3)];
  assertEquals(readersOf(sent, first, looking("2.2", 1)), "1.2 negator");
  assertEquals(readersOf(sent, first, knocked), "1.2 negator, 2.2 negator");
});

Deno.test("wayOf() follows named paths to what passes on and takes direct effects for what writes, the largest first, and none below .05, uncertain or against d", () => {
  const parts = [
    looking("1.2", 1),
    ...["3.1", "3.2", "3.3", "3.4"].map((name, i) => part(name, { total: value(0.3 - i / 20) })),
    part("4.4", { total: value(0.1), direct: value(0.6) }),
    part("mlp 4", { direct: value(0.7) }),
    part("4.1", { direct: value(-0.2) }),
    part("4.2", { direct: value(-0.04) }),
    part("4.3", { direct: value(0.6, 0.7) }),
  ];
  const paths = [
    path("1.2", "3.1", 0.2),
    path("1.2", "3.2", 0.04), // too little
    path("1.2", "3.3", 0.2, 0.3), // uncertain
    path("1.2", "3.4", -0.3),
    path("3.1", "4.4", 0.2),
    path("4.2", "score", 0.7),
  ];
  assertEquals(namesOf(wayOf(paths, parts)), {
    ...{ readers: "1.2 negator", passing: "3.1", writing: "mlp 4 4.4", against: "4.1" },
  });
});

Deno.test("firstReads() draws the total effect of a head that reads keys and values together", () => {
  const lacking = part("2.5", { attend: value(1) });
  const parts = [looking("2.2", 1), looking("2.3", -1), looking("2.4", 0), lacking];
  const ends = firstReads([path("negator", "2.3", 0.5)], parts)
    .map(({ from, to, value }) => [from, partText(to!), value]);
  assertEquals(ends, [[undefined, "2.2", 0.5]]);
});

Deno.test("isNamed() takes a share of .05 or more, of either sign, whose simultaneous interval leaves out 0", () => {
  const cases: readonly (readonly [Value, boolean])[] = [
    [value(0.05, 0.01), true],
    [value(-0.05, 0.01), true],
    [value(0.049), false],
    [value(0.3, 0.3), false],
    [value(0.3, null), false],
    [{ ...value(0.3, 0.1), simultaneousLow: -0.1 }, false],
  ];
  assertEquals(cases.map(([value]) => isNamed(value)), cases.map(([, is]) => is));
});

Deno.test("causesOf() counts a knock-out only of a part that gives something else in the other sentence", () => {
  const constant = { attend: value(1), knockout: value(2), ablate: value(0), total: value(0) };
  assertEquals(causesOf(part("4.1", constant)), []);
  assertEquals(causesOf(part("4.1", { ...constant, ablate: value(1) })), ["ablate", "knockout"]);
  assertEquals([1, -1, 0.01].map((x) => looksAt(part("1.1", { attend: value(x) }))), [1, -1, 0]);
});

Deno.test("isSpecific() is by a method by which the part does something, never by attention alone", () => {
  const attend = controlled(1, true);
  assertEquals(isSpecific(part("2.1", { attend, total: value(0.5) })), undefined);
  assertEquals(isSpecific(part("2.1", { attend, total: controlled(0.5, false) })), false);
  assertEquals(isSpecific(part("2.1", { total: controlled(0.01, true) })), undefined);
  const ablate = controlled(0.5, true);
  assertEquals(isSpecific(part("2.1", { ablate, total: controlled(0.5, false) })), true);
});
