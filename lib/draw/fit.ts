/** Fits a chart to its preset: its width and height, line breaks in titles, and values in cells if there is room. Each change returns a new spec and leaves the old one as it is. */

import type { View } from "vega";
import { FEW, joinedLines, mapViews, type Part, shareAxes, titleLines } from "../charts/panels.ts";
import { asPreset, type Fit, houseStyle, type Preset, TO_SCALE } from "../charts/spec.ts";
import { greatest } from "../charts/texts.ts";
import { codeOf, NegscopeError } from "../errors/errors.ts";
import {
  layOut,
  marksWhere,
  overlaps,
  pictureFont,
  placedTexts,
  placedTitles,
  sceneRoot,
} from "./layout.ts";

/** Replaces the lines of every view's title and subtitle, in order; lines that were broken to fit are joined before. */
export function mapTitles(spec: object, lines: (text: string) => readonly string[]): object {
  const mapped = (text: unknown) =>
    joinedLines([text].flat().map((line) => `${line}`)).flatMap((line) => [...lines(line)]);
  return mapViews(spec as Part, (view) => {
    const { title } = view;
    if (typeof title === "string" || Array.isArray(title)) return { ...view, title: mapped(title) };
    if (typeof title !== "object" || title === null) return view;
    const { text, subtitle } = title as Part;
    return {
      ...view,
      title: {
        ...title,
        text: mapped(text),
        ...(subtitle !== undefined && { subtitle: mapped(subtitle) }),
      },
    };
  });
}

/** Multiplies the sizes that views state themselves, widths by `stretch`, heights by `squeeze`; one that states both keeps its proportions. */
export function resizeViews(
  spec: object,
  { stretch, squeeze }: { readonly stretch: number; readonly squeeze: number },
): object {
  return mapViews(spec as Part, (view) => {
    const { width, height, mark, encoding } = view;
    const resized = { ...view };
    if (isStyled(view, TO_SCALE)) {
      Object.assign(resized, scaled({ mark, encoding }, stretch));
    }
    if (typeof width === "number") resized["width"] = width * stretch;
    if (typeof height === "number") {
      resized["height"] = height * (typeof width === "number" ? stretch : squeeze);
    }
    return resized;
  });
}

export function withoutStyle(spec: object, style: string): object {
  return mapViews(
    spec as Part,
    (view) =>
      Array.isArray(view["layer"])
        ? { ...view, layer: view["layer"].filter((layer) => !isStyled(layer, style)) }
        : view,
  );
}

function hasStyle(spec: object, style: string): boolean {
  let found = false;
  mapViews(spec as Part, (view) => {
    found ||= isStyled(view, style);
    return view;
  });
  return found;
}

function isStyled({ mark }: Part, style: string): boolean {
  return typeof mark === "object" && mark !== null && "style" in mark && mark.style === style;
}

/** The power of the factor by which each size of a mark grows: that of `size` is an area. */
const POWERS: ReadonlyMap<string, number> = new Map([
  ...["fontSize", "lineHeight", "strokeWidth", "symbolStrokeWidth", "cornerRadius"]
    .map((name) => [name, 1] as const),
  ["size", 2],
]);

/** Multiplies sizes by their names; the range of a scale has the name of its channel. */
function scaled(value: unknown, factor: number, name = ""): unknown {
  if (typeof value === "number") return value * factor ** (POWERS.get(name) ?? 0);
  if (Array.isArray(value)) return value.map((inner) => scaled(inner, factor, name));
  if (typeof value !== "object" || value === null) return value;
  const isOfChannel = (key: string) => key === "scale" || key === "range";
  return Object.fromEntries(
    Object.entries(value).map((
      [key, inner],
    ) => [key, scaled(inner, factor, isOfChannel(key) ? name : key)]),
  );
}

/** Leaves out what only a screen needs: the chart's title, which a paper has in the caption, and the kit's style, which is that of a venue there. */
export function withoutScreen(spec: object): object {
  const { title: _title, ...untitled } = spec as Part;
  if (!isInStyle(spec)) return untitled;
  const { config: _config, ...unstyled } = untitled;
  return unstyled;
}

