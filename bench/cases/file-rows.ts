/** Calls for the rows of a file, one row a round: time and exactness on the same requests, for all. */
import type { ToolCallRow } from '../../src/index.ts';
import type { Case } from './case.ts';
import { sampleOf } from './tool-call.ts';

/** `rows` tells the rows at the time of a round; a round's number, from 1, is its row's. */
export function fileRows(rows: () => readonly ToolCallRow[]): Case {
  return {
    name: 'rows',
    title: 'A call for each row of the file',
    needsRows: true,
    opens: { slots: 1, contextTokens: 4096 },
    round: async (subject, number) => {
      // The warm-up takes the last row, which is asked again much later.
      const row = rows().at((number - 1) % Math.max(1, rows().length));
      if (row === undefined) throw new Error('There are no rows: name their file with --rows.');
      return sampleOf(await subject.call(row));
    },
  };
}
