/** The page of many cards: a chart of understanding against bias, and a table to sort and filter whose lines open the card. It needs no server. */

import { BASE } from "../../report/style.ts";
import { Html, html } from "../../report/html.ts";
import { numberText } from "../../tables/text_table.ts";
import type { CardEstimate, CardPart } from "./card.ts";
import { cardsTable, type NamedCard } from "./card_table.ts";
import type { SeedRow } from "./compare_cards.ts";
import type { AgreementRow } from "../compare/agreement.ts";

/** What the page has besides the cards. */
interface CardsPage {
  readonly cards: readonly NamedCard[];
  /** Of some cards, by their names, the address of their page of the explorer. */
  readonly pages: ReadonlyMap<string, string>;
  readonly seeds: readonly SeedRow[];
  /** How little a few models of a recipe say. */
  readonly few: string | undefined;
  /** How far two models use the same parts. */
  readonly agreement: readonly AgreementRow[];
}

export function cardsPage({ cards, pages, seeds, few, agreement }: CardsPage): string {
  const { source } = html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        <title>How CLIP models process negation</title>
        <style>${new Html(BASE + STYLE)}</style>
      </head>
      <body>
    <h1>How ${cards.length} ${cards.length === 1
      ? "model processes"
      : "models process"} negation</h1>
    <p>Understanding (gamma) is what a sentence gains with the picture that it is true of; bias (alpha)
    is what the affirmative sentence gains whatever the picture, both in logits. On average a model is right about both
      pictures where gamma is larger than |alpha|: above the line.
    <a href="cards.csv" download>All numbers (CSV)</a></p>
    ${scatter(cards)}
    ${seedsHtml(seeds, few)}${agreementHtml(agreement)}
    <p><label>Filter <input id="filter" type="search" placeholder="model, recipe, data or part"></label>
    <span id="shown" role="status">${cards.length} of ${cards.length} cards</span></p>
    ${tableHtml(cards)}
    <section id="cards" aria-live="polite">${cards.map((card, i) =>
      cardHtml(card, i, pages)
    )}</section>
    <script>${new Html(SCRIPT)}</script>
      </body>
    </html>
  `;
  return source.trimStart();
}

/** The chart's size, and its margins at the left and below. */
const CHART = { width: 640, height: 340, left: 46, bottom: 38, top: 12, right: 14 };

/** Gamma against |alpha|, each model with its intervals. */
function scatter(cards: readonly NamedCard[]): Html {
  const known = cards.flatMap(({ name, card: { scores: { gamma, alpha } } }, i) =>
    gamma && alpha ? [{ name, i, gamma, alpha }] : []
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
  const named: number[][] = []; // a point near another has its name on touch alone
  return html`
    <figure>
      <svg viewBox="0 0 ${width} ${height}" role="img"
        aria-label="Understanding (gamma) against the size of bias (alpha) of ${known
          .length} models">
    <path class="axis" d="M${left} ${top}V${height - bottom}H${width - right}"/>
    <path class="axis zero" d="M${left} ${y(0)}H${width - right}"/>
    <path class="same" d="M${x(0)} ${y(0)}L${x(end)} ${y(end)}"/>
    ${ticks(mostX).map((value) =>
      html`<text x="${x(value)}" y="${height - bottom + 14}" text-anchor="middle">${value}</text>`
    )}
    ${ticks(mostY).map((value) =>
      html`<text x="${left - 6}" y="${y(value)}" dy="4" text-anchor="end">${value}</text>`
    )}
    <text x="${(width + left) / 2}" y="${height -
      6}" text-anchor="middle">bias, |alpha| (logits)</text>
    <text transform="translate(12 ${height /
      2}) rotate(-90)" text-anchor="middle">understanding, gamma</text>
    ${known.map(({ name, i, gamma, alpha }) => {
      const at = [x(Math.abs(alpha[0])), y(gamma[0])] as const;
      const isFree = named.every(([ox, oy]) =>
        Math.abs(ox! - at[0]) > 90 || Math.abs(oy! - at[1]) > 13
      );
      if (isFree) named.push([...at]);
      return html`
        <a href="#card-${i}" class="point"
          data-card="${i}"><path d="M${at[0]} ${y(gamma[1])}V${y(
            gamma[2],
          )}"/><circle cx="${at[0]}" cy="${at[1]}" r="5"/><title>${name}: gamma ${estimateText(
            gamma,
          )}, alpha ${estimateText(alpha)}</title>${isFree
            ? html`<text x="${at[0]}" y="${at[1]}" dx="8" dy="4">${name}</text>`
            : undefined}</a>
      `;
    })}
      </svg>
    </figure>
  `;
}

function fixed(value: number): number {
  return Math.round(value * 10) / 10;
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

function estimateText(estimate: CardEstimate | undefined, digits = 2): string {
  if (estimate === undefined) return "";
  const [value, low, high] = estimate.map((number) => numberText(number, digits));
  return `${value} (${low} to ${high})`;
}

function seedsHtml(seeds: readonly SeedRow[], few: string | undefined): Html | undefined {
  if (seeds.length === 0) return undefined;
  return html`
    <details>
      <summary>Models of one recipe: means over models</summary>
      <p>Student's intervals with models as the units, so that they hold for other seeds of the recipe. ${few ===
          undefined
        ? undefined
        : `${few}.`}</p>
      <div class="box">
        <table>
          <thead>
            <tr>
              <th>recipe</th>
              <th>quantity</th>
              <th class="n">models</th>
              <th class="n">mean</th>
              <th class="n">between models</th>
            </tr>
          </thead>
          <tbody>
    ${seeds.map(({ recipe, quantity, models, mean, low, high, spread }) =>
      html`
        <tr>
          <td>${recipe}</td>
          <td>${quantity}</td>
          <td class="n">${models}</td>
          <td class="n">${estimateText([mean, low, high])}</td>
          <td class="n">${numberText(spread, 2)}</td>
        </tr>
      `
    )}</tbody>
        </table>
      </div>
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

