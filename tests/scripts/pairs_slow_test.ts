/** Runs pairs on the embedded drawings and on files of other forms. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { SHAPES } from "../../lib/opening/find_model.ts";
import { done, runHere } from "./task_here.ts";
import { inFolder, namesIn, recordsIn } from "./task_process.ts";

const EMBEDDED = Deno.readTextFileSync(SHAPES.pairs);

/** The objects of each drawing, each with its colour and without. */
const OBJECTS = new Map(
  recordsIn(SHAPES.objects).map(({ image, present }) => [image!, present!.split("|")]),
);

const count = (image: string, name: string) =>
  OBJECTS.get(image)!.filter((object) => object === name).length;

Deno.test("pairs writes the embedded controlled pairs byte for byte", () =>
  inFolder(async (folder) => {
    const out = `${folder}/out`;
    const { code, stdout, stderr } = await runHere("pairs", ["--out", out]);
    assertEquals([code, stderr], [0, ""]);
    assertStringIncludes(stdout, "1600 rows: of each sentence pair");
    const summary = Deno.readTextFileSync(`${out}/summary.txt`);
    assertStringIncludes(summary, 'X, not, scope none: "not" is more than one token');
    assertEquals(await Deno.readTextFile(`${out}/controlled_pairs.json`), EMBEDDED);
    const files = ["controlled_pairs.json", "manifest.json", "summary.txt"];
    assertEquals(namesIn(out), files);
    assertEquals(stdout.match(/ (none|other) +200 +\d+ +\d+$/gm)?.length, 8);
    const again = await runHere("pairs", ["--out", out]);
    assertStringIncludes(again.stdout, "This run is finished already");
    await done("pairs", ["--out", out, "--rows", "10", "--overwrite"]);
  }));

const OBJECT =
  /(?:(?:red|green|blue|yellow|purple|black) )?(?:circle|square|triangle|star|cross|ring|heart|diamond|hexagon|crescent)/;

Deno.test("the embedded objects are those that the embedded rows count", () => {
  const rows: Record<string, { image_file: string; caption: string; answer: number }> = JSON.parse(
    Deno.readTextFileSync(SHAPES.data),
  );
  const checked = Object.values(rows).flatMap(({ image_file, caption, answer }) => {
    if (/left|right/.test(caption)) return [];
    const [object] = OBJECT.exec(caption)!;
    return [{ caption, found: count(image_file, object), answer }];
  });
  assert(checked.length > 400);
  assertEquals(checked.filter(({ found, answer }) => found !== answer), []);
});

Deno.test("pairs refuses images with an object that is there and not there, or leaves them out", () =>
  inFolder(async (folder) => {
    const data = `${folder}/objects.csv`;
    const text = "image,present,absent\na.png,star,star\nb.png,ring,star\nc.png,star,ring\n";
    await Deno.writeTextFile(data, text);
    const flags = ["--data", data, "--out", `${folder}/out`];
    const refused = await runHere("pairs", flags);
    assertEquals(refused.code, 1);
    const said =
      `Cannot read row 2 from "${data}": "star" is both present and absent; correct it, or leave this row out (--skip-bad)`;
    assertStringIncludes(refused.stderr, said);
    const skipped = await done("pairs", [...flags, "--skip-bad"]);
    assertStringIncludes(skipped, "2 images; 1 rows of the file could not be used");
  }));
