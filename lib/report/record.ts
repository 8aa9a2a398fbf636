/** The run's manifest without its times, so that equal runs have the same page. */

import type { Manifest } from "../files/manifest.ts";
import type { Json } from "../reading/json.ts";
import type { FileDigest } from "../reading/sources.ts";
import { clipped, type Html, html } from "./escape.ts";
import { fitting } from "./fitting.ts";

/** Bytes of a list; the rest of a longer one is only in the manifest. */
const MOST_LIST_BYTES = 8_000;

/** Bytes of a name or a value. */
const MOST_TEXT = 1_000;

/** The HTML of the manifest. Only manifest.json says when the run began and how long it took. */
export function recordHtml(manifest: Manifest): Html {
  const { command, options, seed, versions, model, sources, rows } = manifest;
  const settings = Object.entries({ task: command, ...options, seed });
  const dropped = rows.dropped.map(({ reason, n }) => [`dropped: ${reason}`, n] as const);
  return html`
    ${list("Options", settings)}
    ${list("Rows", [["read", rows.read], ["kept", rows.kept], ...dropped])}
    ${model &&
      list("Model", [
        ["text tower", sizes(model.text)],
        ["image tower", model.image === undefined ? "not used" : sizes(model.image)],
        ...model.score === undefined ? [] : [["S", model.score] as const],
      ])}
    ${list("Versions", Object.entries(versions))}
    ${files("Model files", sources.model)}
    ${files("Data files", sources.data)}
    ${otherFiles(manifest.files)}
    <p class="files">With the times: <a href="manifest.json">manifest.json</a></p>
  `;
}

/** Links to the files for other programs, which the page does not show. */
function otherFiles(names: readonly string[]): Html | undefined {
  const others = names.filter((name) => name.endsWith(".json") && !name.endsWith(".vl.json"));
  if (others.length === 0) return undefined;
  return html`<p class="files">For other programs: ${
    others.map((name, i) => html`${i === 0 ? "" : ", "}<a href="${name}">${name}</a>`)
  }</p>`;
}

/** Names with values; a name may be there several times. */
function list(title: string, entries: readonly (readonly [string, Json])[]): Html {
  const text = (value: Json) =>
    clipped(typeof value === "object" ? JSON.stringify(value) : `${value}`, MOST_TEXT);
  const { parts, others } = fitting(
    entries.map(([key, value]) => [() => html`<dt>${text(key)}<dd>${text(value)}\n`]),
    MOST_LIST_BYTES,
  );
  const more = others === 0
    ? undefined
    : html`<p>${others} more are in <a href="manifest.json">manifest.json</a>.</p>`;
  return html`<h3>${title}</h3>\n<dl>\n${parts}</dl>${more}`;
}

function sizes(
  { layers, heads, width, projection }: NonNullable<Manifest["model"]>["text"],
): string {
  return `${layers} blocks x ${heads} heads, width ${width}, projection ${projection}`;
}

function files(title: string, digests: readonly FileDigest[]): Html {
  return list(
    `${title}, SHA-256`,
    digests.map(({ file, sha256 }) => [file, sha256] as const),
  );
}
