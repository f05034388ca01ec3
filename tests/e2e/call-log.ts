/** A small log of tool calls, as a file that a page is given. */
import { playMusic } from './play-music.ts';

const call = { name: 'PlayMusic', arguments: JSON.stringify({ artist: 'Nina Simone' }) };

/** Rows as a log has them: some the same, one that is no JSON. */
export function callLog(): Buffer {
  const lines = Array.from({ length: 60 }, (_, number) =>
    JSON.stringify({
      messages: [
        { role: 'user', content: `Play song ${number} of album ${number * 7} by Nina Simone` },
        { role: 'assistant', content: null, tool_calls: [{ id: 'a', type: 'function', function: call }] },
      ],
      tools: [playMusic],
    }),
  );
  return Buffer.from([...lines, lines[0], '{"messages": ['].join('\n'));
}
