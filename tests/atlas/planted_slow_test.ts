/** What an atlas says of models whose circuit is planted: its sentences, its parts and its picture are those of data/planted/README.md. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { runAtlas } from "../../lib/atlas/atlas.ts";
import { ATLAS_PARTS } from "../../lib/atlas/parts.ts";
import { SCREEN } from "../../lib/charts/venues.ts";
import type { TableCell } from "../../lib/tables/table.ts";
import { readCsvRows } from "../../lib/tables/csv_row.ts";
import { assertRejectsCode } from "../error_codes.ts";
import { filesBelow } from "../paper/files_below.ts";
import { inFolder, namesIn } from "../scripts/task_process.ts";

const HOW = { pictures: { formats: [], preset: SCREEN }, cache: false, control: [] } as const;

type Cells = Readonly<Record<string, TableCell>>;

/** What must be said of a model. */
interface Planted {
  /** The circuit, in the order of layers; undefined if none is small. */
  readonly circuit: string | undefined;
  /** What the second sentence says of both sides, without intervals; an X for each head whose order rounding decides. */
  readonly way: string;
  /** Reasons of disagreements by part; other parts have none. */
  readonly reasons: Readonly<Record<string, readonly string[]>>;
  /** Columns of atlas.csv of some parts, to two digits. */
  readonly parts: Readonly<Record<string, Cells>>;
}

const RELAY_WAY = "it goes no -> 1.2 -> 3.3 -> score by 3.3";

const RELAY_REASONS = {
  "head 1.2": ["acts at an earlier token"],
  "head 3.3": ["reads what an earlier part moved"],
};

const FIRST = {
  ...{ attend: 1, knockout: 1, ablate: 2, direct: 0, total: 1, role: "subject_first" },
  ...{ path_out: 1, path_out_to: "3.3", path_out_by: "values" },
};

const LAST = {
  ...{ attend: 0, knockout: 0, ablate: 2, direct: 1, total: 1, role: "eot" },
  ...{ path_in: 1, path_in_from: "1.2", path_in_by: "values", path_out: 1, path_out_to: "score" },
};

const RELAY: Planted = {
  circuit: "1.2, 3.3",
  way: RELAY_WAY,
  reasons: RELAY_REASONS,
  parts: { "head 1.2": FIRST, "head 3.3": LAST },
};

const MODELS: Readonly<Record<string, Planted>> = {
  relay: RELAY,
  decoy: {
    ...RELAY,
    reasons: { ...RELAY_REASONS, "head 2.1": ["looks without writing"] },
    parts: { ...RELAY.parts, "head 2.1": { attend: 1, knockout: 0, ablate: 0, total: 0 } },
  },
  backup: {
    ...RELAY,
    reasons: {
      ...RELAY_REASONS,
      "head 1.2": ["another part stands in", "acts at an earlier token"],
    },
    parts: { "head 1.2": { ...FIRST, knockout: 0, ablate: 1 }, "head 3.3": LAST },
  },
  and: {
    circuit: "2.1, 2.3, mlp 2",
    way:
      "it is written into the score by mlp 2, which no path by queries, keys or values alone reaches",
    reasons: {
      "head 2.1": ["counts only with another part"],
      "head 2.3": ["counts only with another part"],
    },
    parts: {
      "head 2.1": { attend: 1, knockout: 1, ablate: 1, direct: 0, total: 0, role: undefined },
      "mlp 2": { attend: undefined, ablate: 2, direct: 1, total: 1, role: "eot" },
    },
  },
  both: {
    circuit: "2.1, 2.3",
    way:
      "it is written into the score by 2.1 and 2.3, which no path by queries, keys or values alone reaches",
    reasons: {},
    parts: { "head 2.3": { attend: 1, knockout: 0.5, ablate: 1, direct: 0.5, total: 0.5 } },
  },
  opposed: {
    circuit: "1.2, 2.1, 2.2, 3.3",
    way:
      `${RELAY_WAY}, while 2.1 writes it too, which no path by queries, keys or values alone reaches, and 2.2 takes away from it`,
    reasons: RELAY_REASONS,
    parts: {
      "head 1.2": { attend: 1, knockout: 1, ablate: 2, direct: 0, total: 1 },
      "head 2.1": { attend: 1, direct: 2, total: 1.99 },
      "head 2.2": { attend: 1, direct: -2, total: -1.99 },
    },
  },
  spread: {
    circuit: undefined,
    way:
      "it goes no -> X, X, X and 5 more -> score by X and 7 more, while X and 23 more write it too, which no path by queries, keys or values alone reaches",
    reasons: {},
    parts: { "head 2.2": { attend: 1, knockout: 0.03, ablate: 0.06, direct: 0.03, total: 0.03 } },
  },
};

