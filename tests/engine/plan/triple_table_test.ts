import { assertEquals } from "@std/assert";
import { TripleTable } from "../../../lib/engine/plan/block_numbers.ts";

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
