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
import { showsItself } from "../tables/display.ts";

export interface TitledPanel {
  /** One line, or several; an empty text for no title. */
  readonly title: string | readonly string[];
  /** What follows the title in the alt text, which leaves out a panel without it. */
  readonly text?: string | undefined;
  /** Whether the title stands at the panel's frame, whatever its axes need beside it. @default {false} */
  readonly isFramed?: boolean;
  readonly view: Panel;
}

/** Takes the space above a panel that half a label at the end of its vertical axis would take, so that titles side by side stand at one height. */
export const STRUT = {
  data: { values: [{}] },
  mark: { type: "point", y: -6.5, size: 0, opacity: 0, aria: false },
} as const;

interface DrawnPanels extends Partial<ChartOptions> {
  readonly title: string;
  readonly about?: string | undefined;
  readonly subtitle?: string | readonly string[] | undefined;
  readonly end?: string;
  readonly columns?: number;
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
  const across = columns ?? SCREEN.columns;
  const whole = Math.min(across, panels.length) * panelWidth / LETTER;
  const wide = Math.max(LEAST_LETTERS.chart, whole);
  const narrow = Math.max(LEAST_LETTERS.panel, panelWidth / LETTER);
  const concat = panels.map(({ title, isFramed, view }) =>
    title === "" ? view : {
      title: {
        text: titleLines(title, narrow),
        style: PANEL_TITLE,
        ...(isFramed === true && { frame: "group" }),
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
    config: houseStyle(SCREEN, fit),
    title: subtitle.length === 0
      ? titleLines(title, wide)
      : { text: titleLines(title, wide), subtitle: titleLines(subtitle, wide) },
    ...(columns !== undefined && !isBare && { columns }),
    ...(isBare ? concat[0] : shareAxes({ concat }, across)),
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

/** What may not be broken: within `n = 12` and `95 %`. */
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

/** The lines of a title without the breaks that made it fit. */
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

/** Labels axes that small multiples repeat once: below the lowest panel of a column, beside the first of a row. They are the same with the same explicit domains. */
export function shareAxes(spec: object, columns: number): object {
  const { concat, columns: explicit } = spec as Part;
  if (!Array.isArray(concat)) return spec;
  const across = typeof explicit === "number" ? explicit : columns;
  const panels = withAllLabels(concat as readonly Part[]);
  const horizontal = panels.map((panel) => axesOf(panel, "x"));
  const vertical = panels.map((panel) => axesOf(panel, "y"));
  const isSame = (a: string | undefined, b: string | undefined) => a !== undefined && a === b;
  const shared = panels.map((panel, i) => {
    const below = isSame(horizontal[i], horizontal[i + across]);
    const before = i % across > 0 && isSame(vertical[i], vertical[i - 1]);
    return [...(below ? ["x"] : []), ...(before ? ["y"] : [])].reduce(withoutLabels, panel);
  });
  return { align: "each", ...spec, concat: shared };
}

/** A text that is the same for panels with the same axes; undefined for axes whose domain is left to their data. */
function axesOf(panel: Part, channel: string): string | undefined {
  const axes: unknown[] = [];
  mapViews(panel, (view) => {
    const position = positionIn(view, channel);
    if (hasDomain(position)) axes.push(position);
    return view;
  });
  return axes.length === 0 ? undefined : JSON.stringify(axes);
}

/** What an axis without labels has in place of them; the labels are those of a panel with the same scale. */
const SHARED = { labels: false, title: null };

function withoutLabels(panel: Part, channel: string): Part {
  return mapAxes(panel, channel, (position) => ({
    ...position,
    axis: { ...position["axis"] as Part | undefined, ...SHARED },
  }));
}

/** The panels with the labels that they had before their axes were shared: those of the nearest panel with the same scales. */
function withAllLabels(panels: readonly Part[]): readonly Part[] {
  return panels.map((panel) =>
    ["x", "y"].reduce((labelled, channel) => {
      if (!isShared(labelled, channel)) return labelled;
      const source = panels.find((other) =>
        !isShared(other, channel) && scalesOf(other, channel) === scalesOf(labelled, channel)
      );
      if (source === undefined) return labelled;
      const axes = positionsOf(source, channel);
      let i = 0;
      return mapAxes(labelled, channel, (position) => {
        const { axis: _, ...rest } = position;
        const { axis } = axes[i++]!;
        return axis === undefined ? rest : { ...rest, axis };
      });
    }, panel)
  );
}

function isShared(panel: Part, channel: string): boolean {
  return positionsOf(panel, channel).some(({ axis }) => {
    const { labels, title } = (axis ?? {}) as Part;
    return labels === SHARED.labels && title === SHARED.title;
  });
}

function scalesOf(panel: Part, channel: string): string {
  return JSON.stringify(positionsOf(panel, channel).map(({ axis: _, ...position }) => position));
}

function positionsOf(panel: Part, channel: string): readonly Part[] {
  const positions: Part[] = [];
  mapAxes(panel, channel, (position) => {
    positions.push(position);
    return position;
  });
  return positions;
}

function mapAxes(panel: Part, channel: string, change: (position: Part) => Part): Part {
  return mapViews(panel, (view) => {
    const position = positionIn(view, channel);
    if (position === undefined || position["axis"] === null) return view;
    return { ...view, encoding: { ...view["encoding"] as Part, [channel]: change(position) } };
  });
}

function positionIn(view: Part, channel: string): Part | undefined {
  return (view["encoding"] as Record<string, Part> | undefined)?.[channel];
}

function hasDomain(position: Part | undefined): boolean {
  return (position?.["scale"] as Part | null | undefined)?.["domain"] !== undefined;
}

export interface Positions {
  readonly x: object;
  readonly y: object;
}

/** An axis with these values at its ends. */
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

/** The channels of a mark that reaches from one field of the data to another. */
export function span(channel: "x" | "y", axis: object, [from, to] = ["low", "high"]): object {
  return { [channel]: { ...axis, field: from }, [`${channel}2`]: { field: to } };
}

/** Lines across a panel at the values of a field. */
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
