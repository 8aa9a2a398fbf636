// The browser of the rows: pages of the chosen rows, each with its picture, sentences, scores and small maps.

import { RowChoice } from "./choice.js";
import { csvText, save } from "./downloads.js";
import { isMap, legend, smallMap } from "./maps.js";
import { element, numberText } from "./view.js";

/** At most this many small maps stand beside a row. */
const MOST_MAPS = 2;

export class RowList {
  #rows;
  #measures;
  #data;
  #place;
  #choice;
  #found = [];
  #page = 0;
  #list = element("ol", { class: "rows" });
  #count = element("output", { "aria-live": "polite", tabindex: "-1" });
  #pagers = ["Pages of rows", "Pages of rows, below"].map((name) =>
    element("nav", { class: "pager", "aria-label": name })
  );

  constructor(place, { rows, measures, data }) {
    this.#place = place;
    this.#rows = rows;
    this.#measures = measures;
    this.#data = data;
    this.#choice = new RowChoice({ rows, measures, changed: () => this.#update() });
    const saved = element(
      "button",
      { type: "button", onclick: () => this.#save() },
      "Save these rows (CSV)",
    );
    const [above, below] = this.#pagers;
    place.append(
      ...[
        this.#legends(),
        this.#choice.place,
        element("p", { class: "counts" }, this.#count, " ", saved),
      ],
      ...[above, this.#list, below],
    );
    this.#update();
  }

  /** The rows that are listed, by index, in their order. */
  get found() {
    return this.#found;
  }

  /** Lists the rows that an address names. */
  follow(address) {
    this.#choice.follow(address);
    this.#update();
    this.#place.closest("section").scrollIntoView();
    this.#count.focus({ preventScroll: true });
  }

  #update() {
    this.#found = this.#choice.rows();
    this.#page = 0;
    this.#count.textContent = `${this.#found.length} of ${this.#rows.length} rows`;
    this.#draw();
  }

  #draw() {
    const { rowsAPage } = this.#data;
    const pages = Math.max(1, Math.ceil(this.#found.length / rowsAPage));
    const first = this.#page * rowsAPage;
    this.#list.start = first + 1;
    const shown = this.#found.slice(first, first + rowsAPage);
    this.#list.replaceChildren(...shown.map((index) => this.#line(index)));
    for (const pager of this.#pagers) {
      const go = (by, name) => {
        const turned = () => {
          this.#page += by;
          this.#draw();
          const [same, other] = [`[data-of=${name}]`, "button"].map((of) => `${of}:not(:disabled)`);
          (pager.querySelector(same) ?? pager.querySelector(other))?.focus();
        };
        const button = element(
          "button",
          { type: "button", "data-of": name, onclick: turned },
          name,
        );
        button.disabled = this.#page + by < 0 || this.#page + by >= pages;
        return button;
      };
      const where = element("span", {}, `page ${this.#page + 1} of ${pages}`);
      pager.replaceChildren(go(-1, "Previous"), where, go(1, "Next"));
    }
  }

  #line(index) {
    const { id, caption, foil, s_caption, s_foil, d, segment, negation } = this.#rows[index];
    const sentence = (kind, text, score) =>
      text && element(
        "p",
        { class: "sentence" },
        element("span", { class: "kind" }, `${kind}, S ${numberText(score, 2)}`),
        element("q", {}, text),
      );
    const { measure } = this.#choice;
    const value = measure
      ? `, ${measure.name} ${numberText(this.#choice.valueOf(index), measure.decimals)}`
      : "";
    const score = Number.isNaN(d)
      ? []
      : [element("b", {}, `d ${numberText(d, 2)}`), ` ${segment}, `];
    const features = this.#measures.filter(({ layers }) => layers.length === 0)
      .map((values) => `${values.name} ${numberText(values.at(index, {}), values.decimals)}`);
    const pair = element(
      "div",
      { class: "pair" },
      sentence("caption", caption, s_caption),
      sentence("foil", foil, s_foil),
      element("p", { class: `score ${segment}` }, ...score, `${negation}-negated${value}`),
      features.length > 0 ? element("p", { class: "kind" }, features.join(", ")) : undefined,
      element(
        "p",
        { class: "id" },
        element("a", { href: `#${new URLSearchParams({ row: id })}` }, id),
      ),
    );
    const maps = this.#maps().filter((values) => values.has(index));
    return element(
      "li",
      {},
      this.picture(index, "thumbnail"),
      pair,
      ...maps.map((values) => smallMap(values, index, this.#data.colours)),
    );
  }

  /** The measures that have small maps. */
  #maps() {
    return this.#measures.filter(isMap).slice(0, MOST_MAPS);
  }

  #legends() {
    const legends = this.#maps().map((values) => legend(values, this.#data.colours));
    return element(
      "p",
      { class: "legends" },
      ...legends,
      legends.length > 0
        ? " beyond: the colour of the end; grey: no value; rounded as a row says when it is opened"
        : "",
    );
  }

  /** A row's picture. */
  picture(index, kind) {
    const { image } = this.#rows[index];
    const [source, width, height] = this.#data.images[this.#data.imageOf[index]] ?? [];
    if (source === undefined) {
      return element("p", { class: `${kind} none` }, image ? `no image: ${image}` : "");
    }
    return element("img", {
      class: kind,
      src: source,
      width,
      height,
      alt: image,
      decoding: "async",
    });
  }

  #save() {
    const { measure } = this.#choice;
    const columns = [
      "id",
      "negation",
      "segment",
      "d",
      "s_caption",
      "s_foil",
      "caption",
      "foil",
      "image",
    ];
    const value = measure ? [measure.name] : [];
    const lines = this.#found.map((index) => [
      ...columns.map((column) => this.#rows[index][column]),
      ...value.map(() => this.#choice.valueOf(index)),
    ]);
    save("rows.csv", csvText([[...columns, ...value], ...lines]), "text/csv");
  }
}