for (const [model, { circuit, way, reasons, parts }] of Object.entries(MODELS)) {
  Deno.test(`runAtlas() says of planted/${model} what is planted`, () =>
    inFolder(async (folder) => {
      const done = await runAtlas({ model: `planted/${model}` }, { ...HOW, out: `${folder}/a` });
      const { sentences: [tells, where, left], tables } = done!;
      assert(tells.startsWith(`planted/${model} tells negation: `), tells);
      assertStringIncludes(tells, "1.00 (0.86 to 1.00) of 48 rows");
      const [ofCircuit, ofSides] = where.replaceAll(/ \(-?\d\.\d+, [^)]*\)/g, "").split("; ");
      assertEquals(
        ofCircuit,
        circuit === undefined
          ? "No small set of parts was found that is enough for d"
          : `${
            circuit.split(", ").length
          } of 20 parts bring about 1.00 (1.00 to 1.00) of d: ${circuit}`,
      );
      const said = ofSides!.split(" ").length;
      assert(said <= 60, `${said} words`);
      const names = way.includes("X") ? ofSides!.replaceAll(/\b\d\.\d\b/g, "X") : ofSides;
      assertEquals(names, `on both sides, ${way}`);
      assertStringIncludes(left, "No control was run");
      assertStringIncludes(
        left,
        circuit === undefined
          ? "is not known without a circuit"
          : "leaves nothing of d unexplained",
      );
      const [atlas, agreement, disagreements] = tables as [
        typeof tables[number],
        typeof tables[number],
        typeof tables[number],
      ];
      for (const negation of ["foil", "caption"]) {
        for (const [part, cells] of Object.entries(parts)) {
          const row = atlas.rows.find((row) =>
            row["negation"] === negation && row["part"] === part
          )!;
          const found = Object.keys(cells).map((column) => [column, rounded(row[column])]);
          assertEquals(Object.fromEntries(found), cells, `${negation} ${part}`);
        }
        const ofSide = disagreements.rows.filter((row) => row["negation"] === negation);
        const said = Map.groupBy(ofSide, (row) => row["part"]);
        assertEquals(
          Object.fromEntries([...said].map((
            [part, rows],
          ) => [part, [...new Set(rows.map(({ reason }) => reason))].sort()])),
          Object.fromEntries(
            Object.entries(reasons).map(([part, reasons]) => [part, reasons.toSorted()]),
          ),
        );
      }
      assertEquals(agreement.rows.length, 20, "each two of five methods on two sides");
      const { description } = JSON.parse(
        Deno.readTextFileSync(`${folder}/a/circuit_picture.vl.json`),
      );
      const drawn = [...description.matchAll(/-negated: \d+ of \d+ parts: ([^;]*);/g)]
        .map(([, named]) => named.match(/\d\.\d(?= at)|MLP \d/g)!.sort().join(", ").toLowerCase());
      if (circuit !== undefined) assertEquals(drawn, [circuit, circuit]);
    }));
}

function rounded(cell: TableCell): TableCell {
  return typeof cell === "number" ? Math.round(cell * 100) / 100 + 0 : cell;
}

