/** What an inserted negator's shift does without a negation, and that the control determiner shows it. */

import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parse } from "@std/csv";
import { SHAPES } from "../../../lib/opening/kit_models.ts";
import { runHere } from "../../scripts/task_here.ts";
import { inFolder } from "../../scripts/task_process.ts";

/** Rows that are true of their drawings by data/shapes/objects.csv; the word stands before the noun of the foil alone. */
const rowsWith = (word: string) =>
  [["0000", "stars"], ["0003", "hearts"], ["0002", "crescents"]].map(([image, noun], i) => ({
    id: `${i}`,
    image: `shapes_${image}.png`,
    negation: "foil",
    caption: `There are ${noun}.`,
    foil: `There are ${word} ${noun}.`,
  }));

Deno.test("at layer 0 an inserted word's shift has the same effect whether or not the word negates: it is that of positions", () =>
  inFolder(async (folder) => {
    const traced = async (word: string) => {
      const data = `${folder}/${word}.json`;
      await Deno.writeTextFile(data, JSON.stringify(rowsWith(word)));
      const flags = ["--data", data, "--images", SHAPES.images, "--protocol", "standard"];
      const settings = ["--segments", "correct,ambiguous,incorrect", "--format", "none"];
      const out = `${folder}/${word}`;
      const { code } = await runHere("trace", [...flags, ...settings, "--out", out]);
      assertEquals(code, 0);
      const text = await Deno.readTextFile(`${out}/effects.csv`);
      return parse(text, { skipFirstRow: true }).filter(({ layer, effect }) =>
        layer === "0" && effect !== ""
      );
    };
    const [no, some] = [await traced("no"), await traced("some")];
    const isShifted = ({ role }: { role?: string }) =>
      role === "after" || role === "full_stop" || role?.startsWith("subject");
    const [negating, neutral] = [no, some].map((rows) => rows.filter(isShifted)) as [
      typeof no,
      typeof some,
    ];
    assertEquals(negating.length, neutral.length);
    negating.forEach((row, i) => {
      assertEquals([row.id, row.position], [neutral[i]!.id, neutral[i]!.position]);
      assertAlmostEquals(Number(row.effect), Number(neutral[i]!.effect), 1e-5);
    });
    const largest = Math.max(...negating.map(({ effect }) => Math.abs(Number(effect))));
    assert(largest > 0.05, `${largest}`); // an artefact that is not small
  }));
