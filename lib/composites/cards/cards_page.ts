/** The page of many cards: a chart of understanding against bias, and a table to sort and filter whose lines open the card. It needs no server. */

import { boxedTable, Html, html, type HtmlValue } from "../../report/html.ts";
import { SORTING, STYLE } from "../../report/style.ts";
import { readNode } from "../../tables/nodes.ts";
import { numberText } from "../../tables/text_table.ts";
import type { CardEstimate, CardPart } from "./card_files.ts";
import { cardsTable, dataOf, dataText, type NamedCard, type SeedRow } from "./tables.ts";
import type { AgreementRow } from "../compare/agreement.ts";

export function cardsPage({ cards, pages, seeds, agreement }: {
  readonly cards: readonly NamedCard[];
  /** Of some cards, by their names, the address of their page of the explorer. */
  readonly pages: ReadonlyMap<string, string>;
  readonly seeds: readonly SeedRow[];
  readonly agreement: readonly AgreementRow[];
}): string {
  const [models, process] = cards.length === 1 ? ["model", "processes"] : ["models", "process"];
  const byData = [...Map.groupBy(cards, ({ card }) => dataOf(card)).values()]
    .toSorted((a, b) => b.length - a.length);
  const { source } = html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        <title>How CLIP models process negation</title>
        <style>${new Html(STYLE + OWN_STYLE)}</style>
      </head>
      <body>
    <h1>How ${cards.length} ${models} ${process} negation</h1>
    <p>Understanding (gamma) is what a sentence gains with the picture that it is true of; bias (alpha)
    is what the affirmative sentence gains whatever the picture, both in logits. On average a model is right about both
    pictures where gamma is larger than |alpha|: above the line.
    <a href="cards.csv" download>All numbers (CSV)</a></p>
    ${scatter(cards, byData)}${otherDataHtml(byData.slice(1))}
    ${seedsHtml(seeds)}${agreementHtml(agreement)}
    <p><label>Filter <input id="filter" type="search" placeholder="model, recipe, data or part"></label>
    <span id="shown" role="status">${cards.length} of ${cards.length} cards</span></p>
    ${tableHtml(cards)}
    <section id="cards" aria-live="polite">${cards.map((card, i) =>
      cardHtml(card, i, pages.get(card.name))
    )}</section>
    <script>${new Html(SORTING + SCRIPT)}</script>
      </body>
    </html>
  `;
  return source.trimStart();
}

/** The chart's size, and its margins at the left and below. */
const CHART = { width: 640, height: 340, left: 56, bottom: 46, top: 12, right: 14 };

/** Gamma against |alpha|, each model with its interval; those on other data than most are hollow. */
function scatter(cards: readonly NamedCard[], [most = []]: readonly NamedCard[][]): Html {
  const known = cards.flatMap(({ name, card: { scores: { gamma, alpha } } }, i) =>
    gamma && alpha ? [{ name, i, gamma, alpha, isOther: !most.includes(cards[i]!) }] : []
  );
  if (known.length === 0) return html`<p>No card has gamma and alpha.</p>`;
  const largest = (values: readonly number[]) => Math.max(1e-6, ...values) * 1.08;
  const mostX = largest(known.map(({ alpha }) => Math.abs(alpha[0])));
  const mostY = largest(known.map(({ gamma }) => gamma[2]));
  const leastY = Math.min(0, ...known.map(({ gamma }) => gamma[1])) * 1.08;
  const { width, height, left, bottom, top, right } = CHART;
  const x = (value: number) => fixed(left + value / mostX * (width - left - right));
  const y = (value: number) =>
    fixed(height - bottom - (value - leastY) / (mostY - leastY) * (height - bottom - top));
  const end = Math.min(mostX, mostY);
  const points = known.map(({ alpha, gamma, ...rest }) => {
    const title = `${rest.name}: gamma ${estimateText(gamma)}, alpha ${estimateText(alpha)}`;
    const ys = [y(gamma[0]), y(gamma[1]), y(gamma[2])] as const;
    return { ...rest, title, x: x(Math.abs(alpha[0])), ys };
  });
  const names = labels(points);
  return html`
    <figure>
      <svg viewBox="0 0 ${width} ${height}" role="img"
        aria-label="Understanding (gamma) against the size of bias (alpha) of ${known
          .length} models">
    <path class="axis" d="M${left} ${top}V${height - bottom}H${width - right}"/>
    <path class="axis zero" d="M${left} ${y(0)}H${width - right}"/>
    <path class="same" d="M${x(0)} ${y(0)}L${x(end)} ${y(end)}"/>
    ${ticks(mostX).map((value) => svgText(x(value), height - bottom + 17, "middle", value))}
    ${ticks(mostY).map((value) => svgText(left - 6, y(value) + 4, "end", value))}
    ${svgText((width + left) / 2, height - 6, "middle", "bias, |alpha| (logits)")}
    <text transform="translate(14 ${height /
      2}) rotate(-90)" text-anchor="middle">understanding, gamma</text>
    ${points.map(({ i, title, isOther, x, ys: [y, low, high] }, nth) =>
      html`<a href="#card-${i}" class="point${isOther ? " other" : ""}" data-card="${i}">
        <path d="M${x} ${low}V${high}"/><circle cx="${x}" cy="${y}" r="5"/>
        <title>${title}</title>${names[nth]}</a>`
    )}
      </svg>
    </figure>
  `;
}

/** The name of each point at the first place about it that is free, in letters as large as on a narrow page. */
function labels(
  points: readonly {
    name: string;
    x: number;
    ys: readonly [y: number, low: number, high: number];
  }[],
) {
  const taken = points.map(({ x, ys: [y, low, high] }) =>
    [x - 6, Math.min(high, y - 6), x + 6, Math.max(low, y + 6)] as const
  );
  return points.map(({ name, x, ys: [y] }, i) => {
    const places = [
      [x + 8, y + 5, "start"],
      [x - 8, y + 5, "end"],
      [x, taken[i]![1] - 5, "middle"],
      [x, taken[i]![3] + 16, "middle"],
    ] as const;
    const free = places.find(([at, base, anchor]) => {
      const length = name.length * 9.5;
      const left = at - { start: 0, middle: 0.5, end: 1 }[anchor] * length;
      const [top, right, bottom] = [base - 14, left + length, base + 4];
      const isFree = left > CHART.left && right < CHART.width && top > 0 &&
        taken.every((it) => left > it[2] || right < it[0] || top > it[3] || bottom < it[1]);
      return isFree && taken.push([left, top, right, bottom]) > 0;
    });
    return free && svgText(free[0], free[1], free[2], name);
  });
}

function otherDataHtml(others: readonly NamedCard[][]): Html | undefined {
  const texts = others.map((cards) =>
    `${cards.map(({ name }) => name).join(", ")} (${dataText(cards[0]!.card)})`
  );
  if (texts.length === 0) return undefined;
  return html`<p class="soft">Hollow points are of other data than the filled ones, with which they
