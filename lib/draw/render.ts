/** Draws charts as SVG, PNG and PDF, all with the same layout. */

import { Buffer } from "node:buffer";
import { type Preset, SCREEN } from "../charts/spec.ts";
import { NegscopeError, visibleText, wrongValue } from "../errors/errors.ts";
import { fitChart, textsOf } from "./fit.ts";
import {
  drawSvg,
  givenFonts,
  layOut,
  type PictureFont,
  pictureFont,
  placedTexts,
  type SceneNode,
  sceneRoot,
} from "./layout.ts";
import { MOST_BYTES, readBytes } from "../files/read_file.ts";

/** Options of {@linkcode renderSvg}. */
export interface RenderOptions {
  /** The preset that the picture is drawn for. @default {SCREEN} */
  readonly preset?: Preset;
}

/**
 * Draws a chart as SVG in the house style, with the same bytes each time. Vega is loaded at the first call, not with this module.
 *
 * With a print preset the picture has exactly the preset's width, in points; for a screen it is as wide as it needs to be, in pixels.
 * Text is measured with the shipped font; for systems without it, the picture names other fonts of the same widths.
 *
 * @param spec A Vega-Lite chart with its data in it, one of this kit's or any other.
 * @returns The SVG document.
 * @throws {NegscopeError} If Vega or Vega-Lite warns of anything, the chart loads data or refers to anything outside but pages, the
 * font is absent, the chart's labels alone are wider than the preset, or it is larger than any page.
 */
export async function renderSvg(
  spec: object,
  { preset = SCREEN }: RenderOptions = {},
): Promise<string> {
  const font = await pictureFont(preset.font);
  if (preset.font !== undefined) givenFonts.set(font.family, font.textWidth);
  const { spec: fitted, config } = await fitChart(
    spec,
    preset.font === undefined ? preset : { ...preset, family: font.family },
  );
  const chart = await layOut(fitted, config);
  const root = sceneRoot(chart);
  checkLetters(root, font);
  const { x1, y1, x2, y2 } = root.bounds;
  const needed = Math.ceil(x2 - x1 + 2 * preset.padding);
  const width = preset.isPrint ? preset.width : needed;
  const height = Math.ceil(y2 - y1 + 2 * preset.padding);
  const unit = preset.isPrint ? "pt" : "";
  const size = `width="${width}${unit}" height="${height}${unit}" viewBox="0 0 ${width} ${height}"`;
  const drawn = await drawSvg(chart); // Vega rounds the size up to whole units and leaves room for earlier measurements
  const svg = drawn.replace(/width="[^"]*" height="[^"]*" viewBox="[^"]*"/, size);
  checkReferences(svg);
  return visibleText(withTexts(svg, textsOf(spec))); // XML allows no control characters
}

