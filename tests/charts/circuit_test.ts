import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { circuitPicture } from "../../lib/charts/circuit/picture.ts";
import type { PicturePart, PicturePath, PictureSide } from "../../lib/charts/circuit/sides.ts";
import type { ChartSpec } from "../../lib/charts/spec.ts";
import { pictureFont } from "../../lib/draw/layout.ts";
import { assertThrowsCode } from "../error_codes.ts";
import { assertSpec, SOURCES, titleAt, valueAt } from "./fixtures.ts";
import { generatedSides, ROLES_OF_ROWS } from "./generated_circuits.ts";

type Drawn = Readonly<Record<string, number & string>>;
type Layer = {
  readonly mark: Readonly<Record<string, unknown>>;
  readonly data: { readonly values: readonly Drawn[] };
};

const EM = 11; // the font size of a screen

/** What a panel of a chart shows, in ems. */
function shownIn(spec: ChartSpec, panel = 0) {
  const layers = valueAt(spec, `concat.${panel}.layer`) as readonly Layer[];
  const ofType = (type: string) => layers.filter(({ mark }) => mark["type"] === type);
  const values = (found: readonly Layer[]) => found.flatMap(({ data }) => data.values);
  const [bands, ...boxes] = ofType("rect");
  const [marks, heads] = ofType("point");
  const texts = ofType("text");
  const labels = texts.find(({ data }) => data.values.some(({ label }) => label === "score"))!;
  return {
    width: (valueAt(spec, `concat.${panel}.width`) as number) / EM,
    height: (valueAt(spec, `concat.${panel}.height`) as number) / EM,
    bands: values([bands!]),
    boxLayers: boxes,
    marks: values([marks!]),
    heads: values([heads!]),
    ways: [...Map.groupBy(values(ofType("line")), ({ path }) => path!).values()],
    boxes: values(boxes).map((box) => {
      const label = labels.data.values.find(({ x, y }) =>
        x! > box["x1"]! && x! < box["x2"]! && y! > box["y1"]! && y! < box["y2"]!
      )!;
      const own = box as unknown as Edges & { readonly tip: string };
      return { ...own, label: `${label["label"]}`, middle: label["x"]! };
    }),
    texts: values(texts).map(({ label }) => `${label}`),
  };
}

const SIZES = [
  { layers: 4, heads: 4, parts: 5, paths: 6 },
  { layers: 12, heads: 12, parts: 20, paths: 30 },
  { layers: 2, heads: 16, parts: 34, paths: 30 },
  { layers: 12, heads: 12, parts: 0, paths: 0 },
];

const layerOf = (label: string, layers: number) =>
  label === "negator"
    ? 0
    : label === "score"
    ? layers + 1
    : Number(label.replace("MLP ", "").split(".")[0]);

type Edges = Readonly<Record<"x1" | "x2" | "y1" | "y2", number>>;

function isApart(a: Edges, b: Edges, by: number): boolean {
  return a.x2 + by < b.x1 || b.x2 + by < a.x1 || a.y2 + by < b.y1 || b.y2 + by < a.y1;
}

const ROUNDING = 0.011; // places are in hundredths of an em