Deno.test("runAtlas() goes on where it stopped, keeps what is finished, and has the values of the parts' tables", () =>
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
    assertEquals(ATLAS_PARTS.files.filter((file) => !namesIn(out).includes(file)), []);

    const csv = (name: string) => readCsvRows(Deno.readTextFileSync(`${out}/${name}`), name);
    const of = (name: string, where: Readonly<Record<string, string>>) =>
      csv(name).find((row) =>
        Object.entries(where).every(([column, cell]) => (row.optional(column) ?? "") === cell)
      )!;
    const head = { negation: "caption", layer: "1", head: "2" };
    const row = of("atlas.csv", head);
    const all = { ...head, segment: "all" };
    const knocked = of("knockout/knockout_summary.csv", all);
    assertEquals(row.number("knockout"), knocked.number("specific_share"));
    assertEquals(row.number("knockout_low"), knocked.number("specific_share_low"));
    assertEquals(
      row.number("knockout_simultaneous_high"),
      knocked.number("specific_simultaneous_high"),
    );
    const total = of("paths/nodes_summary.csv", { ...all, role: "subject_first" });
    assertEquals(row.number("total"), total.number("share"));
    assertEquals(
      row.number("direct_high"),
      of("attribute/attribution_summary.csv", all).number("net_share_high"),
    );
    assertEquals(
      row.number("attend"),
      of("attend/heads.csv", head).number("above_baseline"),
    );

    const times = () => filesBelow(out).map((name) => Deno.statSync(`${out}/${name}`).mtime);
    const finished = times();
    assertEquals(row.has("knockout_control"), false);
    const again = await runAtlas(choice, { ...HOW, out });
    assertStringIncludes(again!.text, "This run is finished already");
    assertEquals(times(), finished);
  }));

Deno.test("runAtlas() takes over what controls show, says which parts are beyond them, and is refused where it ran with others", () =>
  inFolder(async (folder) => {
    const out = `${folder}/atlas`;
    const choice = { model: "planted/relay", limit: 24 } as const;
    const control = ["determiner", "random"] as const;
    const done = await runAtlas(choice, { ...HOW, out, control });
    const csv = (name: string) => readCsvRows(Deno.readTextFileSync(`${out}/${name}`), name);
    const ofHead = (row: { optional(column: string): string | undefined }) =>
      row.optional("negation") === "foil" && row.optional("layer") === "1" &&
      row.optional("head") === "2" && (row.optional("segment") ?? "all") === "all";
    const row = csv("atlas.csv").find(ofHead)!;
    const sources = [
      ["attend", "attend/heads.csv", "above_baseline"],
      ["knockout", "knockout/knockout_summary.csv", "share"],
      ["ablate", "ablate/ablation_summary.csv", "share"],
      ["direct", "attribute/attribution_summary.csv", "share"],
    ] as const;
    for (const [method, file, stem] of sources) {
      const source = csv(file).find(ofHead)!;
      for (const end of ["_control", "_beyond", "_beyond_low", "_beyond_high"]) {
        assertEquals(row.number(`${method}_share${end}`), source.number(`${stem}${end}`));
      }
      assertEquals(row.optional(`${method}_control`), source.optional("control"));
      assertEquals(row.optional(`${method}_specific`), source.optional("specific"));
    }
    const node = csv("paths/nodes_summary.csv").find((row) =>
      ofHead(row) && row.optional("role") === "subject_first"
    )!;
    assertEquals(row.optional("role"), "subject_first");
    assertEquals(row.number("total_share_control"), node.number("share_control"));
    assertEquals(row.optional("total_control"), node.optional("control"));
    assertEquals(row.optional("total_specific"), node.optional("specific"));
    assertStringIncludes(
      done!.sentences[2],
      "Of the parts named by attend, knock-out, ablate, direct or total, 1.2 and 3.3 (of 2) on both sides lie beyond the control",
    );
    await assertRejectsCode(() => runAtlas(choice, { ...HOW, out }), "folder-taken", "control");
  }));
