/** Charts as pictures. */

import type { LoggerInterface } from "vega";
import type { TopLevelSpec } from "vega-lite";
import { chartLoadsData, chartWarned, textNotMeasurable } from "../errors.ts";
import { houseStyle, type Preset, SCREEN } from "./charts/theme.ts";
import { loadTextWidth } from "./text_width.ts";

/** Options of {@linkcode renderSvg}. */
export interface RenderOptions {
  /** What the picture is drawn for. @default {SCREEN} */
  readonly preset?: Preset;
}

type Vega = typeof import("vega");

let drawing: Promise<unknown> = Promise.resolve();

/**
 * Draws a chart as SVG in the house style, the same bytes each time.
 *
 * Vega is loaded at the first call, not with this module. Text is measured with the shipped font.
 *
 * @param spec A Vega-Lite chart with its data in it, one of this kit's or any other.
 * @returns The SVG document.
 * @throws {Error} If Vega or Vega-Lite warns of anything, the chart loads data, or the font is absent.
 */
export async function renderSvg(
  spec: object,
  { preset = SCREEN }: RenderOptions = {},
): Promise<string> {
  const [vega, { compile }] = await Promise.all([loadVega(), import("vega-lite")]);
  const warnings: string[] = [];
  const logger = collector(warnings);
  const { spec: lowered } = compile(spec as TopLevelSpec, { config: houseStyle(preset), logger });
  const loaded = lowered.data?.find((data) => "url" in data);
  if (loaded !== undefined) throw chartLoadsData(loaded.name);
  const view = new vega.View(vega.parse(lowered), { renderer: "none", logger });
  try {
    await view.runAsync();
    const svg = await inTurn(() => {
      vega.resetSVGDefIds();
      return view.toSVG();
    });
    if (warnings.length > 0) throw chartWarned(warnings.join("; "));
    return svg;
  } finally {
    view.finalize();
  }
}

/** One drawing after the other: Vega numbers gradients and clips by a count that all views share. */
function inTurn<T>(draw: () => Promise<T>): Promise<T> {
  const drawn = drawing.then(draw, draw);
  drawing = drawn;
  return drawn;
}

let loading: Promise<Vega> | undefined;

function loadVega(): Promise<Vega> {
  loading ??= Promise.all([import("vega"), loadTextWidth()]).then(([vega, textWidth]) => {
    const metrics: unknown = Reflect.get(vega, "textMetrics"); // exported, but absent from Vega's types
    if (typeof metrics !== "object" || metrics === null || !("width" in metrics)) {
      throw textNotMeasurable();
    }
    metrics.width = (item: TextItem, text: unknown) => {
      const size = item.fontSize ?? 11; // Vega's own default
      const bold = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
      const width = textWidth(`${text ?? ""}`, { size, bold });
      return item.limit ? Math.min(width, item.limit) : width;
    };
    return vega;
  });
  return loading;
}

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
  readonly limit?: number;
}

/** A logger that keeps warnings and errors: thrown from here, they would be lost in Vega's own promises. */
function collector(warnings: string[]): LoggerInterface {
  const keep = (...messages: readonly unknown[]) => {
    warnings.push(messages.join(" "));
    return logger;
  };
  const logger: LoggerInterface = {
    level: (() => 1) as LoggerInterface["level"],
    error: keep,
    warn: keep,
    info: () => logger,
    debug: () => logger,
  };
  return logger;
}
