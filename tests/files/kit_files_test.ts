import { assertEquals } from "@std/assert";
import { fetchKitFiles, kitPath, ownFolder } from "../../lib/files/kit_files.ts";
import { assertThrowsCode } from "../error_codes.ts";

Deno.test("kitPath() is in the checkout, from which nothing is fetched", async () => {
  const path = kitPath("data/shapes/existence.json");
  assertEquals(path, new URL("../../data/shapes/existence.json", import.meta.url).pathname);
  assertEquals(await fetchKitFiles(path), path); // over HTTP: tests/package
  assertEquals(await fetchKitFiles("/not/the/kit's"), "/not/the/kit's");
});

const folderIn = (variables: Readonly<Record<string, string>>) =>
  ownFolder((name) => variables[name]);

Deno.test("ownFolder() is in XDG_CACHE_HOME or in .cache of HOME, and not where the program happens to be", () => {
  assertEquals(folderIn({ HOME: "/home/me" }), "/home/me/.cache/negscope");
  assertEquals(folderIn({ HOME: "/home/me", XDG_CACHE_HOME: "/x" }), "/x/negscope");
  assertEquals(folderIn({ USERPROFILE: "/users/me" }), "/users/me/.cache/negscope");
  const both = { USERPROFILE: "/users/me", HOME: "/home/me" };
  assertEquals(folderIn(both), "/home/me/.cache/negscope");
  for (const unusable of ["", ".", "results", "~/cache"]) {
    const cached = folderIn({ HOME: "/home/me", XDG_CACHE_HOME: unusable });
    assertEquals(cached, "/home/me/.cache/negscope");
    const none = () => folderIn({ XDG_CACHE_HOME: unusable, HOME: unusable });
    const says = "neither XDG_CACHE_HOME nor HOME is set to an absolute path";
    assertThrowsCode(none, "cache-unknown", says);
  }
});