for (const { parts, paths, ...size } of SIZES) {
  const name = `circuitPicture() of ${size.layers} x ${size.heads} with ${parts} parts`;
  const sides = generatedSides(size, { parts, paths });
  const spec = circuitPicture(sides, { ...size, roles: ROLES_OF_ROWS, title: "Circuit" });
  const shown = sides.map((side, i) => ({ ...shownIn(spec, i), side }));

  Deno.test(`${name}: boxes are within the picture and apart, and hold their labels`, async () => {
    const { textWidth: widthOf } = await pictureFont();
    for (const { boxes, width, height } of shown) {
      assertEquals(boxes.length, parts + 2);
      for (const [i, a] of boxes.entries()) {
        assert(a.x1 > 0 && a.x2 < width && a.y1 > 0 && a.y2 <= height + ROUNDING, a.label);
        const text = widthOf(a.label, { size: 1, bold: false });
        assert(text <= a.x2 - a.x1 - 0.4, `${a.label} is ${text} wide`);
        assertAlmostEquals(a.middle, (a.x1 + a.x2) / 2, ROUNDING);
        for (const b of boxes.slice(i + 1)) {
          assert(isApart(a, b, 0.5), `${a.label} and ${b.label}`);
        }
      }
    }
  });

  Deno.test(`${name}: a higher layer is higher, and a later role further right`, () => {
    for (const { boxes, side } of shown) {
      const roleOf = new Map(side.parts.map(({ layer, head, role }) => [
        head === undefined ? `MLP ${layer}` : `${layer}.${head}`,
        ROLES_OF_ROWS.indexOf(role as typeof ROLES_OF_ROWS[number]),
      ]));
      roleOf.set("negator", 0).set("score", ROLES_OF_ROWS.length - 1);
      for (const a of boxes) {
        for (const b of boxes) {
          const [low, high] = [a, b].map(({ label }) => layerOf(label, size.layers));
          if (low! < high!) assert(a.y2 < b.y1, `${a.label} below ${b.label}`);
          if (roleOf.get(a.label)! < roleOf.get(b.label)!) {
            assert(a.x2 < b.x1, `${a.label} left of ${b.label}`);
          }
        }
      }
    }
  });

  Deno.test(`${name}: each arrow leads upwards from its sender's upper edge to its receiver's lower edge, past all boxes`, () => {
    for (const { boxes, ways, heads, side } of shown) {
      assertEquals(ways.length, side.paths.length);
      assertEquals(heads.length, side.paths.length);
      const boxOf = new Map(boxes.map((box) => [box.label, box]));
      for (const [i, way] of ways.entries()) {
        const [tip] = way.map(({ tip }) => tip).filter((tip) => tip !== undefined);
        const [, from, to] = /^(.+) → (MLP \d+|\S+?):? /.exec(tip!)!;
        const [sender, receiver] = [boxOf.get(from!)!, boxOf.get(to!)!];
        const [start, end, head] = [way[0]!, way.at(-1)!, heads[i]!];
        assertAlmostEquals(start["y"]!, sender.y2, ROUNDING);
        assert(start["x"]! > sender.x1 && start["x"]! < sender.x2);
        assertEquals(head["tip"], tip);
        assertAlmostEquals(head["y"]! + head["head"]! / 2, receiver.y1, ROUNDING);
        assert(head["x"]! > receiver.x1 && head["x"]! < receiver.x2);
        assertEquals(end["x"], head["x"]); // the line ends within its head
        assert(Math.abs(end["y"]! - head["y"]!) < head["head"]! / 2);
        for (let j = 1; j < way.length; j++) {
          const [a, b] = [way[j - 1]!, way[j]!];
          assert(a["y"]! <= b["y"]!, tip);
          for (const box of boxes) {
            for (const t of [0, 0.25, 0.5, 0.75, 1]) {
              const x = a["x"]! + t * (b["x"]! - a["x"]!);
              const y = a["y"]! + t * (b["y"]! - a["y"]!);
              const isWithin = x > box.x1 && x < box.x2 && y > box.y1 + 0.01 && y < box.y2 - 0.02;
              assert(!isWithin, `${tip} through ${box.label}`);
            }
          }
        }
      }
    }
  });

  Deno.test(`${name}: widths are in proportion to shares, but for the thinnest, and each has its sign`, () => {
    const most = Math.max(0, ...sides.flatMap(({ paths }) => paths.map(({ share }) => share)));
    for (const { ways, side } of shown) {
      const sizes = ways.map(([first]) => first!["size"]!);
      const shares = side.paths.map(({ share }) => share)
        .sort((a, b) => Math.abs(b) - Math.abs(a));
      shares.forEach((share, i) => {
        const thinnest = most / 6;
        assertAlmostEquals(sizes[i]!, Math.max(Math.abs(share), thinnest), 1e-5);
        assertEquals(ways[i]![0]!["sign"], (share < 0 ? "below 0" : "above 0") as never);
      });
    }
  });

  Deno.test(`${name}: every part is a box or a small mark with its numbers, apart from all others`, () => {
    for (const { boxes, marks, side } of shown) {
      const tips = [...boxes, ...marks].map(({ tip }) => `${tip}`);
      const expected = side.parts.map(({ tip }) => tip);
      assertEquals(tips.filter((tip) => tip.startsWith("part ")).sort(), expected.sort());
      for (const [i, a] of marks.entries()) {
        for (const b of [...marks.slice(i + 1)]) {
          assert(Math.hypot(a["x"]! - b["x"]!, a["y"]! - b["y"]!) > 0.4);
        }
        for (const box of boxes) {
          const [x, y] = [a["x"]!, a["y"]!];
          assert(isApart({ x1: x, x2: x, y1: y, y2: y }, box, 0.15), box.label);
        }
      }
    }
  });
}

const ROLE_OF = { "1.2": "subject_first", "2.1": "full_stop", "3.3": "eot" } as const;

function part(layer: number, head: number | undefined, more: Partial<PicturePart>): PicturePart {
  return { layer, head, role: "eot", share: 0, inCircuit: false, tip: `${layer}.${head}`, ...more };
}

const RELAY: readonly PicturePath[] = [
  { from: "negator", to: { layer: 1, head: 2 }, by: "all", share: 1 },
  { from: { layer: 1, head: 2 }, to: { layer: 3, head: 3 }, by: "values", share: 0.5, low: 0.4 },
  { from: { layer: 3, head: 3 }, to: "score", by: "direct", share: -0.25, low: -0.5, high: -0.1 },
];

const PARTS = [
  part(1, 2, { role: ROLE_OF["1.2"], share: 0.75, inCircuit: true }),
  part(2, 1, { role: ROLE_OF["2.1"] }),
  part(2, undefined, { share: 0.1, inCircuit: true, isSpecific: false }),
  part(3, 3, { share: -0.25 }), // at the end of a path, but outside the circuit
];