/** Refuses a font that cannot draw a letter of the chart, in whose place there would be a box. */
function checkLetters(root: SceneNode, { family, has }: PictureFont): void {
  const letters = new Set([...placedTexts(root)].flatMap(({ text }) => [...text]));
  const lacking = [...letters].filter((letter) => !has(letter));
  if (lacking.length === 0) return;
  throw wrongValue("draw the chart in font", family, "a font with all letters of the chart", {
    reason: `it lacks ${lacking.join(" ")}`,
  });
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function withTexts(svg: string, { title, description }: ReturnType<typeof textsOf>): string {
  const element = (name: string, text: string) =>
    text === ""
      ? ""
      : `<${name}>${text.replace(/[&<>]/g, (letter) => ENTITIES[letter]!)}</${name}>`;
  const texts = element("title", title) + element("desc", description);
  return svg.replace(/<svg([^>]*)>/, (_, attributes) => `<svg role="img"${attributes}>${texts}`);
}

/**
 * Draws a chart as PNG: {@linkcode renderSvg}'s picture in pixels, 600 per inch in print and two per pixel of a screen.
 *
 * @param spec A Vega-Lite chart with its data in it.
 * @returns The bytes of the file.
 */
export async function renderPng(spec: object, options: RenderOptions = {}): Promise<Uint8Array> {
  const { preset = SCREEN } = options;
  return await svgToPng(await renderSvg(spec, options), preset);
}

/**
 * Draws a chart as PDF: {@linkcode renderSvg}'s picture as vectors, with the letters that it uses embedded from the font.
 *
 * @param spec A Vega-Lite chart with its data in it; its `description` becomes the document's subject.
 * @returns The bytes of the file, the same each time.
 */
export async function renderPdf(spec: object, options: RenderOptions = {}): Promise<Uint8Array> {
  const { preset = SCREEN } = options;
  return await svgToPdf(await renderSvg(spec, options), { ...textsOf(spec), font: preset.font });
}

/** What a link may lead to, a page, a mail address or a place within the picture; and an image within it. */
const LINK = /^(https?:\/\/|mailto:|#)/i;
const PIXELS = /^data:image\/(png|jpeg|gif|webp);base64,[a-z0-9+/=\s]*$/i;

/** A style that may load a file: by one of CSS's functions, or by escapes, which can spell their names. */
const LOADS = /\\|\b(url|src|image|image-set|cross-fade|element|var|attr|paint)\s*\(/i;

/** Refuses a picture that runs something or loads it from elsewhere: a chart of a file may be anybody's. */
function checkReferences(svg: string): void {
  const given = svg.matchAll(/(<a xlink:href|\b(?:href|fill|stroke|stop-color|style))="([^"]*)"/g);
  for (const [, name, value] of given as Iterable<[string, string, string]>) {
    const isHarmless = name === "<a xlink:href"
      ? LINK.test(value)
      : name === "href"
      ? PIXELS.test(value)
      : !LOADS.test(value.replaceAll(/url\(#\w+\)/g, ""));
    if (isHarmless) continue;
    const shown = value.length > 80 ? `${value.slice(0, 80)}…` : value;
    throw new NegscopeError("chart-invalid", {
      problem: "Cannot draw the chart",
      subject: value,
      reason: `it refers to "${shown}"`,
      expected: "only links to pages, images as data:image/png;base64,… and colours",
      fix: "correct it, or repeat the run with --overwrite",
    });
  }
}

const NO_CLOCK = new Date(0); // date in every file, so that equal pictures have equal bytes

export async function svgToPdf(
  svg: string,
  { title, description, font }: {
    readonly title: string;
    readonly description: string;
    readonly font?: string | undefined;
  },
): Promise<Uint8Array> {
  const { default: PDFDocument } = await import("pdfkit");
  const { default: svgToPdfkit } = await import("svg-to-pdfkit");
  const { regular, bold } = (await pictureFont(font)).faces;
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!;
  const pdf = new PDFDocument({
    size: [Number(width), Number(height)],
    margin: 0,
    font: Buffer.from(regular) as unknown as string, // also accepts a file's bytes, which its types do not mention
    info: {
      Producer: "negscope",
      Creator: "negscope",
      ...(title !== "" && { Title: title }),
      Subject: description,
      CreationDate: NO_CLOCK,
    },
    lang: "en",
    displayTitle: title !== "",
  });
  pdf.registerFont("regular", Buffer.from(regular)).registerFont("bold", Buffer.from(bold));
  const pieces: Uint8Array[] = [];
  pdf.on("data", (piece: Uint8Array) => pieces.push(piece));
  const ended = new Promise((resolve) => pdf.on("end", resolve));
  const unitless = svg.replace(
    / width="([\d.]+)pt" height="([\d.]+)pt" /,
    ' width="$1" height="$2" ',
  );
  svgToPdfkit(pdf, unitless, 0, 0, {
    assumePt: true,
    fontCallback: (_family: string, isBold: boolean) => isBold ? "bold" : "regular",
    warningCallback: (warning: string) => {
      throw new Error(warning);
    },
  });
  pdf.end();
  await ended;
  return new Uint8Array(Buffer.concat(pieces));
}

const MOST_PIXELS = 2e8; // a page of ICML has 22 million
let starting: Promise<typeof import("@resvg/resvg-wasm")> | undefined;

async function startResvg(): Promise<typeof import("@resvg/resvg-wasm")> {
  const resvg = await import("@resvg/resvg-wasm");
  const wasm = new URL(import.meta.resolve("@resvg/resvg-wasm/index_bg.wasm"));
  await resvg.initWasm(await readBytes(wasm, MOST_BYTES.own));
  return resvg;
}

export async function svgToPng(
  svg: string,
  { density, font }: { readonly density: number; readonly font?: string | undefined },
): Promise<Uint8Array> {
  const { family, faces } = await pictureFont(font);
  const { Resvg } = await (starting ??= startResvg());
  const [, units, lines] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg)!;
  const pixels = Number(units) * Number(lines) * density ** 2;
  if (pixels > MOST_PIXELS) {
    throw new NegscopeError("chart-too-large", {
      problem: "Cannot make a PNG of the chart",
      reason: `it would have ${Math.round(pixels / 1e6)} million pixels`,
      expected: `at most ${MOST_PIXELS / 1e6} million`,
      fix: "correct the sizes in its spec, or take the format svg or pdf",
    });
  }
  const picture = new Resvg(svg, {
    fitTo: { mode: "width", value: Math.round(Number(units) * density) },
    font: { fontBuffers: [faces.regular, faces.bold], defaultFontFamily: family },
  });
  try {
    return picture.render().asPng();
  } finally {
    picture.free();
  }
}
