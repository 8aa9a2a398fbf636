/** Panels side by side: their titles, the axes that they share, and the alt text. */

import {
  asPreset,
  type ChartOptions,
  type ChartSpec,
  emptyChart,
  type Fit,
  houseStyle,
  type Panel,
  PANEL_TITLE,
  SCREEN,
  specHead,
} from "./spec.ts";
import { showsItself } from "../tables/table.ts";

export interface TitledPanel {
  /** One line, or several; an empty text for no title. */
  readonly title: string | readonly string[];
  /** What follows the title in the alt text, which leaves out a panel without it. */
  readonly text?: string | undefined;
  readonly view: Panel;
}

interface DrawnPanels extends Partial<ChartOptions> {
  readonly title: string;
  readonly about?: string | undefined;
  readonly subtitle?: string | readonly string[] | undefined;
  readonly end?: string;
  /** The number of panels side by side wherever the chart is drawn. */
  readonly columns?: number;
  /** Their number on a screen, if `columns` leaves it open. @default {two} */
  readonly sideBySide?: number;
  readonly panels: readonly TitledPanel[];
  readonly form: string;
  readonly shared?: readonly ("color" | "shape" | "strokeDash")[];
  readonly fit?: Fit;
  /** The width of a panel, about, on a screen. @default {that of a plot} */
  readonly panelWidth?: number;
}

/** Puts panels together to a chart that looks the same wherever it is opened; without panels it says that there is nothing to draw. */
export function panelChart(drawn: DrawnPanels): ChartSpec {
  const { title, about, end, columns, sources = { model: [], data: [] } } = drawn;
  const { panels, shared = [], fit = asPreset(SCREEN), panelWidth = SCREEN.plot.width } = drawn;
  if (panels.length === 0) return emptyChart(title, { sources });
  const subtitle = [drawn.subtitle ?? []].flat().filter((line) => line !== "");
  const across = columns ?? drawn.sideBySide ?? SCREEN.columns;
  const whole = Math.min(across, panels.length) * panelWidth / LETTER;
  const wide = Math.max(LEAST_LETTERS.chart, whole);
  const narrow = Math.max(LEAST_LETTERS.panel, panelWidth / LETTER);
  const concat = panels.map(({ title, view }) =>
    title === "" ? view : {
      title: {
        text: titleLines(title, narrow),
        style: PANEL_TITLE,
      },
      ...view,
    }
  );
  const isBare = panels.length === 1 && panels[0]!.title === "";
  return showsItself({
    ...specHead(altText(drawn, subtitle), {
      sources,
      ...about !== undefined &&
        { caption: [`${about}.`, sentenceOf(subtitle), end].filter(Boolean).join(" ") },
    }),
    config: houseStyle({ ...SCREEN, columns: across }, fit),
    title: subtitle.length === 0
      ? titleLines(title, wide)
      : { text: titleLines(title, wide), subtitle: titleLines(subtitle, wide) },
    ...(columns !== undefined && !isBare && { columns }),
    ...(isBare ? concat[0] : { align: "each", concat }),
    ...(shared.length > 0 && {
      resolve: { scale: Object.fromEntries(shared.map((channel) => [channel, "shared"])) },
    }),
  });
}

/** The lines below a title as a sentence; d stays d. */
function sentenceOf(lines: readonly string[]): string {
  const text = lines.join("; ");
  return text && `${text.startsWith("d ") ? "d" : text[0]!.toUpperCase()}${text.slice(1)}.`;
}

/** The form of the picture, its title with the lines below it, and what each panel shows. */
function altText({ title, form, panels }: DrawnPanels, subtitle: readonly string[]): string {
  const shown = panels.filter(({ text }) => text !== undefined)
    .map(({ title, text }) =>
      [[title].flat().join(", "), text].filter((part) => part !== "").join(": ")
    )
    .filter((text) => text !== "");
  return [form, [title, ...subtitle].join("; "), ...shown].map((text) => `${text}.`).join(" ");
}

/** The width of a letter in titles, about, in the units of a screen. */
const LETTER = 6.2;

/** The letters that a line of a title may have however narrow its chart or panel is. */
const LEAST_LETTERS = { chart: 84, panel: 44 };

const BREAKS = /(?<!=) (?![=%])/;

/** Breaks the lines of a title between words; a single word may be too long for its line. */
export function titleLines(
  text: string | readonly string[],
  most: number | ((line: string) => boolean),
): string | string[] {
  const fits = typeof most === "number" ? (line: string) => line.length <= most : most;
  const lines = (typeof text === "string" ? [text] : text).flatMap((line) => broken(line, fits));
  return typeof text === "string" && lines.length === 1 ? lines[0]! : lines;
}

