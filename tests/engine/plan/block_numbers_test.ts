import { assert, assertEquals } from "@std/assert";
import { HeadLinks, TripleTable } from "../../../lib/engine/plan/block_numbers.ts";

/** Roots of any kind: a chain, and the numbers of other roots, which are even when turned over. */
const [A, B, C] = [0, 7, ~4];

function headsOf(links: HeadLinks, value: number, heads: number): number[] {
  return Array.from({ length: heads }, (_, head) => links.headOf(value, head));
}

Deno.test("HeadLinks.with() takes heads from other roots, and tells its values from roots", () => {
  const links = new HeadLinks(4);
  const value = links.with(A, [1], () => B);
  assertEquals([A, B, C, value].map((own) => links.isLink(own)), [false, false, false, true]);
  assertEquals(headsOf(links, value, 4), [A, B, A, A]);
  const both = links.with(value, [0], () => C);
  assertEquals(headsOf(links, both, 4), [C, B, A, A]);
  assertEquals([links.rootOf(both), links.rootOf(C)], [A, C]);
});

Deno.test("HeadLinks.with() gives values with equal heads one number, in whatever order they are taken", () => {
  const links = new HeadLinks(3);
  const once = links.with(A, [0, 2], (head) => head === 0 ? B : C);
  assertEquals(links.with(links.with(A, [0], () => B), [2], () => C), once);
  assertEquals(links.with(links.with(A, [2], () => C), [0], () => B), once);
  assertEquals(
    links.with(links.with(A, [0, 2], () => A + 1), [0, 2], (h) => h === 0 ? B : C),
    once,
  ); // replaced later
  assert(links.with(A, [0, 2], () => B) !== once);
});

Deno.test("HeadLinks.with() gives a value the root of most of its heads; among several, that of the first", () => {
  const links = new HeadLinks(3);
  assertEquals(links.with(A, [0, 1, 2], () => B), B);
  assertEquals(links.with(links.with(A, [0], () => B), [1, 2], () => B), B);
  const mixed = (root: number) => links.with(root, [0, 1, 2], (head) => head === 1 ? C : B);
  assertEquals(mixed(A), links.with(B, [1], () => C));
  assertEquals(links.with(C, [0, 2], () => B), mixed(A));
  assertEquals(links.rootOf(mixed(C)), B);
  assertEquals(links.with(A, [1, 2], () => B), links.with(B, [0], () => A));
  assertEquals(links.rootOf(links.with(A, [1, 2], () => B)), B);
  const each = links.with(A, [1, 2], (head) => head === 1 ? B : C);
  assertEquals(links.with(B, [0, 2], (head) => head === 0 ? A : C), each);
  assertEquals(links.rootOf(each), A);
});

Deno.test("TripleTable gives equal triples one number, counted from 0, however many there are", () => {
  const table = new TripleTable();
  const triples = Array.from({ length: 3000 }, (_, i) => [i % 7 - 3, i, -(2 ** 31) + i] as const);
  triples.forEach((triple, i) => assertEquals(table.number(...triple), i));
  assertEquals(table.size, triples.length);
  triples.forEach((triple, i) => {
    assertEquals(table.number(...triple), i);
    assertEquals([table.first(i), table.second(i), table.third(i)], triple);
  });
  assertEquals(table.size, triples.length);
});

Deno.test("TripleTable tells triples apart by each integer and by their order, however many share the others", () => {
  const table = new TripleTable();
  const numbers = Array.from(
    { length: 300 },
    (_, i) =>
      [i, 300, 300].map((_, turn, own) =>
        table.number(own[turn]!, own[(turn + 1) % 3]!, own[(turn + 2) % 3]!)
      ),
  );
  assertEquals(new Set(numbers.flat()).size, 900);
  assertEquals(table.size, 900);
  const triples = [[1, 2, 3], [2, 1, 3], [1, 3, 2], [0, 2, 3], [1, 0, 3], [1, 2, 0]] as const;
  assertEquals(triples.map(([a, b, c]) => table.number(a, b, c) - 900), [...triples.keys()]);
});

Deno.test("TripleTable.append() gives a triple a number of its own, which number() does not know", () => {
  const table = new TripleTable();
  const appended = Array.from({ length: 200 }, () => table.append(1, 2, 3));
  assertEquals(appended, [...appended.keys()]);
  assertEquals([table.number(1, 2, 3), table.number(1, 2, 3)], [200, 200]);
  assertEquals([table.first(199), table.second(199), table.third(199)], [1, 2, 3]);
});
