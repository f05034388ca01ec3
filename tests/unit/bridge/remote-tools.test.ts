/** Tools in the server's own format, where it cannot be held to our grammar. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ToolAnswer } from '../../../src/bridge/remote/native-tools.ts';
import { RemoteEngine } from '../../../src/bridge/remote/remote-engine.ts';
import type { RemoteEngineOptions } from '../../../src/bridge/remote/remote-engine.ts';
import { parseOutput } from '../../../src/decode/output.ts';
import type { GenerateResult } from '../../../src/protocol/engine.ts';
import type { ToolSpec } from '../../../src/protocol/tool.ts';
import { answers, chunk, ending, streams } from '../../fixtures/http-script.ts';
import type { Answer } from '../../fixtures/http-script.ts';
import { remoteModel } from '../../fixtures/remote-model.ts';
import { openHttpScript } from './open-http-script.ts';

const weather: ToolSpec = {
  name: 'weather',
  description: 'Tells the weather.',
  permission: 'read',
  parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const gbnfOnly = { gbnf: 'root ::= "a"' };

const mask: RemoteEngineOptions['mask'] = (texts) => ({
  texts: texts.map((text) => text.replaceAll('Oslo', '[PLACE_1]')),
  originals: new Map([['[PLACE_1]', 'Oslo']]),
});

interface Told {
  readonly result: GenerateResult;
  readonly pieces: readonly string[];
  readonly sent: { readonly [field: string]: unknown };
}

async function ask(
  answer: Answer,
  request: object,
  options: Partial<RemoteEngineOptions> = {},
): Promise<Told> {
  const server = await openHttpScript(answers(404, ''), answer);
  const engine = new RemoteEngine({
    baseUrl: `${server.origin}/v1`,
    allowOrigins: [server.origin],
    mask: (texts) => ({ texts, originals: new Map() }),
    ...options,
  });
  await engine.load({ model: remoteModel, modelsUrl: '', contextTokens: 2048, slots: 1 });
  const pieces: string[] = [];
  const result = await engine.generate(
    {
      messages: [{ role: 'user', content: 'Weather in Oslo and Bergen?' }],
      sampling: { temperature: 0, maxTokens: 64 },
      tools: [weather],
      constraint: gbnfOnly,
      ...request,
    },
    { onEvent: (event) => (event.type === 'text-generated' ? pieces.push(event.text) : undefined) },
  );
  return { result, pieces, sent: JSON.parse(server.seen.at(-1)!.body) as Told['sent'] };
}

function callPiece(index: number, called: object): string {
  return chunk({ tool_calls: [{ index, function: called }] });
}

const twoCalls = streams(
  chunk({ content: 'Let me look. ' }),
  callPiece(0, { name: 'weather', arguments: '' }),
  callPiece(0, { arguments: '{"city": ' }),
  callPiece(1, { name: 'weather' }),
  callPiece(0, { arguments: '"Oslo"}' }),
  callPiece(1, { arguments: '{"city":"Bergen"}' }),
  ending('tool_calls'),
);

describe('tools in the format of the server', () => {
  test('come back as calls, one a line', async () => {
    const { result, pieces, sent } = await ask(twoCalls, {});
    expect(result.text).toBe(
      '{"name":"weather","arguments":{"city":"Oslo"}}\n{"name":"weather","arguments":{"city":"Bergen"}}',
    );
    expect(result.finishReason).toBe('stop');
    expect(pieces.join('')).toBe(result.text);
    expect(sent['tools']).toEqual([
      {
        type: 'function',
        function: { name: 'weather', description: weather.description, parameters: weather.parameters },
      },
    ]);
  });

  test.each([
    ['words are an answer', 'It is cold.', '{"answer":"It is cold."}'],
    ['a form of ours stays as it is', '{"ask":"Where?"}', '{"ask":"Where?"}'],
    ['nothing stays nothing', '', ''],
  ])('%s', async (_what, content, text) => {
    const { result } = await ask(streams(chunk({ content }), ending()), {});
    expect(result.text).toBe(text);
  });

  test('are not offered where the server can be held to the constraint, or could not name them', async () => {
    const plain = streams(chunk({ content: 'a' }), ending());
    const jsonSchema = { type: 'string' };
    expect((await ask(plain, { constraint: { gbnf: '', jsonSchema } })).sent).not.toHaveProperty('tools');
    expect((await ask(plain, {}, { flavour: 'llama-server' })).sent).not.toHaveProperty('tools');
    const dotted = { ...weather, name: 'weather.now' };
    expect((await ask(plain, { tools: [dotted] })).sent).not.toHaveProperty('tools');
  });

  test('stay at home where they tell what was masked; masked words in calls come back', async () => {
    const answer = streams(
      callPiece(0, { name: 'weather', arguments: '{"city":"[PLA' }),
      callPiece(0, { arguments: 'CE_1]"}' }),
      ending('tool_calls'),
    );
    const { result, sent } = await ask(answer, {}, { mask });
    expect(JSON.stringify(sent)).not.toContain('Oslo');
    expect(result.text).toBe('{"name":"weather","arguments":{"city":"Oslo"}}');
    const telling = { ...weather, description: 'The weather of Oslo.' };
    const plain = streams(chunk({ content: 'a' }), ending());
    expect((await ask(plain, { tools: [telling] }, { mask })).sent).not.toHaveProperty('tools');
  });

  test('whatever calls come, in whatever pieces, are read as they were meant', () => {
    const call = fc.record({
      name: fc.stringMatching(/^[a-z_]{1,8}$/),
      values: fc.dictionary(fc.string(), fc.jsonValue()),
    });
    fc.assert(
      fc.property(
        fc.array(call, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        (calls, size) => {
          const answer = new ToolAnswer();
          for (const [index, { name, values }] of calls.entries()) {
            answer.addCall({ index, name });
            const text = JSON.stringify(values, null, 1);
            for (let at = 0; at < text.length; at += size)
              answer.addCall({ index, arguments: text.slice(at, at + size) });
          }
          const expected = calls.map(({ name, values }) => ({
            name,
            arguments: JSON.parse(JSON.stringify(values)) as unknown,
          }));
          expect(parseOutput(answer.text())).toEqual({
            type: 'read',
            output: { type: 'calls', calls: expected },
          });
        },
      ),
    );
  });

  test('arguments that are no JSON are left for the check to refuse', () => {
    const answer = new ToolAnswer();
    answer.addCall({ index: 0, name: 'weather', arguments: '{"city":' });
    expect(parseOutput(answer.text()).type).toBe('unreadable');
    const bare = new ToolAnswer();
    bare.addCall({ index: 0, name: 'today' });
    expect(bare.text()).toBe('{"name":"today","arguments":{}}');
  });
});
