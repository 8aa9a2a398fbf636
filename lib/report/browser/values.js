// The packed values of the rows; lib/report/rows/pack.ts says how they are packed.

/** The bytes behind a packed text. */
export async function unpacked(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** The numbers in unpacked bytes, NaN for a missing one. */
export function numbersIn(bytes, decimals) {
  const values = [];
  let [code, weight] = [0, 1];
  for (const byte of bytes) {
    code += (byte % 128) * weight;
    weight *= 128;
    if (byte >= 128) continue;
    const steps = code % 2 === 1 ? (code - 1) / 2 : -code / 2;
    values.push(code === 0 ? NaN : steps / 10 ** decimals);
    [code, weight] = [0, 1];
  }
  return values;
}

/** What was measured of every row: values by layer, by head or part, and by token, where there are such axes. */
export class Values {
  #values;
  #starts = [];
  #sentences;

  constructor(measure, { values, sentences, rows }) {
    const { table, name, about, decimals, bound, layers, heads, parts } = measure;
    this.table = table;
    this.name = name;
    this.about = about;
    this.decimals = decimals;
    this.bound = bound;
    this.layers = layers;
    this.heads = heads;
    this.parts = parts;
    this.#values = values;
    this.#sentences = sentences;
    const places = Math.max(1, this.layers.length) * Math.max(1, this.others.length);
    let next = 0;
    for (let row = 0; row < rows; row++) {
      this.#starts.push(next);
      next += places * this.lengthOf(row);
    }
  }

  /** Unpacks a measure of the page's data. */
  static async load(measure, rows) {
    const values = numbersIn(await unpacked(measure.packed), measure.decimals);
    const sentences = measure.tokens === undefined
      ? undefined
      : JSON.parse(new TextDecoder().decode(await unpacked(measure.tokens)));
    return new Values(measure, { values, sentences, rows });
  }

  /** The heads, or the parts of a block. */
  get others() {
    return this.heads.length > 0 ? this.heads : this.parts;
  }

  get hasTokens() {
    return this.#sentences !== undefined;
  }

  /** The roles that any row has, in the order of their first appearance. */
  get roles() {
    const roles = this.#sentences?.distinct.flat().map(([role]) => role) ?? [];
    return [...new Set(roles)].filter((role) => role !== "");
  }

  /** Role and text of a row's tokens. */
  tokensOf(row) {
    return this.#sentences?.distinct[this.#sentences.of[row]] ?? [];
  }

  /** The number of values at one layer of one head or part. */
  lengthOf(row) {
    return this.hasTokens ? this.tokensOf(row).length : 1;
  }

  /** One value; the places are indices into the axes. */
  at(row, { layer = 0, other = 0, token = 0 }) {
    const columns = Math.max(1, this.others.length);
    const place = (layer * columns + other) * this.lengthOf(row) + token;
    return this.lengthOf(row) === 0 ? NaN : this.#values[this.#starts[row] + place];
  }

  /** Whether a row has any value. */
  has(row) {
    const places = Math.max(1, this.layers.length) * Math.max(1, this.others.length);
    const end = this.#starts[row] + places * this.lengthOf(row);
    for (let i = this.#starts[row]; i < end; i++) if (!Number.isNaN(this.#values[i])) return true;
    return false;
  }

  /** The value of a cell as charts have it: for a role, the mean over the row's tokens of this role. */
  ofCell(row, { layer, other, role }) {
    const place = { layer: Math.max(0, layer), other: Math.max(0, other) };
    if (!this.hasTokens) return this.at(row, place);
    const own = this.tokensOf(row).flatMap(([of], token) => {
      const value = of === role ? this.at(row, { ...place, token }) : NaN;
      return Number.isNaN(value) ? [] : [value];
    });
    return own.length === 0 ? NaN : own.reduce((a, b) => a + b, 0) / own.length;
  }
}
