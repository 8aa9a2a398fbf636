import { assertEquals } from "@std/assert";
import { assertThrowsCode } from "../error_codes.ts";
import { interleave } from "../../lib/runs/merge_runs.ts";
import { shardLines } from "../../lib/runs/write_results.ts";

Deno.test("interleave() reverses the split by --shard K/N", () => {
  for (let count = 1; count <= 5; count++) {
    for (let rows = count; rows <= 13; rows++) {
      const whole = Array.from({ length: rows }, (_, row) => row);
      const shards = [...Array(count).keys()].map((k) => whole.filter((row) => row % count === k));
      assertEquals(interleave(shards), whole);
    }
  }
});

const PAIR = { id: "a", image: "a.png", caption: "yes", foil: "no", negation: "foil" } as const;

Deno.test("shardLines() writes rows that JSON reads back unchanged", () => {
  const measured = { list: [0.1, -1e-300, null, "a", [true]], none: undefined };
  const rows = [{ pair: PAIR, measured }, { pair: PAIR, measured: null }];
  const lines = [...shardLines(rows)];
  assertEquals(lines.every((line) => line.endsWith("\n")), true);
  assertEquals(lines.map((line) => JSON.parse(line)), [
    { pair: PAIR, measured: { list: measured.list } },
    rows[1],
  ]);
});

Deno.test("shardLines() refuses a value that JSON would change, and says where it is", () => {
  const wrong: readonly (readonly [unknown, string])[] = [
    [{ heads: [1, NaN] }, "measured.heads.1 is NaN"],
    [[-Infinity], "measured.0 is -Infinity"],
    [[[undefined]], "measured.0.0 is undefined"],
    [{ byQuery: Float32Array.of(1) }, "measured.byQuery is Float32Array"],
    [new Map(), "measured is Map"],
    [1n, "measured is 1"],
  ];
  for (const [measured, says] of wrong) {
    const said = `Cannot keep row "a" for merging: its ${says}; expected`;
    assertThrowsCode(() => [...shardLines([{ pair: PAIR, measured }])], "measured-wrong", said);
  }
});