cannot be compared: ${texts.join("; ")}.</p>`;
}

function fixed(value: number): number {
  return Math.round(value * 10) / 10;
}

function svgText(x: number, y: number, anchor: "start" | "middle" | "end", text: HtmlValue): Html {
  return html`<text x="${x}" y="${y}" text-anchor="${anchor}">${text}</text>`;
}

/** Round numbers from 0, four or so. */
function ticks(most: number): number[] {
  const step = [1, 2, 5, 10].map((factor) => factor * 10 ** Math.floor(Math.log10(most / 4)))
    .find((step) => most / step <= 5)!;
  return Array.from(
    { length: Math.floor(most / step) + 1 },
    (_, i) => Number((i * step).toPrecision(3)),
  );
}

function estimateText(estimate: CardEstimate | undefined): string {
  if (estimate === undefined) return "";
  const [value, low, high] = estimate.map((number) => numberText(number, 2));
  return `${value} (${low} to ${high})`;
}

const heads = (columns: readonly string[], texts: readonly string[]) =>
  columns.map((name) => ({ name, isNumber: !texts.includes(name) }));

function seedsHtml(seeds: readonly SeedRow[]): Html | undefined {
  if (seeds.length === 0) return undefined;
  const columns = ["recipe", "quantity", "models", "mean", "between models"];
  const rows = seeds.map((
    { recipe, quantity, models, mean, low, high, spread },
  ) => [recipe, quantity, models, estimateText([mean, low, high]), numberText(spread, 2)]);
  return html`
    <details>
      <summary>Models of one recipe: means over models</summary>
      <p>Student's intervals with models as the units, so that they hold for other seeds of the recipe.</p>
      ${boxedTable("seeds.csv", heads(columns, ["recipe", "quantity"]), rows)}
    </details>
  `;
}

/** The most pairs of models that the page lists; agreement.csv has all. */
const MOST_PAIRS = 30;

function agreementHtml(agreement: readonly AgreementRow[]): Html | undefined {
  const known = agreement.filter(({ rho }) => rho !== undefined)
    .toSorted((a, b) => b.rho! - a.rho!).slice(0, MOST_PAIRS);
  if (known.length === 0) return undefined;
  return html`
    <details>
      <summary>Do two models use the same parts?</summary>
      <p>Spearman's rho of the parts' shares of gamma: 1 if both have them in the same order, 0 if one
    order says nothing of the other; over the parts that both cards name.</p>
      <ul>${known.map(({ first, second, rho }) =>
        html`<li>${first} and ${second}: ${numberText(rho!, 2)}</li>`
      )}</ul>
    </details>
  `;
}

function tableHtml(cards: readonly NamedCard[]): Html {
  const columns = ["model", "recipe", "data", "rows"]
    .concat("accuracy", "gamma", "alpha", "right", "circuit", "held out");
  const short = (value: number | undefined) => value === undefined ? "" : numberText(value, 2);
  const rows = cardsTable(cards).rows.map((row, i) => [
    html`<a href="#card-${i}">${row.card}</a>`,
    ...[row.recipe, row.data, row.n],
    ...[row.accuracy, row.gamma, row.alpha, row.sentences_right].map(short),
    row.circuit === undefined ? "" : `${row.circuit} of ${row.parts}`,
    short(row.held_out),
  ]);
  return html`<div id="table">${
    boxedTable("cards.csv", heads(columns, ["model", "recipe", "data"]), rows)
  }</div>`;
}

function cardHtml(
  { name, card, copies = [] }: NamedCard,
  i: number,
  page?: string,
): Html {
  const { model, controlled, parts, says } = card;
  const [gamma, alpha] = [controlled?.gamma, controlled?.alpha].map((it) => estimateText(it));
  const more = gamma && `Controlled pairs: gamma ${gamma}, alpha ${alpha}.`;
  return html`<article id="card-${i}" data-card="${i}"><h2>${name}</h2>
