// Starts what the page holds.

import { RowDetail } from "./detail.js";
import { offerDownloads } from "./downloads.js";
import { RowList } from "./list.js";
import { tellMarks } from "./marks.js";
import { Patterns } from "./patterns.js";
import { Values } from "./values.js";
import { element } from "./view.js";

/** The rows of the page's table, which is there for readers without scripts too. */
function rowsOf(table) {
  const names = ["id", "negation", "segment", "", "", "", "caption", "foil", "image"];
  const number = (text) => text === "" ? NaN : Number(text.replace("−", "-"));
  return [...table.tBodies[0].rows].map((line) => {
    const cells = [...line.cells].map((cell) => cell.textContent);
    const row = Object.fromEntries(names.map((name, i) => [name, cells[i]]));
    const scores = {
      d: number(line.dataset.d),
      s_caption: number(cells[4]),
      s_foil: number(cells[5]),
    };
    const searched = [row.id, row.caption, row.foil, row.image].join("\n").toLowerCase();
    return { ...row, ...scores, searched };
  });
}

async function startRows(place) {
  const data = JSON.parse(document.getElementById("data").textContent);
  const rows = rowsOf(document.getElementById("list"));
  let [measures, patterns] = [[], undefined];
  try {
    patterns = data.patterns && await Patterns.load(data.patterns);
    measures = await Promise.all(data.measures.map((measure) => Values.load(measure, rows.length)));
  } catch (error) {
    const text = `This browser cannot unpack the values of single rows (${error.message}).`;
    place.append(element("p", { class: "problem" }, text));
  }
  const list = new RowList(place, { rows, measures, data });
  const detail = new RowDetail({ rows, measures, patterns, data, list });
  document.documentElement.classList.add("browsing");
  const follow = () => {
    const address = new URLSearchParams(location.hash.slice(1));
    if (address.has("row")) return void detail.open(address.get("row"));
    detail.close();
    if (address.has("layer") || address.has("from") || address.has("side")) list.follow(address);
  };
  addEventListener("hashchange", follow);
  follow();
}

tellMarks();
offerDownloads();
const place = document.getElementById("browser");
if (place) startRows(place);
