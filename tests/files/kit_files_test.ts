import { assertEquals } from "@std/assert";
import { fetchKitFiles, kitPath } from "../../lib/files/kit_files.ts";

Deno.test("kitPath() is in the checkout, from which nothing is fetched", async () => {
  const path = kitPath("data/shapes/existence.json");
  assertEquals(path, new URL("../../data/shapes/existence.json", import.meta.url).pathname);
  assertEquals(await fetchKitFiles(path), path); // over HTTP: tests/package
  assertEquals(await fetchKitFiles("/not/the/kit's"), "/not/the/kit's");
});
