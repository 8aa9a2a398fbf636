import { assertEquals, assertRejects } from "@std/assert";
import { sha256File } from "../../lib/files/sha256.ts";

async function sha256Of(bytes: Uint8Array): Promise<string> {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeFile(path, bytes);
    return await sha256File(path);
  } finally {
    await Deno.remove(path);
  }
}

Deno.test("sha256File() gives the digests of FIPS 180-2 (appendix B)", async () => {
  assertEquals(
    await sha256Of(new TextEncoder().encode("abc")),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
  assertEquals(
    await sha256Of(new Uint8Array()),
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  );
});

Deno.test("sha256File() joins the pieces of a file that is longer than one", async () => {
  const bytes = Uint8Array.from({ length: 3_000_001 }, (_, i) => i * i);
  const whole = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  assertEquals(await sha256Of(bytes), whole.toHex());
});

Deno.test("sha256File() rejects a file that is not there", async () => {
  await assertRejects(() => sha256File("no such file"), Deno.errors.NotFound);
});
