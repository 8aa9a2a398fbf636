/** What an atlas says of models whose circuit is planted: its sentences, its parts and its picture are those of data/planted/README.md. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { modelFiles } from "../../../data/planted/recipe/files.ts";
import type { BIASED, ModelName } from "../../../data/planted/recipe/models.ts";
import { ATLAS_PARTS, runAtlas } from "../../../lib/composites/atlas/atlas.ts";
import { ATLAS } from "../../../lib/composites/atlas/read_atlas.ts";
import { openRun } from "../../../lib/runs/open_run.ts";
import { SCREEN } from "../../../lib/charts/spec.ts";
import type { TableCell } from "../../../lib/tables/table.ts";
import { readCsvRows } from "../../../lib/tables/csv.ts";
import { PLANTED } from "../../../lib/opening/find_model.ts";
import { KINDS } from "../../fixtures/planted/kinds.ts";
import { assertRejectsCode } from "../../error_codes.ts";
import { filesBelow } from "../paper/files_below.ts";
import { inFolder, namesIn } from "../../scripts/task_process.ts";

const HOW = { pictures: { formats: [], preset: SCREEN }, cache: false, control: [] } as const;

type Cells = Readonly<Record<string, TableCell>>;

/** What must be said of a model, by data/planted/README.md or tests/fixtures/planted/kinds.ts. */
interface Planted {
  /** Who reads, passes on and writes. */
  readonly way: readonly string[];
  /** The circuit, in the order of layers; undefined if none is small. */
  readonly circuit: string | undefined;
  /** What parts alone and together show. @default {nothing that one number does not} */
  readonly shown?: readonly string[];
  /** The shares of gamma of the parts that tell pictures apart, and alpha of those that only push. */
  readonly gamma?: Readonly<Record<string, number>>;
  readonly alpha?: Readonly<Record<string, number>>;
  /** What atlas.csv has of some parts, to two digits: the values of methods and, with their names before them, other columns. @default {none} */
  readonly parts?: Readonly<Record<string, Cells>>;
}

const chain = (first: string, last: string): Planted => ({
  way: [`Head ${first} reads "no"; ${last} writes it into the score`],
  circuit: `${first} and ${last}`,
  gamma: { [first]: 1, [last]: 1 },
});

const FIRST = {
  ...{ attend: 1, knockout: 1, ablate: 2, direct: 0, total: 1, total_at: "subject_first" },
  ...{ path_out: 1, path_out_at: "3.3", path_out_by: "values" },
};

const LAST = {
  ...{ attend: 0, knockout: 0, ablate: 2, direct: 1, total: 1, total_at: "eot" },
  ...{ path_in: 1, path_in_at: "1.2", path_in_by: "values", path_out: 1, path_out_at: "score" },
};

const RELAY = { ...chain("1.2", "3.3"), parts: { "head 1.2": FIRST, "head 3.3": LAST } };

/** Those whose traps others have: a head that looks and does nothing is in `decoy`, one that writes the same in both sentences in `generic`. */
type Left = "leak" | "constant" | "gamma";

const MODELS: Readonly<
  Record<Exclude<ModelName | keyof typeof BIASED, Left> | keyof typeof KINDS, Planted>