/** The columns of the table, with what they are sorted by. */
const COLUMNS = [
  "model",
  "recipe",
  "rows",
  "accuracy",
  "gamma",
  "alpha",
  "right",
  "circuit",
  "held out",
];

function tableHtml(cards: readonly NamedCard[]): Html {
  const { rows } = cardsTable(cards);
  const cell = (value: number | undefined, text: string) =>
    html`<td class="n" data-value="${value ?? -Infinity}">${text}</td>`;
  const short = (value: number | undefined) => value === undefined ? "" : numberText(value, 2);
  return html`
    <div class="box">
      <table id="table">
        <thead>
          <tr>${COLUMNS.map((name) =>
            html`<th scope="col"><button type="button">${name}</button></th>`
          )}</tr>
        </thead>
        <tbody>
    ${rows.map((row, i) =>
      html`
        <tr
          data-card="${i}"><th scope="row" data-value="${row.card}"><a href="#card-${i}">${row
            .card}</a></th><td data-value="${row.recipe ?? ""}">${row.recipe}</td>${cell(
              row.n,
              `${row.n}`,
            )}${cell(row.accuracy, short(row.accuracy))}${cell(row.gamma, short(row.gamma))}${cell(
              row.alpha,
              short(row.alpha),
            )}${cell(row.sentences_right, short(row.sentences_right))}${cell(
              row.circuit,
              row.circuit === undefined ? "" : `${row.circuit} of ${row.parts}`,
            )}${cell(row.held_out, short(row.held_out))}</tr>
      `
    )}</tbody>
      </table>
    </div>
  `;
}

function cardHtml(
  { name, card }: NamedCard,
  i: number,
  pages: ReadonlyMap<string, string>,
): Html {
  const { model, scores, controlled, parts, says } = card;
  const page = pages.get(name);
  const data = scores.data.map(({ file, sha256 }) => `${file} (${sha256.slice(0, 6)})`).join(", ");
  return html`<article id="card-${i}" data-card="${i}"><h2>${name}</h2>
${says.map((text) => html`<p>${text}</p>`)}
${circuitHtml(parts, model.text.layers, model.text.heads)}
<p class="soft">Model ${model.name}, data ${data}. ${
    controlled?.gamma === undefined
      ? undefined
      : `Controlled pairs: gamma ${estimateText(controlled.gamma)}, alpha ${
        estimateText(controlled.alpha)
      }.`
  } ${page === undefined ? undefined : html`<a href="${page}">Explore it</a>`}</p></article>`;
}

const CELL = { width: 64, height: 26, left: 54, top: 20 };

/** The parts by layer and head: those that do something, by what they do, and how much of gamma. */
function circuitHtml(parts: readonly CardPart[], layers: number, heads: number): Html | undefined {
  const shown = parts.filter(({ way, circuit }) => way !== undefined || circuit);
  if (shown.length === 0) return undefined;
  const placed = shown.map((part) => {
    const [kind, at] = part.part.split(" ") as [string, string];
    const [layer, head] = at.split(".").map(Number);
    return { part, layer: layer!, row: kind === "mlp" ? heads + 1 : head! };
  });
  const rows = [...new Set(placed.map(({ row }) => row))].toSorted((a, b) => a - b);
  const { width, height, left, top } = CELL;
  const size = [left + layers * width, top + rows.length * height + 4];
  return html`
    <div class="box">
      <svg class="circuit" viewBox="0 0 ${size}" width="${size[0]!}" role="img"
        aria-label="The parts that process negation, by layer and head">
    ${Array.from(
      { length: layers },
      (_, i) =>
        html`<text x="${left + (i + 0.5) * width}" y="13" text-anchor="middle">${i + 1}</text>`,
    )}
    ${rows.map((row, i) =>
      html`<text x="${left - 8}" y="${top + (i + 0.5) * height + 4}" text-anchor="end">${
        row > heads ? "MLP" : `head ${row}`
      }</text>`
    )}
    ${placed.map(({ part: { part, way = [], gamma, circuit }, layer, row }) => {
      const [x, y] = [left + (layer - 1) * width, top + rows.indexOf(row) * height];
      const does = way.length === 0 ? "in the circuit" : way.join(" and ");
      return html`
        <g class="${way[0] ?? "member"}">
          <rect x="${x + 2}" y="${y + 2}" width="${width - 4}" height="${height - 4}" rx="4"
            ${circuit
              ? html`
                stroke-width="2"
              `
              : undefined} />
          <text x="${x + width / 2}" y="${y + height / 2 + 4}" text-anchor="middle">${part.replace(
            "head ",
            "",
          ).replace(/mlp.*/, "MLP")}${gamma ? ` ${numberText(gamma[0], 2)}` : ""}</text>
          <title>${part}: ${does}${gamma ? `, ${estimateText(gamma)} of gamma` : ""}</title>
        </g>
      `;
    })}
      </svg>
    </div>
    <p
      class="soft">By layer: <span class="reads">reads</span> the negator, <span class="passes">passes</span> it on, <span class="writes">writes</span> it into the score, <span class="against">against</span> it; thick outlines: the circuit; numbers: shares of gamma.</p>
  `;
}