function isInStyle(spec: object): boolean {
  const { config, usermeta } = spec as Part;
  return config !== undefined && typeof usermeta === "object" && usermeta !== null &&
    "negscope" in usermeta;
}

/** The title of a chart in one line, and its alt text (`description`); each is empty if the chart has none. */
export function textsOf(spec: object): { readonly title: string; readonly description: string } {
  const { title, description = "" } = spec as Part;
  const text = typeof title === "object" && title !== null && "text" in title ? title.text : title;
  const lines = [text ?? ""].flat().map((line) => `${line}`.trim());
  return { title: lines.join(" "), description: `${description}` };
}

const MOST_LETTERED = 26;

/** Puts (a), (b) and so on before the titles of a chart's panels, as papers refer to them. */
export function withLetters(spec: object): object {
  const { concat } = spec as Part;
  if (!Array.isArray(concat) || concat.length < 2 || concat.length > MOST_LETTERED) return spec;
  const panels = (concat as readonly Part[]).map((panel, i) => {
    const { title } = panel;
    if (typeof title !== "object" || title === null || !("text" in title)) return panel;
    const [first, ...rest] = [title.text].flat();
    const letter = String.fromCharCode("a".charCodeAt(0) + i);
    return { ...panel, title: { ...title, text: [`(${letter}) ${first}`, ...rest] } };
  });
  return { ...spec, concat: panels };
}

interface FittedChart {
  readonly spec: object;
  readonly config: object;
}

const TOLERANCE = 1; // point: Vega places panels at whole points, so not every width can be reached
const MOST_TRIALS = 8;
const MOST_PAGES = 6; // attempts to fit a page
const MOST_BESIDE = 4;
const NEAR = 10; // points: a chart that is so little too high may still become lower
const LEAST_STRETCH = 0.1; // plots narrower than that show nothing
const MOST_STRETCH = 64;
const LEAST_SQUEEZE = 0.1;
const ROOM = 1; // points between a value and the sides of its cell

/**
 * Fits a chart to its preset.
 *
 * A chart of the kit is drawn for a screen as it is: its style is in it. In print a chart has no title, since a caption says what it is. Vega-Lite lays out panels by the widths of their plots, so the width of the whole is known only after drawing: the chart is drawn
 * with different widths until it fits. Then titles are broken into lines. In print the chart is at most half as high as a page: its panels are made lower, then more of them stand side by side. A chart that cannot be so low may take the page.
 */
export async function fitChart(spec: object, preset: Preset): Promise<FittedChart> {
  if (!preset.isPrint) {
    if (!isInStyle(spec)) {
      return { spec: shareAxes(spec, preset.columns), config: houseStyle(preset) };
    }
    const { config } = spec as { readonly config: { readonly concat?: Preset } };
    const across = config.concat?.columns ?? preset.columns;
    return { spec: shareAxes(inFont(spec, preset), across), config: {} };
  }
  const untitled = withLetters(withoutScreen(spec));
  let excess = 0;
  for (const most of [preset.height, preset.page]) {
    for (const columns of columnsIn(untitled, preset)) {
      const own = { ...preset, columns };
      const layouts = layoutsOf(shareAxes(untitled, columns), own);
      let height = most;
      for (let trials = 0; trials < MOST_PAGES && height > 0; trials++) {
        const isMore = columns > preset.columns;
        const fitted = await fitTo(layouts, { ...own, height }).catch((error: unknown) => {
          if (isMore && codeOf(error) === "chart-too-large") return undefined; // too wide
          throw error;
        });
        if (fitted === undefined) break;
        const { width, height: drawn } = sizeOf(await layOut(fitted.spec, fitted.config), preset);
        if (isMore && width > preset.width) break;
        if (drawn <= most) return fitted;
        if (drawn - most === excess && excess > NEAR) break; // its panels are as low as can be
        excess = drawn - most;
        height -= excess + ROOM;
      }
    }
  }
  throw new NegscopeError("chart-too-large", {
    problem: `Cannot fit the chart into the ${preset.page} points of a page of "${preset.name}"`,
    reason: `it is ${Math.ceil(excess)} points too high however low its panels are`,
    fix: "take a wider venue, or --panels of the figures task to draw some of its panels only",
  });
}

