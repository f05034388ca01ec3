/**
 * Bytes of a `text/event-stream` -> the data of its events, however the bytes are cut. Follows the parsing rules of
 * the HTML standard (server-sent events); names and ids of events are read over. Knows nothing of what the data says.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';

/** One event of a completion is some hundred characters; a server that never ends a line must not fill the memory. */
const longestLine = 1_048_576;

/**
 * Yields the data of each whole event. An event that the stream breaks off in is not yielded.
 * Throws what reading throws, and Fault `engine-failed` for a line of more than a million characters.
 */
export async function* readServerSentEvents(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<string, void> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      // A carriage return at the end may be the first half of a line's end.
      for (let end = lineEnd(rest, done); end !== undefined; end = lineEnd(rest, done)) {
        const line = rest.slice(0, end.index);
        rest = rest.slice(end.index + end[0].length);
        if (line === '' && data.length > 0) {
          yield data.join('\n');
          data = [];
        }
        const field = /^data(?:: ?|$)/.exec(line);
        if (field !== null) data.push(line.slice(field[0].length));
      }
      if (done) return;
      if (rest.length > longestLine) throw endlessLine();
    }
  } finally {
    // Also where the reader of this generator has left: the server is told to stop.
    reader.cancel().catch(() => undefined);
  }
}

function lineEnd(text: string, whole: boolean): RegExpExecArray | undefined {
  return (whole ? /\r\n|\r|\n/ : /\r\n|\r(?!$)|\n/).exec(text) ?? undefined;
}

function endlessLine(): Fault {
  return new Fault({
    code: faultCodes.engineFailed,
    message: 'The server sent something that is no event stream.',
    reason: `A line of it has more than ${longestLine.toLocaleString('en')} characters.`,
    remedy: 'Check that the address is that of an OpenAI-compatible server.',
  });
}
