/**
 * What the WebAssembly modules of web-llm said before they gave up. They are built without exceptions: an error inside
 * ends in `exit(1)` or `Aborted()`, and its text goes to the console alone. So the console is listened to, for as long
 * as the thread lives, because the modules take hold of it when they start. Knows how TVM and xgrammar write an error.
 */

const kept = 20;
const said: string[] = [];

/** `ValueError: text` at the beginning of a line (TVM); `[FATAL] file:line: text` (xgrammar). */
const patterns = [/^\w*(?:Error|Exception): .*$/gm, /^\[FATAL\] [^\s:]+:\d+: (.*)$/gm];

let listening = false;

/** Starts to listen; everything still reaches the console. Once is enough. */
export function listenToConsole(): void {
  if (listening) return;
  listening = true;
  for (const level of ['error', 'warn'] as const) {
    const pass = console[level].bind(console);
    console[level] = (...values: unknown[]) => {
      said.push(values.map(String).join(' '));
      said.splice(0, said.length - kept);
      pass(...values);
    };
  }
}

/** Forgets what was said: what comes now belongs to what is done now. */
export function forgetWords(): void {
  said.length = 0;
}

/** The last error that was written since, or undefined. */
export function lastError(): string | undefined {
  const text = said.join('\n');
  const found = patterns.flatMap((pattern) => Array.from(text.matchAll(pattern)));
  const last = found.toSorted((left, right) => left.index - right.index).at(-1);
  return last?.[1] ?? last?.[0];
}
