import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parse } from "@std/csv";
import { foldGlossary } from "../../lib/tables/words.ts";
import { runHere } from "./task_here.ts";
import { fixture, inFolder, namesIn, runTask, taskCommand, TINY } from "./task_process.ts";

const FILES = [
  "blocks.csv",
  "blocks_summary.csv",
  "effects.csv",
  "effects.json",
  "evaluate.csv",
  "findings.json",
  "manifest.json",
  "report.html",
  "summary.csv",
  "summary.txt",
  "trace.csv",
  "trace_map.svg",
  "trace_map.vl.json",
];

const HEADERS: Readonly<Record<string, string>> = {
  "evaluate.csv": "id,image,negation,caption,foil,s_caption,s_foil,d,segment,tokens",
  "summary.csv":
    "negation,n,accuracy,accuracy_low,accuracy_high,ties,correct,ambiguous,incorrect,mean_d,mean_d_low,mean_d_high,mean_abs_d,gamma,gamma_low,gamma_high,alpha,alpha_low,alpha_high,rows_matched",
  "effects.csv": "id,negation,segment,site,direction,layer,head,position,role,effect,cte",
  "trace.csv":
    "negation,segment,site,direction,layer,head,role,n,cte,cte_low,cte_high,simultaneous_low,simultaneous_high,ratio_of_means,ratio_low,ratio_high,mean_effect,effect_low,effect_high",
};

function table(folder: string, name: string): Record<string, string>[] {
  return parse(Deno.readTextFileSync(`${folder}/${name}.csv`), { skipFirstRow: true });
}

Deno.test("trace writes the promised files completely, says where they are, and writes the same bytes again", () =>
  inFolder(async (folder) => {
    const out = `${folder}/deep/run`;
    const run = await runTask("trace", [...TINY, "--out", out]);
    assertEquals([run.code, run.stderr], [0, ""]); // no bar without a terminal
    assertEquals(namesIn(out), FILES);
    for (const [name, header] of Object.entries(HEADERS)) {
      const text = Deno.readTextFileSync(`${out}/${name}`);
      assertEquals(text.split("\r\n", 1)[0], header);
      assert(text.endsWith("\r\n"), name);
      assertEquals(text.replaceAll("\r\n", "").match(/[\r\n]/), null, name);
    }
    assertEquals(table(out, "summary").map(({ negation }) => negation), [
      "foil",
      "caption",
      "all",
      "both",
    ]);
    assertEquals(table(out, "evaluate").length, 8);
    const segments = new Set(table(out, "effects").map(({ segment }) => segment));
    assertEquals(segments, new Set(["correct", "incorrect"])); // ambiguous rows are left out
    assertStringIncludes(
      run.stdout,
      "negscope trace: clip-tiny, 8 of 8 rows, rephrased protocol\n\nWhether clip-tiny tells negation cannot be told ",
    );
    assertStringIncludes(run.stdout, "\nSizes: text tower of 3 blocks x 2 heads, width 16\n");
    assertStringIncludes(run.stdout, "no role is tested, since an interval takes");
    assertStringIncludes(run.stdout, `Report: ${out}/report.html`);
    const summary = Deno.readTextFileSync(`${out}/summary.txt`);
    const where = "deno task trace --help explains the words.";
    assert(run.stdout.startsWith(foldGlossary(summary, where)));
    assertEquals(summary.split("\n").filter((line) => line.length > 80), []);
    for (const word of ["d", "accuracy", "segment", "CTE", "95 % interval", "sentence pairs"]) {
      assertStringIncludes(summary.split("\nWords ")[1]!, `\n  ${word} `);
    }
    const page = Deno.readTextFileSync(`${out}/report.html`);
    assertStringIncludes(page, '<section id="rows">');
    assertStringIncludes(page, '<img src="data:image/webp');
    const manifest = JSON.parse(Deno.readTextFileSync(`${out}/manifest.json`));
    assertEquals([manifest.command, manifest.finished, manifest.seed], ["trace", true, 0]);
    assertEquals(manifest.rows, { read: 8, kept: 8, dropped: [], format: "list" });
    assertEquals(manifest.options.segments, "correct,incorrect");
    const names = manifest.sources.data.map(({ file }: { readonly file: string }) => file);
    assertEquals(names, ["pairs.json", "images"]); // without folders, which differ between clones
    for (const phase of ["load", "images", "evaluate", "trace"]) {
      assertEquals(typeof manifest.seconds[phase], "number", phase);
    }
    const again = `${folder}/again`;
    await runHere("trace", [...TINY, "--out", again, "--threads", "1", "--quiet"]);
    assertEquals(namesIn(again), FILES);
    for (const name of FILES) {
      if (name === "manifest.json") continue;
      const [a, b] = [out, again].map((run) => Deno.readFileSync(`${run}/${name}`));
      assertEquals(a, b, name);
    }
  }));

