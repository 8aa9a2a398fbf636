import { assertEquals } from "@std/assert";
import { idsDigest, sameAs, scoredOn } from "../../../lib/experiments/circuit/circuit_files.ts";

const HERE = {
  model: [{ file: "a", sha256: "1" }, { file: "b", sha256: "2" }],
  data: [{ file: "c", sha256: "3" }],
  rows: "4",
};

Deno.test("idsDigest() is the SHA-256 of the ids, quoted, one a line", () => {
  assertEquals(
    idsDigest(["a", 'b "c']),
    "e0faa3a5e70833ebd6dbe4186e03bae5d8b4c725567f1f28a4af2ffe3d0b5f65",
  ); // sha256sum
});

Deno.test("sameAs() compares the content of files and the rows, and scoredOn() needs both", () => {
  const moved = { ...HERE, model: [{ file: "d", sha256: "2" }, { file: "e", sha256: "1" }] };
  assertEquals(sameAs(moved, HERE), { model_there: "same", rows_there: "same" });
  assertEquals(scoredOn(moved, HERE), "chosen");
  const more = { ...HERE, model: [...HERE.model, { file: "image tower", sha256: "9" }] };
  assertEquals(sameAs(more, HERE).model_there, "same"); // these rows have no images
  const others = [
    [{ ...HERE, model: [{ file: "a", sha256: "1" }] }, "other", "same", "other"],
    [{ ...HERE, rows: "5" }, "same", "other", "same_data"],
    [{ ...HERE, data: [] }, "same", "other", "other"],
    [{ model: HERE.model, data: HERE.data }, "same", "", ""],
    [{ data: HERE.data, rows: "4" }, "", "same", ""],
    [undefined, "", "", ""],
  ] as const;
  for (const [there, model_there, rows_there, on] of others) {
    assertEquals(sameAs(there, HERE), { model_there, rows_there });
    assertEquals(scoredOn(there, HERE), on);
  }
});
