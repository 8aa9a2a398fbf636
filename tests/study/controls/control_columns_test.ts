import { assertEquals } from "@std/assert";
import type { Control } from "../../../lib/study/controls/control.ts";
import { withAllControls } from "../../../lib/study/controls/control_columns.ts";
import { HEAD, LAYER, NEGATION } from "../../../lib/study/columns.ts";
import { effect } from "../../../lib/study/effects/estimate_columns.ts";
import { fillTable, table } from "../../../lib/tables/schema.ts";
import type { AnyTable } from "../../../lib/tables/table.ts";

const EFFECT = effect("mean_effect", "", "An effect.", { control: "" });
const SCHEMA = table("parts", "A part.", {
  negation: NEGATION,
  layer: LAYER,
  head: HEAD,
  ...EFFECT.columns,
});

/** Heads of a layer with their shares, whose simultaneous intervals reach so far to each side. */
function heads(shares: readonly (number | undefined)[], reach: number): AnyTable {
  return fillTable(
    SCHEMA,
    shares.map((estimate, i) => {
      const bounds = {
        estimate,
        low: estimate === undefined ? undefined : estimate - reach,
        high: estimate === undefined ? undefined : estimate + reach,
      };
      const mean = { estimate: 1, low: 1, high: 1 };
      const share = { ...bounds, low: estimate, high: estimate }; // shorter: not what is compared
      const cells = EFFECT.cells({ ...mean, n: 9, share, simultaneous: bounds });
      return { negation: "foil" as const, layer: 1, head: i + 1, ...cells };
    }),
  );
}

function cellsWith(
  main: AnyTable,
  controls: Readonly<Partial<Record<Control, AnyTable[]>>>,
  isStill = false,
) {
  const runs = Object.entries(controls).map(([control, tables]) =>
    [control as Control, {
      runs: tables.map((parts) => ({ parts })),
      isStill: () => isStill,
    }] as const
  );
  const tables = withAllControls({ parts: main } as Record<string, AnyTable>, new Map(runs));
  return {
    cells: tables["parts"]!.rows.map((
      { control, share_control, specific },
    ) => [control, share_control, specific]),
    all: tables["partsControls"]!,
    low: tables["parts"]!.rows.map(({ share_control_low }) => share_control_low),
  };
}

Deno.test("a line is specific if its interval lies beyond that of its control and beyond 0", () => {
  const main = heads([0.5, 0.5, 0.5, -0.5, -0.5, 0.05, 0], 0.1);
  const control = heads([0.2, 0.31, 0.9, -0.2, 0.2, -0.5, 0], 0.1);
  const { cells } = cellsWith(main, { determiner: [control] });
  assertEquals(cells.map(([, , specific]) => specific), [
    "yes", // .4 is above .3
    "no", // but not above .41
    "no", // nor above 1
    "yes", // -.4 is below -.3
    "yes", // and below 0, where the control is above 0
    "no", // its interval has 0
    "no",
  ]);
});

Deno.test("of several controls the nearest counts, another image only alone", () => {
  const main = heads([0.5], 0.1);
  const [far, near, equal] = [0, 0.25, 0.5].map((share) => [heads([share], 0.1)]);
  const both = cellsWith(main, { image: equal!, determiner: far!, random: near! });
  assertEquals(both.cells, [["random", 0.25, "yes"]]);
  assertEquals(both.all.rows.map(({ control, specific }) => [control, specific]), [
    ["image", "no"],
    ["determiner", "yes"],
    ["random", "yes"],
  ]);
  assertEquals(cellsWith(main, { image: equal! }).cells, [["image", 0.5, "no"]]);
});

Deno.test("a control that a line is not beyond counts before one of which that is unknown", () => {
  const main = heads([0.5], 0.1);
  const [unknown, equal, far] = [undefined, 0.5, 0].map((share) => [heads([share], 0.1)]);
  assertEquals(cellsWith(main, { determiner: unknown!, random: equal! }).cells, [
    ["random", 0.5, "no"],
  ]);
  assertEquals(cellsWith(main, { determiner: unknown!, random: far! }).cells, [
    ["determiner", undefined, undefined],
  ]);
});

Deno.test("a control that changes no score shows 0, and one of unknown share nothing", () => {
  const main = heads([0.5], 0.1);
  const still = cellsWith(main, { determiner: [heads([undefined], 0)] }, true);
  assertEquals(still.cells, [["determiner", 0, "yes"]]);
  const unknown = cellsWith(main, { determiner: [heads([undefined], 0)] });
  assertEquals(unknown.cells, [["determiner", undefined, undefined]]);
});

Deno.test("random towers stand for all parts of a kind: one must have twice their largest share", () => {
  const main = heads([0.9, -0.9, 0.8], 0.05);
  const towers = [[0, 0.2, 0], [0.1, 0.3, 0], [0.2, -0.4, 0]].map((shares) => heads(shares, 9));
  const { cells, low } = cellsWith(main, { random: towers });
  assertEquals(cells, [
    ["random", 0.4, "yes"],
    ["random", 0.4, "yes"],
    ["random", 0.4, "no"], // .75 is not above .8
  ]);
  assertEquals(low, [-0.8, -0.8, -0.8]);
});

Deno.test("without a controlled estimate a table stays as it is", () => {
  const plain = fillTable(table("plain", "A part.", { layer: LAYER }), [{ layer: 1 }]);
  const tables = { plain } as Record<string, AnyTable>;
  assertEquals(
    withAllControls(tables, new Map([["image", { runs: [tables], isStill: () => false }]])),
    tables,
  );
  assertEquals(withAllControls(tables, new Map()), tables);
});
