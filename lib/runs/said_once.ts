/** Messages of several parts. */

/**
 * Passes on each message once, since the parts on the same files have the same.
 *
 * @param say Called with each message. @default {none}
 */
export function saidOnce(say: (line: string) => void = () => {}): (line: string) => void {
  const said = new Set<string>();
  return (line) => {
    if (!said.has(line)) say(line);
    said.add(line);
  };
}
