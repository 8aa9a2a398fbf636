import { createHash } from "node:crypto";
import { assertEquals } from "@std/assert";
import { sha256Bytes, sha256Text } from "../../lib/reading/sha256.ts";

Deno.test("sha256Text() and sha256Bytes() are those of node:crypto", async () => {
  for (const text of ["", "abc", "é\n", "x".repeat(1000)]) {
    const expected = createHash("sha256").update(text).digest("hex");
    assertEquals(sha256Text(text), expected);
    assertEquals(await sha256Bytes(new TextEncoder().encode(text)), expected);
  }
});
