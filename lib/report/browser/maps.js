// Values drawn as maps: layers across; tokens, heads or parts down.

import { element, numberText, shortText } from "./view.js";

/** Colours for values up to a bound on either side of 0. */
export function colourOf(colours, value, bound) {
  if (Number.isNaN(value)) return "#d9d9d9";
  const share = (Math.max(-1, Math.min(1, value / bound)) + 1) / 2;
  return colours[Math.round(share * (colours.length - 1))];
}

/** The labels down a map of a row. */
function labelsOf(values, row) {
  if (values.hasTokens) return values.tokensOf(row).map(([, token]) => token);
  if (values.heads.length > 0) return values.heads.map((head) => `head ${head}`);
  return values.parts.length > 0 ? values.parts : [values.name];
}

/** The value at a line and a column of a map; one of single heads over tokens has no such map. */
function valueAt(values, row, { line, column }) {
  return values.hasTokens
    ? values.at(row, { layer: column, token: line })
    : values.at(row, { layer: column, other: line });
}

/** Whether a row's values are a map of layers by something. */
export function isMap(values) {
  return values.layers.length > 0 && !(values.hasTokens && values.others.length > 0);
}

/** Where a row's largest value is, for readers who cannot see the map. */
function largestText(values, row) {
  const labels = labelsOf(values, row);
  let [most, text] = [-1, "no values"];
  labels.forEach((label, line) =>
    values.layers.forEach((layer, column) => {
      const value = valueAt(values, row, { line, column });
      if (!(Math.abs(value) > most)) return;
      most = Math.abs(value);
      text = `largest ${numberText(value, values.decimals)} at ${label}, layer ${layer}`;
    })
  );
  return text;
}

/** A small map without numbers. */
export function smallMap(values, row, colours) {
  const labels = labelsOf(values, row);
  const { layers, name, bound } = values;
  const picture = element("canvas", {
    width: layers.length,
    height: labels.length,
    role: "img",
    "aria-label": `${name} by layer: ${largestText(values, row)}`,
  });
  const pen = picture.getContext("2d");
  labels.forEach((_, line) =>
    layers.forEach((_, column) => {
      pen.fillStyle = colourOf(colours, valueAt(values, row, { line, column }), bound);
      pen.fillRect(column, line, 1, 1);
    })
  );
  const lines = labels.map((label) => element("li", {}, label));
  const ends = [`layer ${layers[0]}`, `${layers.at(-1)}`].map((end) => element("span", {}, end));
  const size = `--layers:${layers.length};--lines:${labels.length}`;
  return element(
    "div",
    { class: "map", style: size },
    element("p", { class: "title" }, name),
    element("ol", {}, ...lines),
    picture,
    element("p", {}, ...ends),
  );
}

/** A coloured cell with its number. */
export function numberCell(values, value, colours) {
  const cell = element("td", { title: numberText(value, values.decimals) }, shortText(value));
  const background = colourOf(colours, value, values.bound);
  cell.style.background = background;
  cell.style.color = isDark(background) ? "#fff" : "#000";
  return cell;
}

function isDark(colour) {
  const [red, green, blue] = [1, 3, 5].map((from) => parseInt(colour.slice(from, from + 2), 16));
  return 0.299 * red + 0.587 * green + 0.114 * blue < 140;
}

/** A map with numbers; with `choose`, a cell is a button that is told its head and layer. */
export function largeMap(values, row, { colours, choose }) {
  const head = values.layers.map((layer) => element("th", { scope: "col" }, `${layer}`));
  const lines = labelsOf(values, row).map((label, line) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, label),
      ...values.layers.map((layer, column) => {
        const value = valueAt(values, row, { line, column });
        const cell = numberCell(values, value, colours);
        if (!choose) return cell;
        const name = `head ${layer}.${values.heads[line]}: ${numberText(value, values.decimals)}`;
        const pressed = () => choose({ layer: column, other: line });
        const button = element("button", { type: "button", "aria-label": name, onclick: pressed });
        button.textContent = cell.textContent;
        cell.replaceChildren(button);
        return cell;
      }),
    )
  );
  return element(
    "table",
    { class: "cells" },
    element("caption", {}, `layer ${values.layers[0]} to ${values.layers.at(-1)} across`),
    element("thead", {}, element("tr", {}, element("td"), ...head)),
    element("tbody", {}, ...lines),
  );
}

/** One head's values over a row's tokens, as bars. */
export function tokenBars(values, row, { layer, other, colours }) {
  const tokens = values.tokensOf(row);
  const sizes = tokens.map((_, token) => Math.abs(values.at(row, { layer, other, token })));
  const most = Math.max(values.bound, ...sizes.filter((size) => !Number.isNaN(size)));
  const lines = tokens.map(([role, token], place) => {
    const value = values.at(row, { layer, other, token: place });
    const bar = element("span", { class: "bar" });
    bar.style.width = `${Number.isNaN(value) ? 0 : 100 * Math.abs(value) / most}%`;
    bar.style.background = colourOf(colours, value, values.bound);
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, token),
      element("td", {}, role.replaceAll("_", " ")),
      element("td", { class: "number" }, numberText(value, values.decimals)),
      element("td", { class: "bars", "aria-hidden": "true" }, bar),
    );
  });
  const head = ["token", "role", values.name, ""].map((text) =>
    element("th", { scope: "col" }, text)
  );
  return element(
    "table",
    { class: "tokens" },
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...lines),
  );
}

/** What the colours of values stand for. */
export function legend(values, colours) {
  const strip = element("span", {
    class: "strip",
    role: "img",
    "aria-label": "blue over white to orange",
  });
  strip.style.background = `linear-gradient(to right, ${colours.join(", ")})`;
  const [low, high] = [-values.bound, values.bound].map((end) => `${end}`.replace("-", "−"));
  return element("span", { class: "legend" }, `${values.name} ${low} `, strip, ` ${high}`);
}
