/** The errors of tasks for folders of images, runs, charts and notebooks that they cannot use, and for places that they cannot write to. */

import { assertEquals } from "@std/assert";
import { brokenImages, fail, type Failure, tinyBut } from "./failures.ts";
import { fixture, inFolder, namesIn, runTask, TINY } from "./task_process.ts";

Deno.test("tasks refuse image folders that are not folders, and files that are not images", () =>
  inFolder(async (folder) => {
    const whole = "expected a whole JPEG, PNG, WebP, GIF or TIFF file";
    const photo = await Deno.readFile(fixture("images/photo.jpg"));
    const half = photo.subarray(0, photo.length / 2);
    const svg = new TextEncoder().encode(
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    );
    const foreign = fixture("clip-tiny");
    await fail(folder, [
      {
        task: "evaluate",
        flags: tinyBut("--images", `${folder}/nowhere`),
        says:
          `Cannot find images in "${folder}/nowhere": there is no such folder; check the folder of the images`,
      },
      {
        task: "knockout",
        flags: tinyBut("--images", fixture("pairs.json")),
        says: `Cannot use 8 of 8 rows from "${fixture("pairs.json")}" with the images in "${
          fixture("pairs.json")
        }": check the folder of the images, or leave these rows out (--skip-bad)\n${
          badImages("a file stands where a folder is expected")
        }`,
      },
      {
        task: "ablate",
        flags: tinyBut("--images", foreign),
        says: `Cannot use 8 of 8 rows from "${
          fixture("pairs.json")
        }" with the images in "${foreign}": check the folder of the images, or leave these rows out (--skip-bad)\n${
          badImages("there is no such file")
        }`,
      },
      {
        task: "attend",
        flags: tinyBut(
          "--images",
          await brokenImages(folder, { file: "grey.png", content: new Uint8Array() }),
        ),
        says: `Cannot decode image "grey.png": the file is empty; ${whole}`,
      },
      {
        task: "correlate",
        flags: tinyBut(
          "--images",
          await brokenImages(folder, { file: "photo.jpg", content: half }),
        ),
        says: `Cannot decode image "photo.jpg": it is cut or damaged; ${whole}`,
      },
      {
        task: "evaluate",
        flags: tinyBut("--images", await brokenImages(folder, { file: "grey.png", content: svg })),
        says: `Cannot decode image "grey.png": it is SVG; ${whole}`,
      },
    ]);
  }));

/** What an error says of the images of the small data if none of them can be used: one line each, of its first pair. */
function badImages(reason: string): string {
  const rows = [
    ["boat-seen", "photo.jpg"],
    ["birds-absent", "palette.png"],
    ["lanterns-absent", "alpha.png"],
    ["dog-seen", "odd.png"],
    ["kites-seen", "tiny.png"],
    ["clock-seen", "grey.png"],
    ["boat-absent", "rotated.jpg"],
  ];
  return rows.map(([id, image]) => `  pair "${id}": image "${image}": ${reason}`).join("\n");
}

/** A folder with one file. */
async function folderWith(folder: string, name: string, content: string): Promise<string> {
  const made = `${folder}/${crypto.randomUUID()}`;
  await Deno.mkdir(made);
  await Deno.writeTextFile(`${made}/${name}`, content);
  return made;
}

Deno.test("compare and figures refuse folders that are not finished runs", () =>
  inFolder(async (folder) => {
    const example =
      "expected the folder of a finished run, such as results/trace after deno task trace";
    const broken = await folderWith(folder, "manifest.json", "{oops");
    const chart = (content: string) => folderWith(folder, "map.vl.json", content);
    const [torn, zigzag, loading] = [
      await chart("{oops"),
      await chart('{"mark": "zigzag"}'),
      await chart('{"data": {"url": "rows.csv"}, "mark": "point"}'),
    ];
    const file = `${folder}/file`;
    await Deno.writeTextFile(file, "mine");
    const failures: readonly Failure[] = [
      {
        task: "compare",
        flags: [`${folder}/nowhere`],
        says: `Cannot read run "${folder}/nowhere": there is no such folder; ${example}`,
      },
      {
        task: "compare",
        flags: [fixture("images")],
        says: `Cannot read run "${fixture("images")}": it holds no manifest.json; ${example}`,
      },
      {
        task: "compare",
        flags: [broken],
        says:
          `Cannot read "${broken}/manifest.json" as a run's manifest: Expected property name or '}' in JSON at position 1 (line 1 column 2); move it away, or choose another folder (--out)`,
      },
      {
        task: "figures",
        flags: [`${folder}/nowhere`],
        says:
          `Cannot find charts (NAME.vl.json) in "${folder}/nowhere": give the folder of a finished run, such as results/trace`,
      },
      {
        task: "figures",
        flags: [torn],
        says:
          `Cannot read chart "${torn}/map.vl.json": it must be a JSON object, a Vega-Lite spec (Expected property name or '}' in JSON at position 1 (line 1 column 2)); move it away and repeat the run`,
      },
      {
        task: "figures",
        flags: [zigzag],
        says:
          `Cannot make pictures of "${zigzag}/map.vl.json": Cannot draw the chart as it is no Vega-Lite spec: Cannot read properties of undefined (reading 'filled'); correct it, or repeat the run with --overwrite`,
      },
      {
        task: "figures",
        flags: [loading],
        says:
          `Cannot make pictures of "${loading}/map.vl.json": Cannot draw the chart as its data set "source_0" is loaded from elsewhere: put the rows into the spec`,
      },
      {
        task: "figures",
        flags: [zigzag, "--out", file],
        says: `Cannot write into "${file}": File exists; choose another folder (--out)`,
      },
    ];
    await fail(folder, failures);
    await fail(folder, failures.slice(-1), runTask); // with its own rights
    assertEquals(await Deno.readTextFile(file), "mine");
  }));

