import { assertEquals } from "@std/assert";
import { sha256Text } from "../../lib/reading/sha256.ts";
import type { RemoteFile } from "../../lib/hub/remote_file.ts";
import { DEFAULT_MODEL } from "../../lib/hub/name.ts";
import { checkContent, checkListed, OPENAI_B32, type Pin, pinOf } from "../../lib/hub/pinned.ts";
import { assertRejectsCode, assertThrowsCode } from "../error_codes.ts";
import { inFolder } from "../scripts/task_process.ts";

const PIN: Pin = {
  repository: "a/b",
  commit: "c".repeat(40),
  files: {
    "config.json": { size: 2, sha256: sha256Text("{}") },
    "model.bin": { size: 3, sha256: sha256Text("abc") },
  },
};

const git = { kind: "git", hex: "0".repeat(40) } as const;
const CONFIG: RemoteFile = { path: "config.json", size: 2, checksum: git };
const WEIGHTS: RemoteFile = {
  ...{ path: "model.bin", size: 3 },
  checksum: { kind: "sha256", hex: sha256Text("abc") },
};

const check = (files: readonly RemoteFile[]) => checkListed(files, PIN, { unknown: "refused" });

Deno.test("checkListed() refuses another size, another SHA-256 and unknown files", () => {
  check([CONFIG, WEIGHTS]);
  const says = (file: RemoteFile, reason: string) =>
    assertThrowsCode(
      () => check([CONFIG, WEIGHTS, file]),
      "download-differs",
      `Cannot use "${file.path}" of "a/b": ${reason}; expected the file of commit ${PIN.commit}; check HF_ENDPOINT`,
    );
  says({ ...CONFIG, size: 3 }, "it has 3 bytes instead of 2");
  says(
    { ...WEIGHTS, checksum: { kind: "sha256", hex: sha256Text("abd") } },
    `its SHA-256 is ${sha256Text("abd")} instead of ${sha256Text("abc")}`,
  );
  for (const path of ["model.safetensors", "toString"]) {
    const file = { ...WEIGHTS, path };
    says(file, "this kit knows no such file of the commit");
    checkListed([file], PIN, { unknown: "allowed" });
  }
});

Deno.test("checkContent() computes the SHA-256 that the Hub does not give", () =>
  inFolder(async (folder) => {
    const place = `${folder}/config.json`;
    await Deno.writeTextFile(place, "{}");
    await checkContent(place, CONFIG, PIN);
    await Deno.writeTextFile(place, "[]");
    await assertRejectsCode(
      () => checkContent(place, CONFIG, PIN),
      "download-differs",
      `its SHA-256 is ${sha256Text("[]")} instead of ${sha256Text("{}")}`,
    );
  }));

Deno.test("pinOf() knows the default model and no others", () => {
  assertEquals(pinOf(DEFAULT_MODEL), OPENAI_B32);
  for (const name of ["openai/clip-vit-base-patch16", "Xenova/clip-vit-base-patch32", "a/b"]) {
    assertEquals(pinOf(name), undefined);
  }
  for (const { size, sha256 } of Object.values(OPENAI_B32.files)) {
    assertEquals([/^[0-9a-f]{64}$/.test(sha256), size > 0], [true, true]);
  }
});