/** The numbers of panels side by side that a page may have: such as leave no gap beside a few panels, unless the chart itself says how many, or has letters that shrink with its panels. */
function columnsIn(spec: object, { columns }: Preset): number[] {
  const { concat, columns: own } = spec as Part;
  const isOpen = Array.isArray(concat) && own === undefined && !hasStyle(spec, TO_SCALE);
  const panels = isOpen ? concat.length : 1;
  const more = Array.from({ length: MOST_BESIDE - columns }, (_, i) => columns + 1 + i);
  return [columns, ...more.filter((n) => n <= panels && (panels % n === 0 || panels > FEW))];
}

function inFont(spec: object, { family }: Preset): object {
  if (family === undefined) return spec;
  const { config } = spec as { config: object };
  return { ...spec, config: { ...config, font: family } };
}

function sizeOf(view: View, { padding }: Preset) {
  const { bounds: { x1, x2, y1, y2 } } = sceneRoot(view);
  return { width: x2 - x1 + 2 * padding, height: y2 - y1 + 2 * padding };
}

async function fitTo(
  { spec, lines, at: trial }: ReturnType<typeof layoutsOf>,
  preset: Preset,
): Promise<FittedChart> {
  let fit: Fit = asPreset(preset);
  for (const stacked of ["legends", 3, 2, 1] as const) {
    if (isLegendTooWide(await trial(fit), preset)) fit = { ...fit, stacked };
  }
  fit = { ...fit, stretch: await fittingStretch(preset, fit, trial) };
  const squeeze = await fittingSqueeze(preset, fit, trial);
  if (squeeze < 1) { // low axes leave labels out, perhaps the widest
    fit = { ...fit, squeeze };
    fit = { ...fit, stretch: await fittingStretch(preset, fit, trial) };
  }
  const chart = await trial(fit);
  const widths = titleWidths(chart, { preset, count: lines });
  const cellValue = await cellValueSize(spec, { preset, fit });
  const shown = cellValue === undefined ? withoutStyle(spec, "cell_value") : spec;
  const { textWidth } = await pictureFont(preset.font);
  let at = 0;
  const titled = mapTitles(shown, (text) => {
    const { width, size, bold } = widths[at++]!;
    return [titleLines(text, (part) => textWidth(part, { size, bold }) <= width)].flat()
      .map((line) => line.trimEnd());
  });
  return {
    spec: resizeViews(titled, fit),
    config: houseStyle(preset, { ...fit, cellValue: cellValue ?? fit.cellValue }),
  };
}

function isLegendTooWide(view: View, preset: Preset): boolean {
  const root = sceneRoot(view);
  const ends = [...marksWhere(root, ({ role }) => role === "legend")].map(({ bounds }) =>
    bounds.x2
  );
  return Math.max(0, ...ends) - root.bounds.x1 + 2 * preset.padding > preset.width;
}

type Trial = (fit: Fit) => Promise<View>;

/** The factor for the plots' widths that makes the chart as wide as the preset asks, or barely narrower. */
async function fittingStretch(preset: Preset, fit: Fit, trial: Trial): Promise<number> {
  const target = preset.width;
  const widthAt = async (stretch: number) => {
    return { stretch, ...sizeOf(await trial({ ...fit, stretch }), preset) };
  };
  const first = await widthAt(1);
  let [narrow, wide] = [first, first];
  while (narrow.width > target) {
    if (narrow.stretch < LEAST_STRETCH) {
      throw new NegscopeError("chart-too-large", {
        problem: `Cannot fit the chart into ${target} points of "${preset.name}"`,
        reason: `labels and legends alone need ${Math.ceil(narrow.width)}`,
        fix: "take a wider venue",
      });
    }
    [narrow, wide] = [await widthAt(narrow.stretch * 0.75), narrow];
  }
  while (wide.width <= target && wide.stretch < MOST_STRETCH) {
    [narrow, wide] = [wide, await widthAt(2 * wide.stretch)];
  }
  if (wide.width <= target) return 1; // no part of it can be wider
  for (let trials = 0; trials < MOST_TRIALS && target - narrow.width > TOLERANCE; trials++) {
    const slope = (wide.width - narrow.width) / (wide.stretch - narrow.stretch);
    const straight = narrow.stretch + (target - TOLERANCE / 2 - narrow.width) / slope;
    const halfway = (narrow.stretch + wide.stretch) / 2; // alternate, since labels that appear make the widths jump
    const next = await widthAt(trials % 2 === 0 ? straight : halfway);
    if (next.width > target) wide = next;
    else narrow = next;
  }
  return narrow.stretch;
}

