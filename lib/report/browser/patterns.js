// What single heads look at in a row: the tokens as text, and maps of the weights.

import { numberCell } from "./maps.js";
import { numbersIn, unpacked } from "./values.js";
import { element, numberText } from "./view.js";

/** How weights are coloured and written. */
const WEIGHTS = { bound: 1, decimals: 3 };

/** The patterns of the rows that have them; lib/report/rows/patterns.ts packs them. */
export class Patterns {
  #rows;
  #values;

  constructor({ table, rows }, values) {
    this.table = table;
    this.#values = values;
    let next = 0;
    this.#rows = new Map(rows.map(({ row, heads, sentences }) => {
      const sizes = sentences.map(({ tokens }) => tokens.length ** 2);
      const size = sizes.reduce((sum, own) => sum + own, 0);
      const start = next;
      next += size * heads.length;
      return [row, { heads, sentences, sizes, size, start }];
    }));
  }

  /** Unpacks the patterns of the page's data. */
  static async load(patterns) {
    return new Patterns(patterns, numbersIn(await unpacked(patterns.packed), WEIGHTS.decimals));
  }

  /** The places of the rows that have patterns. */
  get rows() {
    return [...this.#rows.keys()];
  }

  /** A row's heads and sentences, and its weights by head, sentence, query and key, all as places; undefined for a row without patterns. */
  of(row) {
    const own = this.#rows.get(row);
    if (own === undefined) return undefined;
    const { heads, sentences, sizes, size, start } = own;
    const at = (head, sentence, query, key) => {
      const before = sizes.slice(0, sentence).reduce((sum, own) => sum + own, 0);
      const place = query * sentences[sentence].tokens.length + key;
      return this.#values[start + head * size + before + place];
    };
    return { heads, sentences, at };
  }
}

/** The query from which most attention goes to other keys than the first, as that of the start token often says nothing. */
function busiestQuery({ sentences, at }, head) {
  const { tokens } = sentences[0];
  const places = [...tokens.keys()];
  const inside = (query) =>
    places.slice(1).reduce(
      (sum, key) => sum + (key === query ? 0 : at(head, 0, query, key) || 0),
      0,
    );
  return places.reduce((best, query) => inside(query) > inside(best) ? query : best, 0);
}

/** What a query looks at most, in words. */
function lookText({ sentences, at }, { head, sentence, query }) {
  const { name, tokens } = sentences[sentence];
  const seen = tokens.map((token, key) => [token, at(head, sentence, query, key)])
    .filter(([, weight]) => weight >= 0.005).sort(([, a], [, b]) => b - a).slice(0, 4);
  const told = seen.map(([token, weight]) => `${token} ${numberText(weight, 2)}`).join(", ");
  return `${name}: ${tokens[query]} looks at ${told || "nothing"}`;
}

/** A section with a row's patterns: a choice of the head, the tokens of which one is asked where it looks, and the maps. */
export function patternSection(patterns, row, { colours, about }) {
  const own = patterns.of(row);
  const select = element(
    "select",
    {},
    ...own.heads.map((name, i) => element("option", { value: `${i}` }, name)),
  );
  const lines = element("div", { class: "looks" });
  const told = element("p", { class: "told-looks", role: "status" });
  const maps = element("div", { class: "patterns" });
  let state = { head: 0, query: busiestQuery(own, 0) };
  const cellOf = (weight) => numberCell(WEIGHTS, weight, colours);
  const look = (query) => {
    state = { ...state, query };
    const { head } = state;
    own.sentences.forEach(({ tokens }, sentence) => {
      [...lines.children[sentence].querySelectorAll("button")].forEach((button, key) => {
        const weight = query < tokens.length ? own.at(head, sentence, query, key) : NaN;
        const { style } = cellOf(weight || 0);
        button.style.background = style.background;
        button.style.color = style.color;
        button.setAttribute("aria-pressed", `${key === query}`);
      });
    });
    for (const line of maps.querySelectorAll("tbody tr")) {
      line.classList.toggle("looking", Number(line.dataset.query) === query);
    }
    const asked = own.sentences.flatMap(({ tokens }, sentence) =>
      query < tokens.length ? [lookText(own, { head, sentence, query })] : []
    );
    told.replaceChildren(...asked.map((text) => element("span", {}, text)));
  };
  lines.append(...own.sentences.map(({ name, tokens }) =>
    element(
      "p",
      {},
      element("span", { class: "kind" }, name),
      ...tokens.map((token, query) => {
        const ask = () => look(query);
        const attributes = { type: "button", onpointerenter: ask, onfocus: ask, onclick: ask };
        return element("button", attributes, token.replace(/^\d+ /, ""));
      }),
    )
  ));
  const draw = () => {
    maps.replaceChildren(...patternMaps(own, state.head, { cellOf, look }));
    look(state.query);
  };
  select.addEventListener("input", () => {
    state = { ...state, head: Number(select.value) };
    draw();
  });
  draw();
  return element(
    "section",
    { class: "attention" },
    element("h3", {}, "What heads look at"),
    element("p", { class: "files" }, about),
    element("label", {}, "Head (layer.head) ", select),
    lines,
    told,
    maps,
  );
}

/** The maps of a head: each sentence, and their difference if both have equally many tokens. */
function patternMaps({ sentences, at }, head, { cellOf, look }) {
  const [first, other] = sentences;
  const drawn = sentences.map(({ name, tokens }, sentence) => ({
    ...{ name, tokens },
    weight: (query, key) => at(head, sentence, query, key),
  }));
  if (other?.tokens.length === first.tokens.length) {
    const name = `${first.name} minus ${other.name}`;
    const weight = (query, key) => at(head, 0, query, key) - at(head, 1, query, key);
    const tokens = first.tokens.map((token, i) =>
      token === other.tokens[i] ? token : `${token}/${other.tokens[i].replace(/^\d+ /, "")}`
    );
    drawn.push({ name, tokens, weight });
  }
  return drawn.map(({ name, tokens, weight }) => {
    const short = tokens.map((token) => token.replace(/^\d+ /, ""));
    const line = (token, query) =>
      element(
        "tr",
        { "data-query": `${query}`, onpointerenter: () => look(query) },
        element("th", { scope: "row" }, token),
        ...tokens.map((to, key) => {
          const value = weight(query, key);
          if (Number.isNaN(value)) return element("td", { class: "later" });
          const cell = cellOf(value);
          cell.title = `${tokens[query]} → ${to}: ${numberText(value, WEIGHTS.decimals)}`;
          return cell;
        }),
      );
    const head = short.map((token) => element("th", { scope: "col" }, element("span", {}, token)));
    return element(
      "div",
      { class: "box" },
      element(
        "table",
        { class: "cells pattern" },
        element("caption", {}, name),
        element("thead", {}, element("tr", {}, element("td"), ...head)),
        element("tbody", {}, ...short.map(line)),
      ),
    );
  });
}
