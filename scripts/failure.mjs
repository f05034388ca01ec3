/**
 * A set-up step that could not be done, told as people need it: what failed, why, and what to do about it.
 * Knows nothing of the steps. Uses Node's own modules only, because it is needed before anything is installed.
 */

export class SetupFailure extends Error {
  /**
   * @param {{ what: string, why: string, remedy: string, cause?: unknown }} facts Each a sentence or two.
   */
  constructor({ what, why, remedy, cause }) {
    super(what, cause === undefined ? undefined : { cause });
    this.name = 'SetupFailure';
    this.what = what;
    this.why = why;
    this.remedy = remedy;
  }
}

/**
 * The text that a person is shown for whatever was thrown. A surprise keeps its stack.
 * @param {unknown} thrown
 * @returns {string}
 */
export function explain(thrown) {
  if (thrown instanceof SetupFailure) {
    return [`\n✗ ${thrown.what}`, `  Why: ${thrown.why}`, `  What to do: ${thrown.remedy}`].join('\n');
  }
  return `\n✗ ${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}`;
}

/**
 * Message of a thrown value with the messages of its causes, because fetch hides the reason in `cause`.
 * @param {unknown} thrown
 * @returns {string}
 */
export function reasonOf(thrown) {
  const messages = [];
  for (let current = thrown; current instanceof Error && messages.length < 4; current = current.cause) {
    messages.push(current.message || ('code' in current ? String(current.code) : current.name));
  }
  return messages.length === 0 ? String(thrown) : messages.join(': ');
}
