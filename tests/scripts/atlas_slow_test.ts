import { assertEquals, assertStringIncludes } from "@std/assert";
import { readCsvLines } from "../../lib/tables/csv.ts";
import { done, runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, reportIn } from "./task_process.ts";

Deno.test("atlas of a model without a causal mask, on four rows, leaves out what needs one, and names no part", () =>
  inFolder(async (folder) => {
    const out = `${folder}/atlas`;
    const refused = await runHere("atlas", ["--protocol", "standard", "--out", out]);
    assertEquals([refused.code, refused.stdout, namesIn(folder)], [2, "", []]);
    assertStringIncludes(refused.stderr, 'Cannot make an atlas with --protocol "standard"');
    const stdout = await done("atlas", [
      ...["--model", fixture("siglip-tiny"), "--data", fixture("existence.json")],
      ...["--images", fixture("images"), "--format", "none", "--cache", "none", "--out", out],
    ]);
    const text = stdout.replaceAll(/\n +/g, " ");
    assertStringIncludes(text, "Whether siglip-tiny tells negation cannot be told");
    assertStringIncludes(text, "No circuit was searched");
    assertStringIncludes(text, "No part is tested: too few rows");
    const page = reportIn(out);
    for (const part of ["Shares of roles", "Direct attribution", "Circuit"]) {
      assertStringIncludes(page, `${part} : SigLIP has no causal mask`);
    }
    const { parts } = JSON.parse(Deno.readTextFileSync(`${out}/parts.json`));
    assertEquals(Object.keys(parts), ["evaluate", "attend", "trace", "knockout", "ablate"]);
    const [columns, ...rows] = readCsvLines(Deno.readTextFileSync(`${out}/atlas.csv`));
    const place = columns!.indexOf("method");
    assertEquals(
      new Set(rows.map((row) => row[place])),
      new Set(["attend", "knockout", "ablate", "restore", "remove"]),
    );
    const card = await runHere("card", [out, "--out", `${folder}/card`]);
    assertEquals(card.code, 1);
    assertStringIncludes(card.stderr, "its rows are too few for intervals; run the atlas on more");
  }));
