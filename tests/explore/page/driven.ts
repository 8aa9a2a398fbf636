/** The explorer's page in a browser that tests drive. */

import puppeteer, { type Browser, type Page } from "puppeteer-core";
import { engineOf } from "../../../lib/explore/engine/explorer.ts";
import type { About, Explorer } from "../../../lib/explore/protocol.ts";
import { openStudy } from "../../../lib/explore/serve/open_engine.ts";
import { pageFiles } from "../../../lib/explore/serve/page.ts";
import { serveExplorer } from "../../../lib/explore/serve/server.ts";
import { CHROMIUM, CHROMIUM_FLAGS } from "../../chromium.ts";

/** The page on a server with its engine, and the browser. */
export interface Driven {
  readonly engine: Explorer;
  readonly address: string;
  readonly browser: Browser;
  /** What pages have asked for, and what they have complained of. */
  readonly asked: string[];
  readonly complaints: string[];
}

/** How a page is seen. */
export interface Seen {
  readonly width: 1280 | 390;
  readonly scheme: "light" | "dark";
}

export const SEEN: readonly Seen[] = [
  { width: 1280, scheme: "light" },
  { width: 390, scheme: "dark" },
  { width: 1280, scheme: "dark" },
  { width: 390, scheme: "light" },
];

/** Serves the page with the embedded model and what a test adds to it, opens a browser, and ends both after the work. */
export async function drive(
  folder: string,
  added: Partial<About>,
  work: (driven: Driven) => Promise<void>,
): Promise<void> {
  const { study, parts } = await openStudy({ limit: 60 }, {
    cache: false,
    say() {},
    warn() {},
    called: String,
  });
  const engine = engineOf({ ...parts, about: { ...parts.about, ...added } });
  const files = await pageFiles();
  files.set("explore.json", new TextEncoder().encode('{"engine":"server"}'));
  const { address, stop } = serveExplorer(engine, files, { port: 0 });
  try {
    await inBrowser(
      folder,
      (browser) => work({ engine, address, browser, asked: [], complaints: [] }),
    );
  } finally {
    await stop();
    await study[Symbol.asyncDispose]();
  }
}

/** Opens a browser, and ends it after the work. */
export async function inBrowser(
  folder: string,
  work: (browser: Browser) => Promise<void>,
): Promise<void> {
  const child = new Deno.Command(CHROMIUM!, {
    args: [
      ...CHROMIUM_FLAGS,
      "--remote-debugging-port=0",
      `--user-data-dir=${folder}/profile`,
      "about:blank",
    ],
    ...{ stdout: "null", stderr: "piped" },
  }).spawn();
  try {
    const browser = await puppeteer.connect({ browserWSEndpoint: await endpointOf(child.stderr) });
    await work(browser);
    await browser.close();
  } finally {
    try {
      child.kill();
    } catch { /* it has ended */ }
    await child.status;
  }
}

/** The address at which a browser takes commands, which it says on stderr. */
async function endpointOf(stderr: ReadableStream<Uint8Array>): Promise<string> {
  let said = "";
  const reader = stderr.getReader();
  while (true) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`the browser ended: ${said}`);
    said += new TextDecoder().decode(value);
    const [, address] = /DevTools listening on (ws:\S+)/.exec(said) ?? [];
    if (address === undefined) continue;
    void reader.cancel();
    return address;
  }
}

/** Opens a page, and waits until it shows numbers. */
export async function open(
  { browser, address, asked, complaints }: Driven,
  { width, scheme }: Seen = SEEN[0]!,
  hash = "",
): Promise<Page> {
  const page = await browser.newPage();
  page.on("request", (request) => asked.push(request.url()));
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  const isPhone = width === 390;
  await page.setViewport({
    width,
    height: isPhone ? 844 : 800,
    isMobile: isPhone,
    hasTouch: isPhone,
  });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(address + hash);
  await settled(page);
  return page;
}

/** Waits until nothing is computed any more. */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(`
    document.querySelector(".scores strong, .problem") !== null &&
    document.querySelector('[aria-busy="true"], .wait, .blank') === null
  `);
}

/** Clicks the button, tab, part or cell with a label or text, as a person finds it. */
export async function click(page: Page, label: string): Promise<void> {
  await page.locator(`::-p-aria([name=${JSON.stringify(label)}])`).click();
  await settled(page);
}

/** The text of what a selector finds first. */
export function textOf(page: Page, selector: string): Promise<string> {
  return page.$eval(selector, (element) => element.textContent ?? "");
}

/** d as the page shows it. */
export async function shownD(page: Page): Promise<number> {
  return Number((await textOf(page, ".scores .d strong")).replace("−", "-"));
}
