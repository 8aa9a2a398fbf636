/** The rows of the data that a run does not use or doubts, with reasons and ids. */

import type { Manifest } from "../files/manifest.ts";
import { clipped, type Html, html } from "./escape.ts";
import { fitting } from "./fitting.ts";

/** More reasons are only in the manifest. */
const MOST_REASONS = 20;

/** Bytes of all ids; each reason has an equal share. */
const MOST_ID_BYTES = 40_000;

/** The HTML of the dropped and the doubtful rows, below the number of rows that were used. */
export function leftOutHtml({ rows: { read, kept, dropped }, warnings = [] }: Manifest): Html {
  const counts = html`<p>Of ${read} rows ${kept} were used.</p>`;
  const reasons: Reason[] = [
    ...dropped.map(({ reason, n, ids, skipped }) => {
      return { what: skipped ? "skipped" : "dropped", reason, n, ids };
    }),
    ...warnings.map(({ warning, n, ids }) => {
      return { what: "used, but doubtful", reason: warning, n, ids };
    }),
  ];
  const shown = reasons.slice(0, MOST_REASONS);
  const rest = reasons.length - shown.length;
  const more = rest > 0
    ? html`<p>${rest} more reasons are in <a href="manifest.json">manifest.json</a>.</p>`
    : undefined;
  return html`
    ${counts}
    ${shown.map((reason) => reasonHtml(reason, MOST_ID_BYTES / shown.length))}
    ${more}
  `;
}

/** Rows with one reason. */
interface Reason {
  readonly what: string;
  readonly reason: string;
  readonly n: number;
  readonly ids: readonly string[] | undefined;
}

function reasonHtml({ what, reason, n, ids }: Reason, most: number): Html {
  const head = html`<b>${n}</b> ${what}: ${clipped(reason, 500)}`;
  if (ids === undefined) return html`<p class="reason">${head}</p>\n`;
  const { parts, others } = fitting(
    ids.map((id, i) => [() => html`${i === 0 ? "" : ", "}<code>${clipped(id, 200)}</code>`]),
    most,
  );
  const more = others === 0
    ? undefined
    : html`<p>${others} more are in <a href="manifest.json">manifest.json</a>.</p>`;
  return html`
    <details class="reason"><summary>${head}</summary>
    <p class="ids">${parts}</p>
    ${more}</details>
  `;
}
