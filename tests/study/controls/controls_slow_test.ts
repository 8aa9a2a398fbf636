import "../../own_cache.ts";
import { assert, assertEquals } from "@std/assert";
import type { TracedRow } from "../../../lib/experiments/trace/effects.ts";
import { mergeRuns } from "../../../lib/runs/merge_runs.ts";
import { ALL_EXPERIMENTS } from "../../../lib/experiments/all.ts";
import { attribute } from "../../../lib/experiments/attribute/index.ts";
import { runOnFiles } from "../../../lib/runs/run_on_files.ts";
import { Study } from "../../../lib/runs/study/study.ts";
import { SCREEN } from "../../../lib/charts/venues.ts";
import { controlOption } from "../../../lib/study/controls/control.ts";
import { experiment } from "../../../lib/study/experiment/experiment.ts";
import { fillTable, table, text } from "../../../lib/tables/schema.ts";
import type { AnyTable } from "../../../lib/tables/table.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { TINY } from "../../studies.ts";

const PICTURES = { formats: [], preset: SCREEN };

Deno.test("a planted head has all of d with any image, none of that of another determiner, and random towers as small have one such head too", async () => {
  await using study = await Study.open({ model: "planted/relay", cache: false });
  const { tables, findings } = await study.run("attribute", {
    control: ["image", "determiner", "random"],
  });
  const { summary, summaryControls } = tables as unknown as Record<string, AnyTable>;
  const isPlanted = ({ component, layer, head }: AnyTable["rows"][number]) =>
    component === "head" && layer === 3 && head === 3;
  const verdicts = (control: string) =>
    summaryControls!.rows.filter((row) => row["segment"] === "all" && row["control"] === control)
      .map((row) => [isPlanted(row), row["specific"], row["share_control"] as number] as const);
  for (const [isPlanted, specific, share] of verdicts("determiner")) {
    assertEquals([specific, share], [isPlanted ? "yes" : "no", 0]);
  }
  for (const [isPlanted, specific, share] of verdicts("image")) {
    assertEquals(specific, "no");
    assert(Math.abs(share - (isPlanted ? 1 : 0)) < 1e-4, `${share}`);
  }
  const largest = verdicts("random").filter(([isPlanted]) => isPlanted)
    .map(([, specific, share]) => [specific, share > 0.5 && share < 1]);
  assertEquals(largest, [["no", true], ["no", true]]);
  const planted = summary!.rows.filter((row) => row["segment"] === "all" && isPlanted(row));
  assertEquals(planted.map(({ control }) => control), ["random", "random"]); // the nearer one
  const said = "3.3 (1.00, 1.00 to 1.00); it is not beyond the control random: random shows (";
  assertEquals(findings.replace(/\s+/g, " ").split(said).length, 3, findings);
});

Deno.test("the runs of controls are no less certain than those of their study", async () => {
  const { model, pairs, images } = TINY;
  await using study = await Study.open({ model, data: pairs, images, cache: false, threads: 1 });
  const plain = await study.run("knockout");
  const beside = await study.run("knockout", { control: ["image"] });
  const rows = (tables: unknown) => (tables as Record<string, AnyTable>)["points"]!.rows;
  rows(beside.tables).forEach((row, i) => { // the main run is the same, whatever runs beside it
    const names = Object.keys(rows(plain.tables)[i]!);
    assertEquals(Object.fromEntries(names.map((name) => [name, row[name]])), rows(plain.tables)[i]);
  });
  const [first] = beside.rows;
  assert(first!.controls!["image"]!.d !== first!.scores!.d);
});

Deno.test("shards with controls make the run that goes without shards", async () => {
  const { model, pairs: data, images } = TINY;
  const out = await Deno.makeTempDir();
  try {
    const run = async (name: string, shard?: { k: number; n: number }) => {
      const choice = { model, data, images, threads: 1, shard };
      const options = { control: ["image", "determiner", "random"] };
      const settings = { out: `${out}/${name}`, pictures: PICTURES, seed: 0 };
      await runOnFiles(attribute, options, choice, settings);
    };
    await run("whole");
    for (const k of [1, 2]) await run(`${k}`, { k, n: 2 });
    await mergeRuns([`${out}/1`, `${out}/2`], ALL_EXPERIMENTS, {
      out: `${out}/merged`,
      pictures: PICTURES,
    });
    for (const name of ["attribution_summary", "attribution_summary_controls"]) {
      const [whole, merged] = ["whole", "merged"].map((run) =>
        Deno.readTextFileSync(`${out}/${run}/${name}.csv`)
      );
      assertEquals(merged, whole);
      assert(name === "attribution_summary" || whole!.includes("random"));
    }
  } finally {
    await Deno.remove(out, { recursive: true });
  }
});

Deno.test("a control that rows or an experiment cannot have is refused before anything runs", async () => {
  await using study = await Study.open({ data: "shapes-sentences", cache: false });
  await assertRejectsCode(
    () => study.run("attend", { control: ["image"] as never }),
    "value-wrong",
    "determiner, random, or none",
  );
});

Deno.test("a tower that cannot have random weights is refused before its own rows are measured", async () => {
  const measured: string[] = [];
  const own = experiment({
    name: "own",
    summary: "nothing",
    does: "reads nothing.",
    reads: "text, images if given",
    runs: "text",
    options: { control: controlOption({ standard: ["random"] }) },
    measure: ({ pairs }) => {
      measured.push(...pairs.map(({ id }) => id));
      return Promise.resolve(pairs.map(() => 0));
    },
    tables: () => ({ own: fillTable(table("own", "Nothing.", { id: text("The id.") }), []) }),
    charts: () => ({}),
    findings: () => ({}),
  });
  const { model, pairs: data } = TINY;
  await using study = await Study.open({ model, data, onnx: "_quantized", cache: false });
  await assertRejectsCode(
    () => study.run(own),
    "hook-unreachable",
    "leave out --random-weights, or the control random",
  );
  assertEquals(measured, []);
  await study.run(own, { control: [] });
  assertEquals(measured.length, study.pairs.length);
});

Deno.test("the share of a control's cell in trace is the sum of sign(d) x effect over the sum of |d|, by the segments of the run", async () => {
  const { model, pairs, images } = TINY;
  await using study = await Study.open({ model, data: pairs, images, cache: false, threads: 1 });
  const { tables, rows } = await study.run("trace", {
    control: ["image"],
    segments: ["correct", "ambiguous", "incorrect"],
  });
  const { traceControls } = tables as unknown as Record<string, AnyTable>;
  const signs = new Set<number>();
  let compared = 0;
  for (const line of traceControls!.rows) {
    const { negation, segment, layer, role, share_control } = line;
    if (role !== "eot" || layer !== 2) continue;
    let [sum, size] = [0, 0];
    for (const { pair, scores, controls } of rows) {
      if (pair.negation !== negation) continue;
      if (segment !== "all" && scores!.segment !== segment) continue; // the run's own segment, not the control's
      const { measured, d = 0 } = controls!["image"]!;
      const { roles, effects } = measured as TracedRow;
      const effect = effects.denoise![2 * roles.length + roles.indexOf("eot")]!;
      sum += Math.sign(d) * effect;
      size += Math.abs(d);
      signs.add(Math.sign(d));
    }
    if (size === 0) continue;
    assert(Math.abs(share_control as number - sum / size) < 1e-9, `${negation} ${segment}`);
    compared++;
  }
  assert(compared > 2);
  assertEquals(signs.size, 2); // else nothing would be tested
});
