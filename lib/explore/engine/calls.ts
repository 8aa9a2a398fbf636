/** The calls of an engine by name, as a page sends them to a worker or a server. */

import { NegscopeError, unknownName } from "../../errors.ts";
import type { Explorer } from "../protocol.ts";

const CALLS = [
  ...["about", "picture", "addPicture", "measure", "map", "attention", "direct"] as const,
  ...["knockouts", "ranking", "script"] as const,
] as const satisfies readonly (keyof Explorer)[];

export type Call = typeof CALLS[number];

export type Outcome =
  | { readonly value: unknown }
  | { readonly error: { readonly code: string; readonly message: string } };

export async function outcomeOf(
  engine: Explorer,
  name: string,
  args: readonly unknown[],
): Promise<Outcome> {
  try {
    const call = CALLS.find((own) => own === name);
    if (call === undefined) throw unknownName({ doing: "call", name, known: CALLS });
    const made = engine[call].bind(engine) as (...args: readonly unknown[]) => Promise<unknown>;
    return { value: await made(...args) };
  } catch (error) {
    const code = error instanceof NegscopeError ? error.code : "";
    return { error: { code, message: error instanceof Error ? error.message : String(error) } };
  }
}

/** An engine somewhere else: all its calls are sent there. */
export function remoteEngine(
  send: (call: Call, args: readonly unknown[]) => Promise<Outcome>,
): Explorer {
  const calls = CALLS.map((call) => [call, async (...args: readonly unknown[]) => {
    const outcome = await send(call, args);
    if ("value" in outcome) return outcome.value;
    throw Object.assign(new Error(outcome.error.message), { code: outcome.error.code });
  }]);
  return Object.fromEntries(calls);
}
