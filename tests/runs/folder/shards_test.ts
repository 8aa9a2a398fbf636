import { assertEquals } from "@std/assert";
import { interleave } from "../../../lib/runs/folder/shards.ts";

Deno.test("interleave() is what --shard K/N takes apart", () => {
  for (let count = 1; count <= 5; count++) {
    for (let rows = count; rows <= 13; rows++) {
      const whole = Array.from({ length: rows }, (_, row) => row);
      const shards = Array.from(
        { length: count },
        (_, k) => whole.filter((row) => row % count === k),
      );
      assertEquals(interleave(shards), whole);
    }
  }
});