${says.map((text) => html`<p>${text}</p>`)}
${circuitHtml(parts, model.text)}
<p class="soft">Model ${model.name}, data ${dataText(card)}. ${more}
${copies.length > 0 ? `The same model and data: ${copies.join(", ")}.` : undefined}
${page && html`<a href="${page}">Explore it</a>`}</p></article>`;
}

const CELL = { width: 64, height: 26, left: 54, top: 20 };

/** The parts by layer and head: those that do something, by what they do, and how much of gamma. */
function circuitHtml(
  parts: readonly CardPart[],
  { layers, heads }: { readonly layers: number; readonly heads: number },
): Html | undefined {
  const shown = parts.filter(({ way, circuit }) => way !== undefined || circuit);
  if (shown.length === 0) return undefined;
  const placed = shown.map((part) => {
    const { layer, head = heads + 1 } = readNode(part.part)!;
    return { ...part, layer, row: head };
  });
  const rows = [...new Set(placed.map(({ row }) => row))].toSorted((a, b) => a - b);
  const { width, height, left, top } = CELL;
  const [wide, high] = [left + layers * width, top + rows.length * height + 4];
  const middle = (i: number) => top + (i + 0.5) * height + 4;
  const cells = placed.map(({ part, way = [], gamma, circuit, layer, row }) => {
    const [x, i] = [left + (layer - 1) * width, rows.indexOf(row)];
    const does = way.length === 0 ? "in the circuit" : way.join(" and ");
    const name = part.replace("head ", "").replace(/mlp.*/, "MLP");
    const text = gamma ? `${name} ${numberText(gamma[0], 2)}` : name;
    return html`<g class="${way[0] ?? "member"}"><rect x="${x + 2}" y="${top + i * height + 2}"
      width="${width - 4}" height="${height - 4}" rx="4" stroke-width="${circuit ? 2 : 1}"/>
      ${svgText(x + width / 2, middle(i), "middle", text)}
      <title>${part}: ${does}${gamma && `, ${estimateText(gamma)} of gamma`}</title></g>`;
  });
  return html`
    <div class="box" tabindex="0">
      <svg class="circuit" viewBox="0 0 ${wide} ${high}" width="${wide}" role="img"
        aria-label="The parts that process negation, by layer and head">
    ${Array.from(
      { length: layers },
      (_, i) => svgText(left + (i + 0.5) * width, 13, "middle", i + 1),
    )}
    ${rows.map((row, i) =>
      svgText(left - 8, middle(i), "end", row > heads ? "MLP" : `head ${row}`)
    )}
    ${cells}
      </svg>
    </div>
    <p
      class="soft">By layer: <span class="reads">reads</span> the negator, <span class="passes">passes</span> it on, <span class="writes">writes</span> it into the score, <span class="against">against</span> it; thick outlines: the circuit; numbers: shares of gamma.</p>
  `;
}

const OWN_STYLE = `[hidden] { display: none; } body { max-width: 60rem; }
figure { margin: 0; } svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; } svg text { fill: var(--ink); }
.axis { fill: none; stroke: var(--soft); } .zero { stroke-dasharray: 2 3; } .same { stroke: var(--soft); stroke-dasharray: 6 4; }
.point path { stroke: var(--link); } .point circle { fill: var(--link); stroke: var(--ground); } .point text { paint-order: stroke; stroke: var(--ground); stroke-width: 3px; } .point.other circle { fill: var(--ground); stroke: var(--link); stroke-width: 2; } .point:focus circle, .point.chosen circle { fill: var(--incorrect); }
tr.chosen { background: var(--tint); } article { display: none; margin-top: 1rem; padding-top: 0.5rem; border-top: 2px solid var(--line); } article:target, article.chosen { display: block; } article p { margin: 0 0 0.4rem; }
.soft { color: var(--soft); } svg.circuit { max-width: none; } .circuit rect { stroke: var(--soft); fill: var(--tint); }
.reads rect { fill: #7cc0f5; } .writes rect { fill: #ffb27d; } .passes rect { fill: #d9d2ee; } .against rect { fill: #fff; stroke-dasharray: 4 3; }
.reads text, .writes text, .passes text, .against text { fill: #111; } span.reads { background: #7cc0f5; } span.writes { background: #ffb27d; } span.passes { background: #d9d2ee; } span.against { background: #fff; outline: 1px dashed; } article span { color: #111; padding: 0 0.3rem; border-radius: 3px; }
@media (max-width: 40rem) { figure svg { font-size: 18px; } }
@media print { input, button { display: none; } article { display: block; } }
`;

/** Filters the table by words, and marks the card that is open. */
const SCRIPT = `"use strict";
const lines = [...document.querySelector("#table tbody").rows];
const texts = new Map(lines.map((line) => {
  line.dataset.card = line.querySelector("a").hash.replace("#card-", "");
  return [line, (line.textContent + " " + document.querySelector(line.querySelector("a").hash).textContent).toLowerCase()];
}));
document.getElementById("filter").addEventListener("input", ({ target }) => {
  const words = target.value.toLowerCase().split(/\\s+/);
  for (const [line, text] of texts) {
    line.hidden = !words.every((word) => text.includes(word));
    document.querySelectorAll('.point[data-card="' + line.dataset.card + '"]').forEach((point) => point.toggleAttribute("hidden", line.hidden));
  }
  document.getElementById("shown").textContent = lines.filter((line) => !line.hidden).length + " of " + lines.length + " cards";
});
const choose = () => {
  const chosen = location.hash.replace("#card-", "");
  document.querySelectorAll("[data-card]").forEach((each) => each.classList.toggle("chosen", each.dataset.card === chosen));
};
addEventListener("hashchange", choose);
choose();
`;