function broken(text: string, fits: (line: string) => boolean): string[] {
  const lines: string[] = [];
  for (const word of text.split(BREAKS)) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && fits(longer)) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line, i) => i < lines.length - 1 ? `${line} ` : line);
}

export function joinedLines(text: string | readonly string[]): string[] {
  return [text].flat().reduce((lines: string[], line) => {
    const last = lines.at(-1);
    return last?.endsWith(" ") ? [...lines.slice(0, -1), last + line] : [...lines, line];
  }, []);
}

export type Part = Record<string, unknown>;

const WITHIN = ["concat", "vconcat", "hconcat", "layer", "spec"];

export function mapViews(view: Part, change: (view: Part) => Part): Part {
  const changed = { ...change(view) };
  for (const key of WITHIN) {
    const within = changed[key];
    if (Array.isArray(within)) changed[key] = within.map((inner) => mapViews(inner, change));
    else if (typeof within === "object" && within !== null) {
      changed[key] = mapViews(within as Part, change);
    }
  }
  return changed;
}

/** The most panels of which each has labels across: in a large grid without a gap those of the lowest row are enough. */
export const FEW = 4;

/** Labels once, beside the first, the vertical axes of panels side by side, where all have the same explicit domains. */
export function shareAxes(spec: object, columns: number): object {
  const { concat: panels, columns: explicit = columns } = spec as {
    readonly concat?: readonly Part[];
    readonly columns?: number;
  };
  if (!Array.isArray(panels)) return spec;
  const isGrid = panels.length > FEW && panels.length % explicit === 0;
  const isSame = (panel: Part, other: Part | undefined, channel: "x" | "y") => {
    const axes = axesOf(panel, channel);
    return other !== undefined && axes !== undefined && axes === axesOf(other, channel);
  };
  const concat = panels.map((panel: Part, i) => {
    const below = isGrid && isSame(panel, panels[i + explicit], "x");
    const before = i % explicit > 0 && isSame(panel, panels[i - 1], "y");
    return [...below ? ["x"] : [], ...before ? ["y"] : []].reduce(
      (shared, channel) => mapViews(shared, (view) => withoutLabels(view, channel)),
      panel,
    );
  });
  return { align: "each", ...spec, concat };
}

/** A text that is the same for panels with the same axes; undefined for axes whose domain is left to their data. */
function axesOf(panel: Part, channel: string): string | undefined {
  const axes: unknown[] = [];
  mapViews(panel, (view) => {
    const position = positionIn(view, channel);
    if ((position?.["scale"] as Part | undefined)?.["domain"] !== undefined) axes.push(position);
    return view;
  });
  return axes.length === 0 ? undefined : JSON.stringify(axes);
}

function withoutLabels(view: Part, channel: string): Part {
  const position = positionIn(view, channel);
  if (position === undefined || position["axis"] === null) return view;
  const axis = { ...position["axis"] as Part | undefined, labels: false, title: null };
  return { ...view, encoding: { ...view["encoding"] as Part, [channel]: { ...position, axis } } };
}

function positionIn(view: Part, channel: string): Part | undefined {
  return (view["encoding"] as Record<string, Part> | undefined)?.[channel];
}

export interface Positions {
  readonly x: object;
  readonly y: object;
}

export function numberAxis(
  field: string,
  { title, range, axis }: {
    readonly title: string | readonly string[];
    readonly range: readonly [number, number];
    readonly axis?: object | undefined;
  },
) {
  return {
    field,
    type: "quantitative" as const,
    title: typeof title === "string" ? title : [...title],
    scale: { domain: [...range], nice: false },
    ...(axis !== undefined && { axis }),
  };
}

/** Ticks at these values: Vega leaves out every other value beyond the wished number. */
export function ticksAt(values: readonly number[], labels: object): object {
  return { values: [...values], tickCount: 100, ...labels };
}

export function span(channel: "x" | "y", axis: object, [from, to] = ["low", "high"]): object {
  return { [channel]: { ...axis, field: from }, [`${channel}2`]: { field: to } };
}

export function ruleLayer(
  channel: "x" | "y",
  axis: object,
  { field, values, mark = {} }: {
    readonly field: string;
    readonly values: readonly object[];
    readonly mark?: object;
  },
): object {
  return {
    data: { values },
    mark: { type: "rule", ...mark },
    encoding: { [channel]: { ...axis, field } },
  };
}
