/** A chart laid out by Vega, with its text measured in the shipped font. */

import type { LoggerInterface, View } from "vega";
import type { Config, TopLevelSpec } from "vega-lite";
import { firstLine, NegscopeError } from "../errors.ts";
import { pictureFont, type TextWidth } from "./font.ts";

export interface LaidOutChart extends Disposable {
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
  const parts = [...partsOf(lowered as VegaPart)];
  const loaded = parts.flatMap(({ data = [] }) => data).find((data) => "url" in data)?.name;
  if (loaded !== undefined) {
    throw new NegscopeError("chart-invalid", {
      problem: `Cannot draw the chart as its data set "${loaded}" is loaded from elsewhere`,
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
    namesOfStyle: (style) =>
      new Set(parts.flatMap((part) => [part.style].flat().includes(style) ? part.name ?? [] : [])),
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

/** Draws a chart as SVG, one after the other, since Vega numbers gradients and clips with a counter that all views share. */
export function drawSvg({ view }: LaidOutChart): Promise<string> {
  const draw = async () => {
    (await loadVega()).resetSVGDefIds();
    return await view.toSVG();
  };
  const drawn = drawing.then(draw, draw);
  drawing = drawn;
  return drawn;
}

interface VegaPart {
  readonly name?: string;
  readonly style?: string | readonly string[];
  readonly data?: readonly { readonly name: string }[];
  readonly marks?: readonly VegaPart[];
}

/** A Vega spec, and all marks and groups within it. */
function* partsOf(part: VegaPart): Generator<VegaPart> {
  yield part;
  for (const mark of part.marks ?? []) yield* partsOf(mark);
}

let loading: Promise<Vega> | undefined;

function loadVega(): Promise<Vega> {
  loading ??= Promise.all([import("vega"), pictureFont()]).then(([vega, { textWidth }]) => {
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
    const width = (givenFonts.get(item.font ?? "") ?? textWidth)(`${text ?? ""}`, styleOf(item));
    return item.limit ? Math.min(width, item.limit) : width;
  };
}

/** The widths of text in fonts that users gave, by the names of the fonts. */
export const givenFonts = new Map<string, TextWidth>();

function styleOf(item: TextItem) {
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
