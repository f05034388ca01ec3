/**
 * Rows of tool-call data sets, as `npm run eval` reads them, as records. Knows both forms.
 */
import { isObject } from '../../../protocol/json.ts';
import { RowError } from '../../read-fields.ts';
import { parseToolCallRow } from '../../tool-call-row.ts';
import type { DatasetMessage } from '../record.ts';
import type { LogFormat } from './format.ts';

export const toolCallRows: LogFormat = {
  format: 'tool-call',
  recognises: (value) =>
    isObject(value) && Array.isArray(value['expected']) && Array.isArray(value['messages']),
  read: (row) => {
    const parsed = parseToolCallRow(JSON.stringify(row), 1);
    if (parsed.type === 'unreadable') throw new RowError(parsed.reason.replace(/^Line 1: /, ''));
    const { id, turns, tools, expected, reply } = parsed.row;
    if (expected.length === 0 && reply === undefined) {
      throw new RowError('Nothing is to be called, and what is to be said is not told.');
    }
    return [
      {
        recordId: id,
        messages: turns.map(({ role, content, calls, name = 'tool' }): DatasetMessage => {
          if (role === 'tool') return { role, content, name };
          return role === 'user' || calls === undefined ? { role, content } : { role, content, calls };
        }),
        tools,
        expected:
          expected.length === 0
            ? { type: 'refusal', text: reply ?? '' }
            : {
                type: 'calls',
                calls: expected.map(({ name, arguments: values }) => ({ name, arguments: values })),
              },
        outcome: 'unknown',
        ran: 'unknown',
      },
    ];
  },
};
