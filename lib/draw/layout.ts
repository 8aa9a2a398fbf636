/** A chart laid out by Vega, with its text measured in the font that it is drawn in, and where its marks, texts and titles were placed. */

import { Buffer } from "node:buffer";
import type { View } from "vega";
import { NegscopeError, readingFailure, wrongValue } from "../errors/errors.ts";
import { fetchKitFiles, kitPath } from "../files/kit_files.ts";
import { MOST_BYTES, readBytes } from "../files/read_file.ts";

type TextWidth = (
  text: string,
  style: { readonly size: number; readonly bold: boolean },
) => number;

export interface PictureFont {
  readonly family: string;
  readonly faces: { readonly regular: Uint8Array; readonly bold: Uint8Array };
  readonly has: (letter: string) => boolean;
  readonly textWidth: TextWidth;
}

const opened = new Map<string, Promise<PictureFont>>();

/** The font of a picture: that of a file, or the shipped one. Each is read once. */
export function pictureFont(file = ""): Promise<PictureFont> {
  return opened.getOrInsertComputed(file, async () => {
    if (file !== "") return givenFont(file);
    const folder = await fetchKitFiles(kitPath("lib/draw/fonts"));
    const regular = await readFace(`${folder}/DejaVuSans.ttf`);
    const font = fontOf(regular, await readFace(`${folder}/DejaVuSans-Bold.ttf`));
    return { ...font, has: () => true }; // a letter that it lacks is drawn as a box
  });
}

async function givenFont(file: string): Promise<PictureFont> {
  try {
    const face = await readFace(file);
    return fontOf(face, face);
  } catch (cause) {
    throw wrongValue(
      "draw text in font",
      file,
      "the file of a TrueType or OpenType font (.ttf, .otf)",
      { reason: readingFailure(cause) },
    );
  }
}

type Face = Awaited<ReturnType<typeof readFace>>;

async function readFace(file: string) {
  const bytes = await readBytes(file, MOST_BYTES.own);
  const { create } = await import("fontkitten");
  const font = create(Buffer.from(bytes));
  if (font.isCollection) throw new Error("it is a collection of fonts");
  return { bytes, font };
}

function fontOf(regular: Face, bold: Face): PictureFont {
  const [regularEms, boldEms] = [emsOf(regular), emsOf(bold)];
  return {
    family: regular.font.familyName,
    faces: { regular: regular.bytes, bold: bold.bytes },
    has: (letter) => regular.font.hasGlyphForCodePoint(letter.codePointAt(0)!),
    textWidth: (text, { size, bold }) => {
      const emsOfLetter = bold ? boldEms : regularEms;
      return [...text].reduce((ems, letter) => ems + emsOfLetter(letter), 0) * size;
    },
  };
}

function emsOf({ font }: Face): (letter: string) => number {
  const known = new Map<string, number>();
  return (letter) =>
    known.getOrInsertComputed(
      letter,
      () => font.glyphForCodePoint(letter.codePointAt(0)!).advanceWidth / font.unitsPerEm,
    );
}

type Vega = typeof import("vega");

const LONGEST_WARNING = 300; // letters

/** Lays a chart out. Vega is loaded at the first call, not with this module. */
export async function layOut(spec: object, config: object): Promise<View> {
  const [vega, { compile }] = await Promise.all([loadVega(), import("vega-lite")]);
  const warnings: string[] = [];
  // if warnings and errors were thrown here, they would be lost in Vega's own promises
  const logger = vega.logger(
    vega.Warn,
    undefined,
    (_, __, words) => warnings.push(Array.from(words).join(" ")),
  );
  const own = structuredClone(spec) as Parameters<typeof compile>[0]; // Vega marks the rows of data that it reads
  const lowered = understood(() => compile(own, { config, logger }).spec);
  const data = [...partsOf(lowered as VegaPart)].flatMap(({ data = [] }) => data);
  const loaded = data.find((own) => "url" in own)?.name;
  if (loaded !== undefined) {
    throw new NegscopeError("chart-invalid", {
      problem: `Cannot draw the chart as its data set "${loaded}" is loaded from elsewhere`,
      fix: "put the rows into the spec",
    });
  }
  const runtime = understood(() => vega.parse(lowered));
  const view = new vega.View(runtime, { renderer: "none", logger });
  await view.runAsync();
  if (warnings.length > 0) {
    throw new NegscopeError("chart-invalid", {
      problem: "Cannot draw the chart as Vega warns",
      reason: warnings[0]!.slice(0, LONGEST_WARNING),
      fix: "correct its spec or its table",
    });
  }
  return view;
}

function understood<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw new NegscopeError("chart-invalid", {
      problem: "Cannot draw the chart as it is no Vega-Lite spec",
      reason: readingFailure(cause),
      fix: "correct it, or repeat the run with --overwrite",
      cause,
    });
  }
}

let drawing: Promise<unknown> = Promise.resolve();