function relay(
  paths = RELAY,
  parts = PARTS,
  { pairs = [], ...more }: Pick<PictureSide, "pairs"> & { about?: string; subtitle?: string } = {},
) {
  return circuitPicture([{ title: "foil-negated (n = 40)", parts, paths, pairs }], {
    ...{ layers: 3, heads: 3, title: "Circuit", subtitle: "of a model" },
    ...{ sources: SOURCES, roles: ROLES_OF_ROWS },
    ...more,
  });
}

Deno.test("circuitPicture() makes the committed spec", () => {
  assertSpec(relay(), "circuit_picture");
});

Deno.test("circuitPicture() says below its title and in its caption what dashed and grey outlines mean, if it has any", () => {
  const notes =
    "dashed outline: in the circuit, but not beyond their controls; grey outline: outside the circuit, at the end of a path";
  assertEquals(titleAt(relay(), "title.subtitle"), ["of a model", notes]);
  const plain = relay([], PARTS.slice(0, 2));
  assertEquals(titleAt(plain, "title.subtitle"), "of a model");
  const captioned = relay([], PARTS.slice(0, 3), { about: "A circuit", subtitle: "" });
  const caption = "A circuit. Dashed outline: in the circuit, but not beyond their controls.";
  assertEquals(valueAt(captioned, "usermeta.negscope.caption"), caption);
});

Deno.test("circuitPicture() joins the parts of a pair by a dotted line, below boxes side by side, and says what it means", () => {
  const pairOf = (parts: readonly PicturePart[], by: "and" | "or") =>
    relay(RELAY, PARTS, { pairs: [{ parts, by, tip: "a pair" }] });
  const [first, second, , last] = PARTS as [PicturePart, PicturePart, PicturePart, PicturePart];
  const apart = pairOf([first, last], "or");
  assert(shownIn(apart).texts.includes("or"));
  assertStringIncludes(apart.description, "; a pair");
  const note = "dotted line: count only together (&), or either is enough (or)";
  assertStringIncludes(`${titleAt(apart, "title.subtitle")}`, note);
  const beside = pairOf([second, { ...second, layer: 2, head: undefined }], "and");
  assert(shownIn(beside).texts.includes("&"));
  const pointsOf = (spec: typeof apart) =>
    [...JSON.stringify(spec).matchAll(/"pair":0,"step":\d,"x":([\d.]+),"y":([\d.]+)/g)]
      .map(([, x, y]) => [Number(x), Number(y)] as const);
  assertEquals(pointsOf(apart).length, 2);
  const [from, low, , to] = pointsOf(beside);
  assertEquals([from![1], from![0]], [to![1], low![0]]);
  assert(low![1] < from![1]);
});

Deno.test("circuitPicture() writes a letter beside the arrows into queries, keys and values, in this order", () => {
  const into = (by: PicturePath["by"], share: number): PicturePath => (
    { from: { layer: 1, head: 2 }, to: { layer: 3, head: 3 }, by, share }
  );
  const spec = relay([into("values", 1), into("queries", 0.5), into("keys", 0.2)]);
  const { texts, heads } = shownIn(spec);
  assertEquals(texts.filter((text) => /^[qkv]$/.test(text)), ["q", "k", "v"]);
  const [values, queries, keys] = heads.map(({ x }) => x!);
  assert(queries! < keys! && keys! < values!);
});

Deno.test("circuitPicture() tells the numbers of a path at the pointer, if it is given no other text", () => {
  const [first, second, third] =
    shownIn(relay([{ ...RELAY[0]!, tip: "no → 1.2" }, RELAY[1]!, RELAY[2]!])).heads;
  assertEquals(`${first!["tip"]}`, "no → 1.2");
  assertEquals(`${second!["tip"]}`, "1.2 → 3.3 by its values: share 0.5"); // half an interval is none
  assertEquals(`${third!["tip"]}`, "3.3 → score directly: share −0.25 [−0.5, −0.1]");
});

Deno.test("circuitPicture() says that no part is named, and that there are no rows", () => {
  const none = relay([], [part(1, 1, {})]);
  assertStringIncludes(none.description, "foil-negated (n = 40): no part is named.");
  assert(shownIn(none).texts.includes("no part is named"));
  const empty = circuitPicture([], { layers: 0, heads: 0, roles: [], title: "Circuit" });
  assertStringIncludes(empty.description, "no rows to draw");
});

Deno.test("circuitPicture() refuses a path whose end is no part of the side, or that leads to no later block", () => {
  const unknown = assertThrowsCode(() => relay(RELAY, PARTS.slice(1)), "name-unknown");
  assertStringIncludes(unknown.message, 'Cannot draw a path of part "1.2": the nearest are "2.1"');
  const path = { ...RELAY[1]!, from: { layer: 3, head: 3 }, to: { layer: 1, head: 2 } };
  const said = 'Cannot draw path "3.3 → 1.2 by its values": expected a path to a later block';
  assertThrowsCode(() => relay([path]), "value-wrong", said);
});
