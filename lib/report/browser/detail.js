// One row in a dialog: its picture and everything that was measured of it.

import { fullSize } from "./full_size.js";
import { isMap, largeMap, tokenBars } from "./maps.js";
import { patternSection } from "./patterns.js";
import { element, numberText } from "./view.js";

export class RowDetail {
  #dialog = element("dialog", { "aria-labelledby": "detail-name" });
  #rows;
  #measures;
  #patterns;
  #data;
  #list;
  #index = -1;

  constructor({ rows, measures, patterns, data, list }) {
    this.#rows = rows;
    this.#measures = measures;
    this.#patterns = patterns;
    this.#data = data;
    this.#list = list;
    document.body.append(this.#dialog);
    this.#dialog.addEventListener("close", () => history.replaceState(null, "", "#rows"));
    this.#dialog.addEventListener("click", ({ target }) => {
      if (target === this.#dialog) this.#dialog.close(); // beside it
    });
    this.#dialog.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (by === undefined || event.target.matches("select, input")) return;
      event.preventDefault();
      this.#go(by);
    });
  }

  /** Opens the row with an id; false if the page has none. */
  open(id) {
    const index = this.#rows.findIndex((row) => row.id === id);
    if (index === -1) return false;
    this.#draw(index);
    if (!this.#dialog.open) this.#dialog.showModal();
    this.#dialog.scrollTop = 0;
    return true;
  }

  close() {
    if (this.#dialog.open) this.#dialog.close();
  }

  /** Opens a neighbour in the list, or in the file if the list lacks the row. */
  #go(by) {
    const index = this.#neighbour(by);
    if (index === undefined) return;
    const focused = document.activeElement?.dataset.of;
    history.replaceState(null, "", `#${new URLSearchParams({ row: this.#rows[index].id })}`);
    this.open(this.#rows[index].id);
    this.#dialog.querySelector(`[data-of="${focused}"]:not(:disabled)`)?.focus();
  }

  #neighbour(by) {
    const { found } = this.#list;
    const place = found.indexOf(this.#index);
    if (place !== -1) return found[place + by];
    const index = this.#index + by;
    return index >= 0 && index < this.#rows.length ? index : undefined;
  }

  #draw(index) {
    this.#index = index;
    const row = this.#rows[index];
    const go = (name, by) => {
      const button = element("button", {
        type: "button",
        "data-of": name,
        onclick: () => this.#go(by),
      }, name);
      button.disabled = this.#neighbour(by) === undefined;
      return button;
    };
    const link = element(
      "a",
      { href: `#${new URLSearchParams({ row: row.id })}` },
      "Link to this row",
    );
    const close = element("button", {
      type: "button",
      "data-of": "Close",
      onclick: () => this.close(),
    }, "Close");
    this.#dialog.replaceChildren(
      element("div", { class: "bar-of-buttons" }, go("Previous", -1), go("Next", 1), link, close),
      element("h2", { id: "detail-name" }, row.id),
      element(
        "div",
        { class: "facts" },
        fullSize(this.#list.picture(index, "large"), row.image),
        this.#facts(row),
      ),
      ...this.#looks(index),
      ...this.#measured(index),
    );
  }

  #facts(row) {
    const entries = [
      ["caption", row.caption, row.s_caption],
      ["foil", row.foil, row.s_foil],
    ].filter(([, text]) => text).map((
      [kind, text, score],
    ) => [
      `${kind}${kind === row.negation ? ", negated" : ""}`,
      `${text} (S ${numberText(score, 2)})`,
    ]);
    if (!Number.isNaN(row.d)) entries.push(["d", `${numberText(row.d, 2)}, ${row.segment}`]);
    else entries.push(["negated", row.negation]);
    if (row.image) entries.push(["image", row.image]);
    for (const values of this.#measures.filter(({ layers }) => layers.length === 0)) {
      entries.push([values.name, numberText(values.at(this.#index, {}), values.decimals)]);
    }
    return element(
      "dl",
      {},
      ...entries.flatMap(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]),
    );
  }

  /** What heads look at in the row, or in which rows of the page they are shown. */
  #looks(index) {
    const patterns = this.#patterns;
    if (patterns === undefined) return [];
    const places = patterns.rows;
    if (places.includes(index)) {
      const about =
        `The most selective heads of this side. Point at a token, or move to it with Tab, to see how much of its attention it gives to each token; in the maps, tokens that attend are down, and those that they attend to across. The page has such patterns of ${places.length} rows, and ${patterns.table}.csv has their numbers.`;
      return [patternSection(patterns, index, { colours: this.#data.colours, about })];
    }
    const links = places.flatMap((place) => {
      const { id } = this.#rows[place];
      return [" ", element("a", { href: `#${new URLSearchParams({ row: id })}` }, id)];
    });
    return [element(
      "p",
      { class: "files" },
      `What heads look at is shown in ${places.length} other ${
        places.length === 1 ? "row" : "rows"
      }:`,
      ...links,
    )];
  }

  /** A section for each measure that the row has; a map of heads chooses the head whose tokens are shown. */
  #measured(index) {
    const own = this.#measures.filter((values) => values.layers.length > 0 && values.has(index));
    const ofHeads = own.filter((values) => values.hasTokens && values.heads.length > 0);
    const bars = new Map(ofHeads.map((values) => [values, this.#headTokens(values, index)]));
    const choose = bars.size === 0
      ? undefined
      : (place) => bars.forEach(({ choose }) => choose(place));
    const sections = own.map((values) => {
      const { colours } = this.#data;
      const chooses = !values.hasTokens && values.heads.length > 0 ? choose : undefined;
      const content = isMap(values)
        ? element("div", { class: "box" }, largeMap(values, index, { colours, choose: chooses }))
        : bars.get(values).content;
      const digits = `${values.decimals} digit${values.decimals === 1 ? "" : "s"} after the point`;
      const about = `${values.about} In this page to ${digits}; in full in ${values.table}.csv.`;
      return element(
        "section",
        {},
        element("h3", {}, values.name),
        element("p", { class: "files" }, about.trim()),
        content,
      );
    });
    const none = element("p", { class: "none" }, "Nothing else was measured of this row.");
    return sections.length === 0 && this.#measures.some(({ layers }) => layers.length > 0)
      ? [none]
      : sections;
  }

  /** The values of one head over the tokens, with a choice of the head: at first the one with the largest value. */
  #headTokens(values, index) {
    const places = values.layers.flatMap((_, layer) =>
      values.heads.map((_, other) => ({ layer, other }))
    );
    const tokens = values.tokensOf(index);
    const largest = ({ layer, other }) =>
      tokens.reduce(
        (most, _, token) =>
          Math.max(most, Math.abs(values.at(index, { layer, other, token })) || 0),
        0,
      );
    const best = places.reduce((a, b) => largest(b) > largest(a) ? b : a);
    const area = element("div", { class: "box" });
    const options = places.map(({ layer, other }, i) =>
      element("option", { value: `${i}` }, `${values.layers[layer]}.${values.heads[other]}`)
    );
    const select = element("select", {}, ...options);
    const choose = ({ layer, other }) => {
      select.value = `${layer * values.heads.length + other}`;
      area.replaceChildren(tokenBars(values, index, { layer, other, colours: this.#data.colours }));
    };
    select.addEventListener("input", () => choose(places[Number(select.value)]));
    choose(best);
    const content = element("div", {}, element("label", {}, "Head (layer.head) ", select), area);
    return { content, choose };
  }
}
