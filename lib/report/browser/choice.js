// The choice of rows: controls for side, segment, range of d, text, a value of each row, and the order.

import { element } from "./view.js";

/** What a list shows until a reader chooses. */
const EVERYTHING = {
  ...{ search: "", side: "", segment: "", from: "", to: "" },
  ...{ measure: -1, layer: -1, other: -1, role: "", order: "" },
};

export class RowChoice {
  /** The controls. */
  place = element("div", { class: "controls", role: "group", "aria-label": "Choice of rows" });
  #rows;
  #measures;
  #changed;
  #chosen = { ...EVERYTHING };

  /** The controls for some rows; `changed` is called when a reader chooses. */
  constructor({ rows, measures, changed }) {
    this.#rows = rows;
    this.#measures = measures;
    this.#changed = changed;
    this.#draw();
  }

  /** The measure whose value each row shows; undefined for none. */
  get measure() {
    return this.#measures[this.#chosen.measure];
  }

  /** The chosen value of a row; NaN without one. */
  valueOf(index) {
    return this.measure?.ofCell(index, this.#chosen) ?? NaN;
  }

  /** The indices of the chosen rows, in the chosen order. */
  rows() {
    const { search, side, segment, from, to, order } = this.#chosen;
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = this.#rows.flatMap((row, index) => {
      const fits = (side === "" || row.negation === side) &&
        (segment === "" || row.segment === segment) &&
        (from === "" || row.d >= Number(from)) && (to === "" || row.d < Number(to)) &&
        words.every((word) => row.searched.includes(word));
      const value = fits ? this.valueOf(index) : NaN;
      return fits && !(this.measure && Number.isNaN(value)) ? [{ index, d: row.d, value }] : [];
    });
    if (order !== "") {
      const [sign, by] = order.startsWith("-") ? [-1, order.slice(1)] : [1, order];
      found.sort((a, b) => sign * (a[by] - b[by]));
    }
    return found.map(({ index }) => index);
  }

  /** Chooses the rows that an address names: those of a side, a segment and a range of d, in the order of a cell's values. */
  follow(address) {
    const of = (name) => address.get(name) ?? "";
    const [layer, head, part, role] = ["layer", "head", "part", "role"].map(of);
    const chosen = {
      ...{ ...EVERYTHING, side: of("side"), segment: of("segment") },
      ...{ from: of("from"), to: of("to"), order: of("from") === "" ? "" : "d" },
    };
    const measure = layer === ""
      ? -1
      : this.#measures.findIndex((values) =>
        values.layers.includes(Number(layer)) &&
        (role === "" ? !values.hasTokens : values.roles.includes(role)) &&
        (head === "" ? values.heads.length === 0 : values.heads.includes(Number(head))) &&
        (part === "" ? values.parts.length === 0 : values.parts.includes(part))
      );
    if (measure !== -1) {
      const { layers, heads, parts } = this.#measures[measure];
      const other = head === "" ? parts.indexOf(part) : heads.indexOf(Number(head));
      const cell = { layer: layers.indexOf(Number(layer)), other, role };
      Object.assign(chosen, { measure, ...cell, order: "-value" });
    }
    this.#chosen = chosen;
    this.#draw();
  }

  #set(name, value) {
    this.#chosen[name] = value;
    if (name === "measure") {
      const { measure } = this;
      Object.assign(this.#chosen, {
        layer: measure?.layers.length > 0 ? measure.layers.length - 1 : -1,
        other: measure?.others.length > 0 ? 0 : -1,
        role: measure?.roles.at(-1) ?? "",
        order: measure ? "-value" : "",
      });
      this.#draw();
      this.place.querySelector("[name=measure]").focus();
    }
    this.#changed();
  }

  #draw() {
    const values = this.measure;
    const distinct = (name) => [...new Set(this.#rows.map((row) => row[name]))].filter(Boolean);
    const named = (names) => names.map((name) => [name, name]);
    const indexed = (names) => names.map((name, i) => [i, `${name}`]);
    const hasScores = this.#rows.some(({ d }) => !Number.isNaN(d));
    const parts = [
      this.#field("search", "Text or id", element("input", { type: "search", size: "18" })),
      this.#select("side", "Negated", [["", "either"], ...named(["foil", "caption"])]),
      hasScores && this.#select("segment", "Segment", [["", "all"], ...named(distinct("segment"))]),
      hasScores && this.#field("from", "d from", element("input", { type: "number", step: "any" })),
      hasScores && this.#field("to", "to below", element("input", { type: "number", step: "any" })),
      this.#measures.length > 0 && this.#select("measure", "Value", [
        [-1, "none"],
        ...indexed(this.#measures.map(({ name }) => name)),
      ]),
      values?.layers.length > 0 && this.#select("layer", "Layer", indexed(values.layers)),
      values?.heads.length > 0 && this.#select("other", "Head", indexed(values.heads)),
      values?.parts.length > 0 && this.#select("other", "Part", indexed(values.parts)),
      values?.hasTokens &&
      this.#select(
        "role",
        "Role",
        named(values.roles).map(([role]) => [role, role.replaceAll("_", " ")]),
      ),
      this.#select("order", "Order", [
        ["", "of the file"],
        ...(hasScores ? [["d", "d, lowest first"], ["-d", "d, highest first"]] : []),
        ...(values ? [["value", "value, lowest first"], ["-value", "value, highest first"]] : []),
      ]),
      element("button", { type: "button", onclick: () => this.#clear() }, "Show all"),
    ];
    this.place.replaceChildren(...parts.filter(Boolean));
  }

  #clear() {
    this.#chosen = { ...EVERYTHING };
    this.#draw();
    this.place.querySelector("input").focus();
    this.#changed();
  }

  #field(name, label, control) {
    control.name = name;
    control.value = this.#chosen[name];
    control.addEventListener("input", () => {
      const isNumber = typeof EVERYTHING[name] === "number";
      this.#set(name, isNumber ? Number(control.value) : control.value);
    });
    return element("label", {}, `${label} `, control);
  }

  #select(name, label, options) {
    const made = options.map(([value, text]) => element("option", { value: `${value}` }, text));
    return this.#field(name, label, element("select", {}, ...made));
  }
}
