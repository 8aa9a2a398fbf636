/** A chart laid out by Vega, with its text measured in the shipped font. */

import type { LoggerInterface, View } from "vega";
import type { Config, TopLevelSpec } from "vega-lite";
import { firstLine, NegscopeError } from "../errors.ts";
import { pictureFont } from "./font.ts";
import { loadTextWidth, type TextStyle, type TextWidth } from "./text_width.ts";

/** A chart that is laid out and can be drawn. */
export interface LaidOutChart extends Disposable {
  /** Vega's view, with the place of every mark. */
  readonly view: View;
  /** The names of the marks with one of the kit's own styles, to find them in the scenegraph. */
  readonly namesOfStyle: (style: string) => ReadonlySet<string>;
}

type Vega = typeof import("vega");

/** Lays a chart out. Vega is loaded at the first call, not with this module. */
export async function layOut(spec: object, config: Config): Promise<LaidOutChart> {
  const [vega, { compile }] = await Promise.all([loadVega(), import("vega-lite")]);
  const warnings: string[] = [];
  const logger = collector(warnings);
  const own = structuredClone(spec) as TopLevelSpec; // Vega marks the rows of data that it reads
  const lowered = understood(() => compile(own, { config, logger }).spec);
  const [loaded] = loadedData(lowered);
  if (loaded !== undefined) {
    throw new NegscopeError("chart-invalid", {
      problem: `Cannot draw the chart as its data set "${loaded}" is loaded from elsewhere`,
      subject: loaded,
      fix: "put the rows into the spec",
    });
  }
  const runtime = understood(() => vega.parse(lowered));
  const view = new vega.View(runtime, { renderer: "none", logger });
  try {
    await view.runAsync();
  } finally {
    if (warnings.length > 0) view.finalize();
  }
  if (warnings.length > 0) {
    throw new NegscopeError("chart-invalid", {
      problem: "Cannot draw the chart as Vega warns",
      reason: warningText(warnings),
      fix: "correct its spec or its table",
    });
  }
  return {
    view,
    namesOfStyle: (style) => new Set(markNames(lowered, style)),
    [Symbol.dispose]: () => void view.finalize(),
  };
}

const MOST_WARNINGS = 3;
const LONGEST_WARNING = 300; // letters

/** The first warnings: a chart can warn once for each of its rows, in its own words. */
function warningText(warnings: readonly string[]): string {
  const first = warnings.slice(0, MOST_WARNINGS).map((warning) =>
    warning.length > LONGEST_WARNING ? `${warning.slice(0, LONGEST_WARNING)}…` : warning
  );
  const others = warnings.length - first.length;
  return `${first.join("; ")}${others > 0 ? ` and ${others} more` : ""}`;
}

function understood<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (cause) {
    throw new NegscopeError("chart-invalid", {
      problem: "Cannot draw the chart as it is no Vega-Lite spec",
      reason: firstLine(cause),
      fix: "correct it, or repeat the run with --overwrite",
      cause,
    });
  }
}

let drawing: Promise<unknown> = Promise.resolve();

/**
 * Draws a chart as SVG. Charts are drawn one after the other, since Vega numbers gradients and clips with a counter that all views share.
 */
export function drawSvg({ view }: LaidOutChart): Promise<string> {
  const draw = async () => {
    (await loadVega()).resetSVGDefIds();
    return await view.toSVG();
  };
  const drawn = drawing.then(draw, draw);
  drawing = drawn;
  return drawn;
}

/** The names of the data sets of a Vega spec, and of the groups within it, that are loaded from an address. */
function* loadedData(part: unknown): Generator<string> {
  if (typeof part !== "object" || part === null) return;
  if ("data" in part && Array.isArray(part.data)) {
    for (const data of part.data) if ("url" in data) yield String(data.name);
  }
  if ("marks" in part && Array.isArray(part.marks)) {
    for (const mark of part.marks) yield* loadedData(mark);
  }
}

/** The names of all marks of a style in a Vega spec. */
function* markNames(part: unknown, style: string): Generator<string> {
  if (typeof part !== "object" || part === null) return;
  if ("style" in part && "name" in part && [part.style].flat().includes(style)) {
    yield String(part.name);
  }
  if ("marks" in part && Array.isArray(part.marks)) {
    for (const mark of part.marks) yield* markNames(mark, style);
  }
}

let loading: Promise<Vega> | undefined;

function loadVega(): Promise<Vega> {
  loading ??= Promise.all([import("vega"), loadTextWidth()]).then(([vega, textWidth]) => {
    measureWith(vega, textWidth);
    return vega;
  });
  return loading;
}

/** Makes Vega measure text in the shipped font. */
export function measureWith(vega: object, textWidth: TextWidth): void {
  const metrics: unknown = Reflect.get(vega, "textMetrics"); // exported, but absent from Vega's types
  if (typeof metrics !== "object" || metrics === null || !("width" in metrics)) {
    throw new NegscopeError("kit-damaged", {
      problem: "Cannot measure text",
      reason: "this release of Vega has no textMetrics.width",
      fix: "use the one that deno.json names",
    });
  }
  metrics.width = (item: TextItem, text: unknown) => {
    const width = (widths.get(item.font ?? "") ?? textWidth)(`${text ?? ""}`, styleOf(item));
    return item.limit ? Math.min(width, item.limit) : width;
  };
}

/** The widths of text in fonts that users gave, by the names of the fonts. */
const widths = new Map<string, TextWidth>();

/** Makes Vega measure text in a font of a file; of the shipped one it does already. */
export async function measureFont(file: string): Promise<void> {
  const { family, faces } = await pictureFont(file);
  widths.set(family, await loadTextWidth(faces));
}

function styleOf(item: TextItem): TextStyle {
  const size = item.fontSize ?? 11; // Vega's own default
  const bold = item.fontWeight === "bold" || Number(item.fontWeight) >= 600;
  return { size, bold };
}

interface TextItem {
  readonly font?: string;
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
  readonly limit?: number;
}

/** A logger that collects warnings and errors; if they were thrown here, they would be lost in Vega's own promises. */
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