> = {
  relay: RELAY,
  generic: RELAY,
  half: { ...RELAY, gamma: {}, parts: {} },
  decoy: {
    ...RELAY,
    parts: { ...RELAY.parts, "head 2.1": { attend: 1, knockout: 0, ablate: 0, total: 0 } },
  },
  backup: {
    ...RELAY,
    shown: [
      "1.2 or 2.4 is enough: without both 1 of gamma is lost, without one 0",
    ],
    gamma: { "3.3": 1, "1.2": 0.5 },
    parts: {
      "head 1.2": { ...FIRST, knockout: 0, ablate: 1 },
      "head 2.4": { total: 0 },
    },
  },
  and: {
    way: ['Heads 2.1 and 2.3 read "no"; MLP 2 writes it into the score'],
    circuit: "2.1, 2.3 and MLP 2",
    shown: [
      "2.1 and 2.3 count only together: they restore 1 of gamma, either alone restores 0",
    ],
    gamma: { "MLP 2": 1, "2.1": 0.5, "2.3": 0.5 },
    parts: {
      "head 2.1": { attend: 1, knockout: 1, ablate: 1, direct: 0, total: 0, total_at: undefined },
      "mlp 2": { attend: undefined, ablate: 2, direct: 1, total: 1, total_at: "eot" },
    },
  },
  both: {
    way: ['Heads 2.1 and 2.3 read "no" and write it into the score'],
    circuit: "2.1 and 2.3",
    gamma: { "2.1": 0.5, "2.3": 0.5 },
    parts: { "head 2.3": { attend: 1, knockout: 0.5, ablate: 1, direct: 0.5, total: 0.5 } },
  },
  positional: {
    way: ['Head 2.1 reads whatever word is in the place of "no" and writes it into the score'],
    circuit: "2.1",
    gamma: { "2.1": 1 },
  },
  opposed: {
    way: [
      'Heads 1.2, 2.1 and 2.2 read "no"; 2.1 and 3.3 write it into the score',
      "2.2 takes away from it",
    ],
    circuit: "1.2, 2.1, 2.2 and 3.3",
    gamma: { "1.2": 1, "2.1": 2, "3.3": 1 },
    parts: { "head 2.2": { attend: 1, direct: -2, total: -1.99 } },
  },
  against: {
    way: ['Heads 1.2 and 2.1 read "no"; 3.3 writes it into the score', "2.1 takes away from it"],
    circuit: "1.2, 2.1 and 3.3",
    gamma: { "1.2": 2, "3.3": 2 },
  },
  spread: {
    way: ["No single part certainly reads it or writes it with a share of 0.05 or more"],
    circuit: undefined,
    parts: { "head 2.2": { attend: 1, knockout: 0.03, ablate: 0.06, direct: 0.03, total: 0.03 } },
  },
  bias: {
    way: ['Head 3.2 reads "no" and writes it into the score'],
    circuit: "3.2",
    alpha: { "3.2": 1.48 },
  },
  two: {
    way: ['Head 2.1 reads "no" and writes it into the score'],
    circuit: "2.1 and 3.2",
    gamma: { "2.1": 1 },
    alpha: { "3.2": 1.47 },
  },
  late: chain("2.2", "3.1"),
  gate: chain("1.2", "3.1"),
  query: chain("2.1", "3.2"),
  suppress: chain("2.1", "3.2"),
  det: {
    way: ["Head 2.2 reads the other sentence's word; 3.1 writes it into the score"],
    circuit: "2.2 and 3.1",
    gamma: { "2.2": 1, "3.1": 1 },
  },
  det_half: {
    way: [
      'Head 1.3 reads the other sentence\'s word; 2.2 reads "no"',
      "1.3 and 3.1 write it into the score",
    ],
    circuit: "1.3, 2.2 and 3.1",
    gamma: { "1.3": 0.5, "2.2": 0.5, "3.1": 0.5 },
  },
  either: {
    way: ['Heads 2.2 and 2.3 read "no"; 3.1 writes it into the score'],
    circuit: "2.2 and 3.1",
    shown: [
      "2.2 or 2.3 is enough: without both 1 of gamma is lost, without one -0.06",
    ],
    gamma: { "3.1": 1, "2.2": 0.5, "2.3": 0.5 },
  },
  gated: {
    way: ['Heads 1.2 and 2.1 read "no"; 3.2 writes it into the score'],
    circuit: "1.2, 2.1 and 3.2",
    shown: [
      "1.2 and 2.1 count only together: they restore 1 of gamma, either alone restores 0",
    ],
    gamma: { "3.2": 1, "1.2": 0.5, "2.1": 0.5 },
  },
  two_of_three: {
    way: ["MLP 2 writes it into the score"],
    circuit: "2.1, 2.2 and MLP 2",
    shown: [
      ...["2.1 and 2.2", "2.1 and 2.3", "2.2 and 2.3"].map((parts) =>
        `${parts} count only together: they restore 1 of gamma, either alone restores 0`
      ),
    ],
    gamma: { "MLP 2": 1 },
  },
};