Deno.test("notebooks refuses files that are not notebooks, before it looks for Jupyter", () =>
  inFolder(async (folder) => {
    const text = `${folder}/text.ipynb`;
    await Deno.writeTextFile(text, "# A tour");
    const list = `${folder}/list.ipynb`;
    await Deno.writeTextFile(list, "[]");
    const names = "name files such as notebooks/01_tour.ipynb";
    await fail(folder, [
      {
        task: "notebooks",
        flags: [folder],
        says: `Cannot run notebook "${folder}": it is a folder; ${names}`,
      },
      {
        task: "notebooks",
        flags: [text],
        says: `Cannot read "${text}" as JSON: Unexpected token '#'; download or write it again`,
      },
      {
        task: "notebooks",
        flags: [list],
        says: `Cannot run notebook "${list}": it has no list of cells; ${names}`,
      },
    ]);
  }));

Deno.test("tasks refuse places that they cannot write to, and leave existing files alone", () =>
  inFolder(async (folder) => {
    const file = `${folder}/file`;
    await Deno.writeTextFile(file, "mine");
    const foreign = await folderWith(folder, "summary.csv", "mine");
    const blocked = `${folder}/blocked`;
    await Deno.mkdir(`${blocked}/trace_map.svg`, { recursive: true });
    await fail(folder, [
      {
        task: "evaluate",
        flags: [...TINY, "--out", `${file}/below`],
        says: `Cannot write into "${file}/below": Not a directory; choose another folder (--out)`,
      },
      {
        task: "attend",
        flags: [...TINY, "--out", foreign],
        says:
          `Cannot write into "${foreign}": it holds what is not known to be the kit's own: summary.csv; move that away, or choose another folder (--out)`,
      },
      {
        task: "readme",
        flags: ["--out", blocked],
        says:
          `Cannot write "${blocked}/trace_map.svg": Is a directory; make room, or choose another folder`,
      },
      {
        task: "bench",
        flags: ["--document", `${folder}/nowhere.md`],
        says:
          `Cannot update document "${folder}/nowhere.md": there is no such file; check --document`,
      },
      {
        task: "bench",
        flags: ["--threads", "1", "--document", file],
        says:
          'Cannot update the document: expected "<!-- threads-1 -->" and "<!-- /threads-1 -->" in it; put both marks where the table belongs',
      },
    ]);
    assertEquals([await Deno.readTextFile(file), namesIn(foreign)], ["mine", ["summary.csv"]]);
  }));

Deno.test({
  name: "tasks refuse files that the system does not let them read or write",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inFolder(async (folder) => {
      await fail(folder, [ // with a task's own permissions
        {
          task: "evaluate",
          flags: tinyBut("--data", "/proc/self/environ"),
          says:
            'Cannot read data file "/proc/self/environ": it may not be read; check the data file',
        },
        {
          task: "ablate",
          flags: tinyBut("--images", "/proc/self/fd"),
          says: `Cannot use 8 of 8 rows from "${
            fixture("pairs.json")
          }" with the images in "/proc/self/fd": check the folder of the images, or leave these rows out (--skip-bad)\n${
            badImages("it may not be read")
          }`,
        },
        {
          task: "trace",
          flags: [...TINY, "--out", "/proc/negscope"],
          says:
            'Cannot read "/proc/negscope/manifest.json" as a run\'s manifest: it may not be read; move it away, or choose another folder (--out)',
        },
      ], runTask);
    }),
});
