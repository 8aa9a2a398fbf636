import {
  experiment,
  type MeasuredRow,
  withOptions,
} from "../../../lib/study/experiment/experiment.ts";
import { assert, assertEquals } from "@std/assert";
import { evaluate } from "../../../lib/study/evaluate/index.ts";
import { joinedFinding } from "../../../lib/study/experiment/finding.ts";
import { outcomeOf } from "../../../lib/study/experiment/outcome.ts";
import { scoredRow } from "../scored_row.ts";
import { assertRejectsCode } from "../../error_codes.ts";

const OWN = experiment({
  name: "own",
  summary: "",
  does: "",
  reads: "text and images",
  runs: "none",
  options: {},
  measure: () => Promise.resolve([]),
  tables: () => ({}),
  charts: () => ({}),
  findings: () => ({ sentences: ["It found something"], untested: ["Untested"] }),
});

const CONTEXT = { seed: 0, sources: { model: [], data: [] }, modelName: "m" };

/** Rows of a model that prefers the affirmative sentence whatever the image shows. */
const ROWS = Array.from({ length: 40 }, (_, i): MeasuredRow<unknown> => {
  const [side, d] = i % 2 === 0 ? ["foil", 2] as const : ["caption", -2] as const;
  return { ...scoredRow(`thing${i - i % 2}`, side, d), measured: null };
});

Deno.test("withOptions() takes an experiment for one that aligns, unless it says otherwise", () => {
  const aligns = [OWN, { ...OWN, aligns: false }, { ...OWN, aligns: () => false }, evaluate];
  assertEquals(aligns.map((own) => withOptions(own).needs.aligned), [true, false, false, false]);
});

Deno.test("outcomeOf() refuses a table of a name that another file of the run has, on any disk", async () => {
  for (const name of ["summary", "Summary"]) {
    const tables = () => ({ own: { name, columns: [], rows: [] } }) as never;
    await assertRejectsCode(
      () => outcomeOf(withOptions({ ...OWN, tables }), ROWS, CONTEXT),
      `name-taken: Cannot write "${name}.csv" of experiment "own": another file of the run`,
    );
  }
});

Deno.test("outcomeOf() begins every experiment's findings with whether the model tells negation, once", async () => {
  for (const own of [OWN, evaluate]) {
    const { findings } = await outcomeOf(withOptions(own), ROWS, CONTEXT);
    const { sentences = [] } = joinedFinding(findings);
    assert(sentences[0]!.startsWith("m does not tell negation here: "), sentences[0]);
    assertEquals(sentences.filter((text) => text.includes("negation here")).length, 1);
    assertEquals(findings[0]!.sentences![0], sentences[0]); // also where the scores are left out
  }
});

Deno.test("outcomeOf() says what one pair and few rows cannot tell, beside what they can", async () => {
  const found = async (own: typeof OWN | typeof evaluate, rows: typeof ROWS) => {
    const { findings, words } = await outcomeOf(withOptions(own), rows, CONTEXT);
    const { sentences = [], tables = [], lists = [] } = joinedFinding(findings);
    const counts = [sentences, tables, lists, words].map(({ length }) => length);
    return [sentences.at(-1)?.slice(0, 8), ...counts];
  };
  const cases = [ROWS, ROWS.filter((_, i) => i % 8 === 0), ROWS.slice(0, 1), []];
  assertEquals(
    await Promise.all([OWN, evaluate].flatMap((own) => cases.map((rows) => found(own, rows)))),
    [
      ...[["Untested", 6, 1, 0, 6], ["Too few ", 3, 1, 0, 6], ["One pair", 3, 0, 0, 6]],
      ...[["Untested", 2, 1, 0, 6], ["Of 20 bl", 5, 1, 0, 6], ["Too few ", 2, 1, 1, 6]],
      ...[["One pair", 2, 1, 0, 6], [undefined, 0, 1, 0, 6]],
    ],
  );
});

Deno.test("outcomeOf() says that a model tells negation only if its gamma is above that of every random tower that was run", async () => {
  for (const [ofTower, verdict] of [[1, "tells"], [3, "does not tell"]] as const) {
    const rows = ROWS.map(({ pair, scores }) => {
      const d = (value: number) => ({ s_caption: value, s_foil: 0, d: value });
      const towers = [0, ofTower, 0].map((value, i) => [`random ${i + 1}`, d(value)] as const);
      const controls = Object.fromEntries(
        towers.map(([run, scores]) => [run, { measured: null, ...scores }]),
      );
      return { pair, scores: { ...scores!, ...d(2) }, measured: null, controls };
    });
    const { findings } = await outcomeOf(withOptions(OWN, { control: ["random"] }), rows, CONTEXT);
    const { sentences = [] } = joinedFinding(findings);
    assert(sentences[0]!.startsWith(`m ${verdict} negation`), sentences[0]);
  }
});