/** Draws a chart as SVG, one after the other, since Vega numbers gradients and clips with a counter that all views share. */
export function drawSvg(view: View): Promise<string> {
  const draw = async () => {
    (await loadVega()).resetSVGDefIds();
    return await view.toSVG();
  };
  const drawn = drawing.then(draw, draw);
  drawing = drawn;
  return drawn;
}

interface VegaPart {
  readonly data?: readonly { readonly name: string }[];
  readonly marks?: readonly VegaPart[];
}

function* partsOf(part: VegaPart): Generator<VegaPart> {
  yield part;
  for (const mark of part.marks ?? []) yield* partsOf(mark);
}

let loading: Promise<Vega> | undefined;

function loadVega(): Promise<Vega> {
  loading ??= Promise.all([import("vega"), pictureFont()]).then(([vega, { textWidth }]) => {
    const { textMetrics } = vega as unknown as { readonly textMetrics: { width: unknown } }; // absent from its types
    textMetrics.width = (item: SceneNode, text: unknown) => {
      const style = {
        size: item.fontSize ?? 11, // Vega's own default
        bold: item.fontWeight === "bold" || Number(item.fontWeight) >= 600,
      };
      const width = (givenFonts.get(item.font ?? "") ?? textWidth)(`${text ?? ""}`, style);
      return item.limit ? Math.min(width, item.limit) : width;
    };
    return vega;
  });
  return loading;
}

export const givenFonts = new Map<string, TextWidth>();

interface Box {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** A mark, or an item of a mark; the items of a group are marks. */
export interface SceneNode {
  readonly marktype?: string;
  readonly role?: string;
  readonly name?: string;
  readonly items?: readonly SceneNode[];
  readonly bounds: Box;
  readonly x?: number;
  readonly y?: number;
  readonly text?: string | readonly string[];
  readonly font?: string;
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
  readonly limit?: number;
  readonly opacity?: number;
  readonly angle?: number;
}

interface PlacedTitle {
  readonly item: SceneNode; // its text mark: role `title-text` or `title-subtitle`
  readonly x: number; // left edge of the text within its view
  readonly right: number; // right edge of everything in its view but titles
  readonly isOfChart: boolean; // whether it is the title of the whole chart and not of a panel
}

export interface PlacedText {
  readonly text: string;
  readonly box: Box; // in coordinates of the picture; for a rotated text, its bounding box
  readonly isRotated: boolean;
}

export function sceneRoot(view: View): SceneNode {
  const { root } = view.scenegraph() as unknown as { readonly root: SceneNode }; // not in Vega's types
  return root;
}

export function* marksWhere(
  node: SceneNode,
  test: (mark: SceneNode) => boolean,
): Generator<SceneNode> {
  if (test(node)) yield node;
  for (const inner of node.items ?? []) yield* marksWhere(inner, test);
}

export function* placedTitles(root: SceneNode): Generator<PlacedTitle> {
  const chart = root.items?.[0];
  if (chart !== undefined) yield* titlesIn(chart, true);
}

function* titlesIn(view: SceneNode, isOfChart: boolean): Generator<PlacedTitle> {
  const marks = view.items ?? [];
  const plots = marks.filter(({ role }) => role !== "title");
  const right = Math.max(...plots.map(({ bounds }) => bounds.x2));
  for (const group of marks.filter(({ marktype }) => marktype === "group")) {
    for (const inner of group.items ?? []) {
      if (group.role !== "title") yield* titlesIn(inner, false);
      else {
        const texts = (inner.items ?? []).filter(({ role }) => role?.startsWith("title-"));
        for (const item of texts.flatMap(({ items }) => items ?? [])) {
          yield { item, x: (inner.x ?? 0) + item.bounds.x1, right, isOfChart };
        }
      }
    }
  }
}

export function* placedTexts(
  node: SceneNode,
  { x, y } = { x: 0, y: 0 },
): Generator<PlacedText> {
  for (const item of node.items ?? []) {
    if (node.marktype === "group") {
      const inner = { x: x + (item.x ?? 0), y: y + (item.y ?? 0) };
      for (const mark of item.items ?? []) yield* placedTexts(mark, inner);
    } else if (node.marktype === "text" && item.opacity !== 0 && item.text !== "") {
      const { x1, y1, x2, y2 } = item.bounds;
      const text = [item.text ?? ""].flat().join(" ");
      const box = { x1: x1 + x, y1: y1 + y, x2: x2 + x, y2: y2 + y };
      yield { text, box, isRotated: (item.angle ?? 0) !== 0 };
    }
  }
}

/** The pairs of texts that overlap by more than half a unit in both directions; rotated texts are ignored. */
export function overlaps(texts: readonly PlacedText[]): (readonly [PlacedText, PlacedText])[] {
  const upright = texts.filter(({ isRotated }) => !isRotated);
  return upright.flatMap((a, i) =>
    upright.slice(i + 1).filter((b) => overlap(a.box, b.box)).map((b) => [a, b] as const)
  );
}

function overlap(a: Box, b: Box): boolean {
  const across = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const down = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  return across > 0.5 && down > 0.5;
}