/** The factor for the plots' heights that makes the chart no higher than the preset allows, as far as labels permit. */
async function fittingSqueeze(preset: Preset, fit: Fit, trial: Trial): Promise<number> {
  const at = async (squeeze: number) => {
    const chart = await trial({ ...fit, squeeze });
    const texts = [...placedTexts(sceneRoot(chart))];
    return { ...sizeOf(chart, preset), isReadable: overlaps(texts).length === 0 };
  };
  const { height } = await at(1);
  if (height <= preset.height) return 1;
  const least = await at(LEAST_SQUEEZE);
  const slope = (height - least.height) / (1 - LEAST_SQUEEZE);
  const squeeze = Math.max(LEAST_SQUEEZE, 1 - (height - preset.height) / slope);
  if ((await at(squeeze)).isReadable) return squeeze;
  return Math.min(1, Math.max(squeeze, (preset.fontSize + ROOM) / preset.cell.height)); // one line of text for each row
}

/** The largest font size at which all values fit into their cells; undefined if that is too small to read. */
async function cellValueSize(
  spec: object,
  { preset, fit }: { readonly preset: Preset; readonly fit: Fit },
): Promise<number | undefined> {
  if (!hasStyle(spec, "cell_value")) return fit.cellValue;
  const { textWidth } = await pictureFont(preset.font);
  const style = { size: fit.cellValue, bold: false };
  const widest = greatest([0, ...labelsIn(spec).map((label) => textWidth(label, style))]);
  const room = {
    width: preset.cell.width * fit.stretch - 2 * ROOM,
    height: preset.cell.height * fit.squeeze - 2 * ROOM,
  };
  const size = Math.min(fit.cellValue, fit.cellValue * room.width / widest, room.height);
  return size >= preset.leastFontSize ? Math.floor(size * 10) / 10 : undefined;
}

/** The texts that the cells of maps print. */
function labelsIn(spec: object): string[] {
  const labels: string[] = [];
  mapViews(spec as Part, (view) => {
    const { values = [] } = (view["data"] ?? {}) as { readonly values?: readonly Part[] };
    labels.push(...values.flatMap(({ label }) => typeof label === "string" ? label : []));
    return view;
  });
  return labels;
}

interface TitleStyle {
  readonly width: number;
  readonly size: number;
  readonly bold: boolean;
}

function titleWidths(
  chart: View,
  { preset, count }: { readonly preset: Preset; readonly count: number },
): readonly TitleStyle[] {
  const root = sceneRoot(chart);
  const whole = preset.width - 2 * preset.padding;
  const styles = new Array<TitleStyle | undefined>(count);
  for (const { item, x, right, isOfChart } of placedTitles(root)) {
    const lines = [item.text ?? ""].flat();
    for (const line of lines) {
      styles[Number(line)] = {
        width: isOfChart ? whole : right - x,
        size: item.fontSize!,
        bold: item.fontWeight === "bold",
      };
    }
  }
  return styles.map((style) => style ?? { width: Infinity, size: preset.fontSize, bold: false });
}

/** A chart laid out at one size after another, each once; `numbered` has a short number for each line of its titles, so that none is wider than its view. */
function layoutsOf(spec: object, preset: Preset) {
  let lines = 0;
  const numbered = mapTitles(spec, () => [`${lines++}`]);
  const bare = withoutStyle(numbered, "cell_value"); // the values would be wider than their cells
  const laidOut = new Map<string, Promise<View>>();
  const at: Trial = (fit) =>
    laidOut.getOrInsertComputed(
      `${fit.stretch} ${fit.squeeze} ${fit.stacked}`,
      () => layOut(resizeViews(bare, fit), houseStyle(preset, fit)),
    );
  return { spec, lines, at };
}