Deno.test("trace reads VALSE files, rephrased by rule or unchanged", () =>
  inFolder(async (folder) => {
    const flags = [...TINY.slice(0, 2), ...TINY.slice(4), "--data", fixture("existence.json")];
    const runs = await Promise.all(["rephrased", "standard"].map((protocol) =>
      runHere("trace", [
        ...[...flags, "--protocol", protocol, "--out", `${folder}/${protocol}`],
        ...["--format", "none", "--segments", "correct,incorrect,ambiguous"],
      ])
    ));
    assertEquals(runs.map(({ code, stderr }) => [code, stderr]), [[0, ""], [0, ""]]);
    const kept = (protocol: string) =>
      table(`${folder}/${protocol}`, "evaluate").map(({ id }) => id!.at(-1));
    assertEquals(kept("rephrased"), ["1", "2", "3", "7"]);
    assertEquals(kept("standard"), ["1", "2", "3", "5", "6", "7", "9"]);
    const manifest = JSON.parse(Deno.readTextFileSync(`${folder}/rephrased/manifest.json`));
    const notFramed = 'negated sentence does not start with "There is no" or "There are no"';
    const dropped = [
      { reason: "fewer than 2 annotators agree with the caption", n: 2, ids: [4, 8] },
      { reason: notFramed, n: 2, ids: [5, 6] },
      { reason: "sentences do not differ in the third word alone", n: 1, ids: [9] },
    ];
    const ids = dropped.map(({ ids, ...rest }) => ({
      ...rest,
      ids: ids.map((id) => `existence_tiny_000000${id}`),
    }));
    assertEquals(manifest.rows, { read: 9, kept: 4, dropped: ids, format: "valse" });
    assertStringIncludes(
      Deno.readTextFileSync(`${folder}/rephrased/summary.txt`),
      [
        ...["", "9 rows read:", "  2 dropped: fewer than 2 annotators agree with the caption"],
        ...[
          `  2 dropped: ${notFramed}`,
          "  1 dropped: sentences do not differ in the third word alone",
        ],
        "  4 used: ",
      ].join("\n"),
    );
    const inserted = table(`${folder}/standard`, "effects").filter(({ role }) =>
      role === "inserted"
    );
    assert(inserted.length > 0 && inserted.every(({ effect, cte }) => effect === "" && cte === ""));
  }));

const TASKS = ["evaluate", "attend", "knockout", "ablate", "attribute", "correlate"];

Deno.test("the tasks of experiments run with the same variables and rights", () => {
  const command = (task: string) => JSON.stringify(taskCommand(task));
  for (const task of TASKS) {
    assertEquals(command(task).replace(`/${task}.ts`, "/trace.ts"), command("trace")); // which runs as a process in trace_slow_test.ts
  }
});

Deno.test("attend runs without images and leaves columns that depend on d empty", () =>
  inFolder(async (folder) => {
    const [model, data] = [fixture("clip-tiny"), fixture("pairs.json")];
    const run = await runHere("attend", [
      "--model",
      model,
      "--data",
      data,
      "--out",
      `${folder}/run`,
    ]);
    assertEquals([run.code, run.stderr], [0, ""]);
    assertStringIncludes(run.stdout, "distinct sentence pairs");
    assertEquals(namesIn(`${folder}/run`).includes("evaluate.csv"), false);
    const heads = parse(Deno.readTextFileSync(`${folder}/run/heads.csv`), { skipFirstRow: true });
    for (const row of heads) {
      assertEquals([row["correlation_with_d"], row["p_value"], row["q_value"]], ["", "", ""]);
    }
  }));