/** The folder of a model, in which one of the further kinds is made. */
function folderOf(name: string, within: string): string {
  if (!(name in KINDS)) return `planted/${name}`;
  for (const [file, content] of modelFiles(KINDS[name as keyof typeof KINDS])) {
    const path = `${within}/${name}/${file}`;
    Deno.mkdirSync(`${within}/${name}`, { recursive: true });
    if (typeof content === "string") Deno.writeTextFileSync(path, content);
    else Deno.writeFileSync(path, content);
  }
  return `${within}/${name}`;
}

/** With the names of parts that follow each other in their order, which rounding decides where they do the same. */
function inOrder(sentence: string): string {
  return sentence.replaceAll(
    /\d\.\d(?:, \d\.\d)* and \d\.\d/g,
    (names) => {
      const sorted = names.match(/\d\.\d/g)!.sort();
      return `${sorted.slice(0, -1).join(", ")} and ${sorted.at(-1)}`;
    },
  );
}

for (const [name, planted] of Object.entries(MODELS)) {
  const { way, circuit, shown = [], gamma = {}, alpha = {}, parts = {} } = planted;
  const isBlind = name === "half" || name === "bias";
  Deno.test(`runAtlas() says of planted/${name} what is planted, and nothing else`, () =>
    inFolder(async (folder) => {
      const model = folderOf(name, folder);
      const choice = { model, data: PLANTED.data, images: PLANTED.images, threads: 1 };
      await runAtlas(choice, { ...HOW, out: `${folder}/a` });
      const run = await openRun(`${folder}/a`);
      const { sentences = [] } = run.findings.findings[0]!;
      const tells = isBlind ? "does not tell negation here" : "tells negation";
      assertStringIncludes(sentences[0]!, `${name} ${tells}: the true sentence scores higher in `);
      const first = sentences.findIndex((said) => /^(?:Heads?|MLP|No single) /.test(said));
      const isOfBoth = (said: string) =>
        /^Understanding goes through|^Parts in series| only push/.test(said);
      const said = sentences.slice(first).filter((said) => !isOfBoth(said)).join(". ");
      const valuesIn = (start: RegExp) =>
        Object.fromEntries(
          [...(sentences.find((said) => start.test(said)) ?? "")
            .matchAll(/(MLP \d|\d\.\d)(?: only pushes.*)? \((?:alpha )?(-?\d\.\d\d)/g)]
            .map(([, part, value]) => [part, Number(value)]),
        );
      assertEquals(valuesIn(/^Understanding goes through/), gamma);
      assertEquals(valuesIn(/ only push/), alpha);
      const count = circuit?.match(/\d\.\d|MLP/g)?.length;
      const expected = [
        ...way,
        ...shown,
        ...circuit === undefined ? ["No small set of parts was found that is enough"] : [
          `${count} of 20 parts, ${circuit}, ${
            count === 1 ? "is" : "are"
          } enough in the rows it has right: chosen on other nouns, 1 of d`,
        ],
        "Whether these parts respond to the negator or to any determiner is not known: no control with another determiner was run",
      ];
      const found = inOrder(said).replaceAll(/1\.0\d(?: \(1\.0\d to 1\.0\d\))?/g, "1")
        .replaceAll(/(?<=restores |away -?|most |one )0\.0\d/g, "0");
      const sorted = (said: readonly string[]) => said.toSorted(); // pairs that do the same stand in any order
      assertEquals(sorted(found.split(". ")), sorted(expected));
      for (const negation of ["foil", "caption"]) {
        for (const [part, cells] of Object.entries(parts)) {
          const rows = run.rows(ATLAS).filter((row) =>
            row["negation"] === negation && row["part"] === part
          );
          const all = Object.assign(
            {},
            ...rows.map(({ method, value, at, by }) => (
              { [`${method}`]: value, [`${method}_at`]: at, [`${method}_by`]: by }
            )),
          ) as Cells;
          const found = Object.keys(cells).map((column) => [column, rounded(all[column])]);
          assertEquals(Object.fromEntries(found), cells, `${negation} ${part}`);
        }
      }
      const { description } = JSON.parse(
        Deno.readTextFileSync(`${folder}/a/circuit_picture.vl.json`),
      );
      const drawn = [...description.matchAll(/: \d+ of \d+ parts: ([^;]*);/g)]
        .map(([, named]) => named.match(/\d\.\d(?= at)|MLP \d/g)!.sort().join(", "));
      const members = circuit?.replace(" and ", ", ");
      if (members !== undefined) assertEquals(drawn, [members, members]);
    }));
}

function rounded(cell: TableCell): TableCell {
  return typeof cell === "number" ? Math.round(cell * 100) / 100 + 0 : cell;
}

Deno.test("runAtlas() goes on where it stopped, and keeps what is finished", () =>
  inFolder(async (folder) => {
    const out = `${folder}/atlas`;
    const choice = { model: "planted/decoy", limit: 24 } as const;
    const stopped = new Error("stopped");
    const bar = (label: string) => {
      if (label.includes("paths")) throw stopped;
      return { report: () => {}, [Symbol.dispose]: () => {} };
    };
    const inOrder = { ...choice, threads: 1 }; // the later call runs parts side by side
    await runAtlas(inOrder, { ...HOW, out, bar }).then(
      () => assert(false, "it must stop"),
      (error) => assertEquals(error, stopped),
    );
    const before = Deno.statSync(`${out}/knockout/knockout_summary.csv`).mtime;
    assertEquals(namesIn(out).includes("atlas.csv"), false);
    const done = await runAtlas(choice, { ...HOW, out });
    assertEquals(Deno.statSync(`${out}/knockout/knockout_summary.csv`).mtime, before);
    assertEquals(done!.text, Deno.readTextFileSync(`${out}/summary.txt`));
    const written = [
      "atlas.csv",
      "parts.json",
      ...ATLAS_PARTS.charts.map((name) => `${name}.vl.json`),
    ];
    assertEquals(written.filter((file) => !namesIn(out).includes(file)), []);

    const times = () => filesBelow(out).map((name) => Deno.statSync(`${out}/${name}`).mtime);
    const finished = times();
    const again = await runAtlas(choice, { ...HOW, out });
    assertStringIncludes(again!.text, "This run is finished already");
    assertEquals(times(), finished);
  }));

Deno.test("runAtlas() takes over what the control shows, which runs unasked, and is refused where it ran with others", () =>
  inFolder(async (folder) => {
    const out = `${folder}/atlas`;
    const choice = { limit: 24, threads: 1 } as const;
    const { control: _, ...how } = HOW;
    await runAtlas(choice, { ...how, out });
    const rowsOf = (file: string) => readCsvRows(Deno.readTextFileSync(`${out}/${file}`), file);
    const inAtlas = (column: string) =>
      rowsOf("atlas.csv").find((row) =>
        row.text("negation") === "foil" && row.text("part") === "head 1.2" &&
        row.text("method") === "knockout"
      )!.optional(column);
    const source = rowsOf("knockout/knockout_summary.csv").find((row) =>
      row.text("negation") === "foil" && row.text("segment") === "all" &&
      row.optional("layer") === "1" && row.optional("head") === "2"
    )!;
    assertEquals(inAtlas("control"), "determiner");
    assertEquals(inAtlas("specific"), source.optional("specific"));
    assertEquals(inAtlas("value"), source.optional("share"));
    const said = await Deno.readTextFile(`${out}/findings.json`);
    assertEquals(said.includes("is not known: no control"), false);
    const other = { ...how, out, control: ["random"] } as const;
    await assertRejectsCode(() => runAtlas(choice, other), "folder-taken: control");
  }));