const STYLE = `[hidden] { display: none; }
body { max-width: 60rem; padding: 1rem clamp(0.75rem, 3vw, 2rem) 3rem; font: 1rem/1.5 system-ui, "DejaVu Sans", sans-serif; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; overflow-wrap: anywhere; } a { color: var(--link); }
figure { margin: 0; } svg { max-width: 100%; height: auto; font: 12px system-ui, sans-serif; } svg text { fill: var(--ink); }
.axis { fill: none; stroke: var(--soft); } .zero { stroke-dasharray: 2 3; } .same { stroke: var(--soft); stroke-dasharray: 6 4; }
.point path { stroke: var(--link); } .point circle { fill: var(--link); stroke: var(--ground); } .point:focus circle, .point.chosen circle { fill: var(--incorrect); }
.box { overflow-x: auto; } table { border-collapse: collapse; font-size: 0.95rem; } th, td { padding: 0.2rem 0.6rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; } th button { border: 0; padding: 0; font-weight: 600; } th[aria-sort] button { text-decoration: underline; }
tr.chosen { background: var(--tint); } article { display: none; margin-top: 1rem; padding-top: 0.5rem; border-top: 2px solid var(--line); } article:target, article.chosen { display: block; } article p { margin: 0 0 0.4rem; }
.soft { color: var(--soft); } svg.circuit { max-width: none; } .circuit rect { stroke: var(--soft); fill: var(--tint); }
.reads rect { fill: #7cc0f5; } .writes rect { fill: #ffb27d; } .passes rect { fill: #d9d2ee; } .against rect { fill: #fff; stroke-dasharray: 4 3; }
.reads text, .writes text, .passes text, .against text { fill: #111; } span.reads { background: #7cc0f5; } span.writes { background: #ffb27d; } span.passes { background: #d9d2ee; } span.against { background: #fff; outline: 1px dashed; } article span { color: #111; padding: 0 0.3rem; border-radius: 3px; }
@media (max-width: 40rem) { .point text { display: none; } }
@media print { input, button { display: none; } article { display: block; } }
`;

/** Sorts by a column, filters by words, and marks the card that is open. */
const SCRIPT = `"use strict";
const body = document.querySelector("#table tbody");
const lines = [...body.rows];
const heads = [...document.querySelectorAll("#table thead th")];
heads.forEach((head, column) => head.firstChild.addEventListener("click", () => {
  const isUp = head.getAttribute("aria-sort") === "descending";
  heads.forEach((other) => other.removeAttribute("aria-sort"));
  head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
  const valueOf = (line) => line.cells[column].dataset.value;
  const isNumber = head.parentNode.cells[column] && lines.every((line) => !Number.isNaN(Number(valueOf(line))));
  lines.sort((a, b) => (isNumber ? Number(valueOf(b)) - Number(valueOf(a)) : valueOf(b).localeCompare(valueOf(a))) * (isUp ? -1 : 1));
  body.append(...lines);
}));
const text = (line) => (line.textContent + " " + document.getElementById("card-" + line.dataset.card).textContent).toLowerCase();
const texts = new Map(lines.map((line) => [line, text(line)]));
document.getElementById("filter").addEventListener("input", ({ target }) => {
  const words = target.value.toLowerCase().split(/\\s+/);
  let count = 0;
  for (const line of lines) {
    line.hidden = !words.every((word) => texts.get(line).includes(word));
    if (!line.hidden) count++;
    document.querySelectorAll('.point[data-card="' + line.dataset.card + '"]').forEach((point) => point.toggleAttribute("hidden", line.hidden));
  }
  document.getElementById("shown").textContent = count + " of " + lines.length + " cards";
});
const choose = () => {
  const chosen = location.hash.replace("#card-", "");
  document.querySelectorAll("[data-card]").forEach((each) => each.classList.toggle("chosen", each.dataset.card === chosen));
};
addEventListener("hashchange", choose);
choose();
`;
