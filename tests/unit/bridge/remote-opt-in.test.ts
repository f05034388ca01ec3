/** What may leave, and where to: origins, keys, masks, constraints. Seen from the server's end of a real socket. */
import { describe, expect, test } from 'vitest';
import { RemoteEngine } from '../../../src/bridge/remote/remote-engine.ts';
import type { RemoteEngineOptions } from '../../../src/bridge/remote/remote-engine.ts';
import type { GenerateRequest } from '../../../src/protocol/engine.ts';
import { Fault } from '../../../src/protocol/fault.ts';
import { answers, chunk, ending, streams } from '../../fixtures/http-script.ts';
import type { HttpScript } from '../../fixtures/http-script.ts';
import { remoteModel } from '../../fixtures/remote-model.ts';
import { openHttpScript } from './open-http-script.ts';

const load = { model: remoteModel, modelsUrl: '', contextTokens: 2048, slots: 1 };
const request: Omit<GenerateRequest, 'requestId'> = {
  messages: [{ role: 'user', content: 'Say hello.' }],
  sampling: { temperature: 0, maxTokens: 16 },
};
const mask: RemoteEngineOptions['mask'] = (texts) => ({
  texts: texts.map((text) =>
    text.replaceAll('Ada Lovelace', '[NAME_1]').replaceAll('ada@example.org', '[MAIL_1]'),
  ),
  originals: new Map([
    ['[NAME_1]', 'Ada Lovelace'],
    ['[MAIL_1]', 'ada@example.org'],
  ]),
});
const identity: RemoteEngineOptions['mask'] = (texts) => ({ texts, originals: new Map() });
const list = answers(200, { data: [{ id: 'other' }, { id: 'remote-model', max_model_len: 512 }] });
const hello = streams(chunk({ content: 'Hello.' }), ending());

function engineAt(server: HttpScript, options: Partial<RemoteEngineOptions> = {}): RemoteEngine {
  return new RemoteEngine({
    baseUrl: `${server.origin}/v1/`,
    allowOrigins: [server.origin],
    mask: identity,
    retry: { attempts: 1 },
    ...options,
  });
}

function refusal(make: () => unknown): Fault {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(Fault);
    return error as Fault;
  }
  throw new Error('It was not refused.');
}

describe('an address', () => {
  test.each([
    [
      'of an origin nobody opted into',
      'https://api.example.com/v1',
      ['https://api.example.org'],
      /api\.example\.com is not among/,
    ],
    ['of another port', 'http://localhost:1234/v1', ['http://localhost:4321'], /not among/],
    [
      'that an allowed one only begins like',
      'https://api.example.org.evil.net/v1',
      ['https://api.example.org'],
      /not among/,
    ],
    ['without encryption', 'http://api.example.org/v1', ['http://api.example.org'], /not encrypted/],
    [
      'that only looks like this machine',
      'http://127.0.0.1.example.org/v1',
      ['http://127.0.0.1.example.org'],
      /not encrypted/,
    ],
    ['with a password', 'https://me:secret@api.example.org/v1', ['https://api.example.org'], /password/],
    ['that is none', 'api.example.org', ['https://api.example.org'], /cannot be read/],
  ])('%s is refused before anything is sent', (_what, baseUrl, allowOrigins, message) => {
    const fault = refusal(() => new RemoteEngine({ baseUrl, allowOrigins, mask: identity }));
    expect(fault.code).toBe('remote-refused');
    expect(fault.message).toMatch(message);
    expect(JSON.stringify(fault.toData())).not.toContain('secret');
  });

  test.each([
    'http://localhost:8080/v1',
    'http://127.0.0.1:11434/v1',
    'http://[::1]:8000',
    'https://api.example.org/v1',
  ])('%s may be used once it is allowed', (baseUrl) => {
    const { origin } = new URL(baseUrl);
    expect(() => new RemoteEngine({ baseUrl, allowOrigins: [`${origin}/`], mask: identity })).not.toThrow();
  });
});

describe('a load', () => {
  test('finds the model in the list, and takes its context from there', async () => {
    const server = await openHttpScript(list);
    const loaded = await engineAt(server).load(load);
    expect(loaded).toMatchObject({ backend: 'remote', contextTokens: 512, weightsHash: '' });
    expect(loaded.choiceReasons.join(' ')).toContain(server.origin);
    expect(server.seen.map(({ path }) => path)).toEqual(['/v1/models']);
  });

  test('takes the context that Ollama runs the model with, not the one the model could have', async () => {
    const running = {
      models: [
        { name: 'other', context_length: 1 },
        { name: 'remote-model:latest', context_length: 300 },
      ],
    };
    const server = await openHttpScript(
      answers(200, { data: [{ id: 'remote-model:latest' }] }),
      answers(200, running),
    );
    expect(await engineAt(server, { flavour: 'ollama' }).load(load)).toMatchObject({ contextTokens: 300 });
    expect(server.seen.map(({ path }) => path)).toEqual(['/v1/models', '/api/ps']);
  });

  test('names what there is where the model is not there', async () => {
    const server = await openHttpScript(list);
    const loading = engineAt(server, { modelName: 'absent' }).load(load);
    await expect(loading).rejects.toMatchObject({
      code: 'model-unavailable',
      details: { available: ['other', 'remote-model'] },
    });
  });

  test('is refused for a wrong key', async () => {
    const server = await openHttpScript(answers(401, { error: { message: 'No.' } }));
    await expect(engineAt(server).load(load)).rejects.toMatchObject({ code: 'remote-refused' });
  });

  test('says that a server which takes no grammar is checked afterwards', async () => {
    const server = await openHttpScript(list);
    const { choiceReasons } = await engineAt(server).load(load);
    expect(choiceReasons.some((reason) => reason.includes('checked when the answer is there'))).toBe(true);
  });
});

describe('a key', () => {
  const key = 'sk-secret-987654321';

  test('goes into one header, and nowhere else', async () => {
    const server = await openHttpScript(list, hello);
    const engine = engineAt(server, { getKey: () => Promise.resolve(key) });
    const loaded = await engine.load(load);
    const events: unknown[] = [];
    const result = await engine.generate(request, { onEvent: (event) => events.push(event) });
    for (const { headers, body, path } of server.seen) {
      expect(headers.authorization).toBe(`Bearer ${key}`);
      expect(body + path + JSON.stringify({ ...headers, authorization: '' })).not.toContain(key);
      expect(headers.cookie).toBeUndefined();
      expect(headers.referer).toBeUndefined();
    }
    expect(JSON.stringify([loaded, result, events, engine])).not.toContain(key);
  });

  test.each([`${key}\n`, `${key} `, `ключ-${key}`])(
    'that no header can carry is refused without a word of it',
    async (bad) => {
      const server = await openHttpScript(list);
      const loading = engineAt(server, { getKey: () => Promise.resolve(bad) }).load(load);
      const fault = await loading.catch((error: unknown) => error as Fault);
      expect(fault).toMatchObject({ code: 'remote-refused' });
      expect(JSON.stringify((fault as Fault).toData()) + String((fault as Fault).stack)).not.toContain(key);
      expect(server.seen).toEqual([]);
    },
  );

  test('that cannot be read stops the request, and the error of the vault is not repeated', async () => {
    const server = await openHttpScript(list);
    const loading = engineAt(server, { getKey: () => Promise.reject(new Error(`bad ${key}`)) }).load(load);
    const fault = await loading.catch((error: unknown) => error as Fault);
    expect(fault).toMatchObject({ code: 'remote-refused' });
    expect(JSON.stringify((fault as Fault).toData())).not.toContain(key);
    expect(server.seen).toEqual([]);
  });
});

describe('a mask', () => {
  const secret: Omit<GenerateRequest, 'requestId'> = {
    messages: [
      { role: 'system', content: 'You write to Ada Lovelace.' },
      { role: 'user', content: 'Her address is ada@example.org.' },
    ],
    prefill: 'Dear Ada Lovelace',
    sampling: { temperature: 0, maxTokens: 16, stop: ['ada@example.org!'] },
    constraint: { gbnf: 'root ::= "Write to " ("Ada" | "Bob")' },
  };

  test('covers every text that leaves, and the answer comes back whole across its pieces', async () => {
    const server = await openHttpScript(
      list,
      streams(
        chunk({ content: 'Mail [MA' }),
        chunk({ content: 'IL_1] to [NAME' }),
        chunk({ content: '_1], [N' }),
        ending(),
      ),
    );
    const engine = engineAt(server, { mask, flavour: 'vllm' });
    await engine.load(load);
    const pieces: string[] = [];
    const result = await engine.generate(secret, {
      onEvent: (event) => (event.type === 'text-generated' ? pieces.push(event.text) : undefined),
    });
    const sent = server.seen.at(-1)!.body;
    expect(sent).not.toMatch(/ada|lovelace/i);
    expect(sent).toContain('[MAIL_1]!');
    expect(JSON.parse(sent)).toMatchObject({
      continue_final_message: true,
      messages: [{}, {}, { role: 'assistant', content: 'Dear [NAME_1]' }],
    });
    expect(result.text).toBe('Mail ada@example.org to Ada Lovelace, [N');
    expect(pieces.join('')).toBe(result.text);
  });

  test('comes off within JSON so that it stays JSON', async () => {
    const name = 'Ada "Countess" Lovelace\n1815';
    const server = await openHttpScript(
      list,
      streams(
        chunk({ content: ' ' }),
        chunk({ content: '{"to":"[NA' }),
        chunk({ content: 'ME_1]"}' }),
        ending(),
      ),
      streams(chunk({ content: 'To [NAME_1].' }), ending()),
    );
    const engine = engineAt(server, {
      mask: (texts) => ({ texts, originals: new Map([['[NAME_1]', name]]) }),
    });
    await engine.load(load);
    expect(JSON.parse((await engine.generate(request)).text)).toEqual({ to: name });
    expect((await engine.generate(request)).text).toBe(`To ${name}.`);
  });

  test('covers what is only counted', async () => {
    const server = await openHttpScript(list, answers(200, { count: 7 }));
    const engine = engineAt(server, { mask, flavour: 'vllm' });
    await engine.load(load);
    expect(await engine.countTokens('Ada Lovelace')).toBe(7);
    expect(server.seen.at(-1)).toMatchObject({ path: '/tokenize' });
    expect(server.seen.at(-1)!.body).not.toMatch(/ada/i);
  });

  test('that loses a text or throws stops the request', async () => {
    const server = await openHttpScript(list);
    for (const bad of [
      () => ({ texts: [], originals: new Map<string, string>() }),
      () => Promise.reject(new Error('No.')),
    ]) {
      const engine = engineAt(server, { mask: bad });
      await engine.load(load);
      await expect(engine.generate(request)).rejects.toMatchObject({ code: 'unexpected' });
    }
    expect(server.seen.every(({ path }) => path === '/v1/models')).toBe(true);
  });

  test('keeps a grammar at home where it would tell what was masked, and sends it where it does not', async () => {
    const server = await openHttpScript(list, hello);
    const engine = engineAt(server, { mask, flavour: 'llama-server' });
    await engine.load(load);
    const other = { gbnf: 'root ::= "Bob"' };
    await engine.generate({ ...request, constraint: other });
    expect(JSON.parse(server.seen.at(-1)!.body)).toMatchObject({ grammar: other.gbnf });
    for (const gbnf of ['root ::= "lovelace"', String.raw`root ::= "\x41\x64\x61"`]) {
      await engine.generate({ ...request, constraint: { gbnf } });
      expect(JSON.parse(server.seen.at(-1)!.body)).not.toHaveProperty('grammar');
    }
  });

  test('sends the wider form of a grammar that spells masked words, also where it spells them in parts', async () => {
    const server = await openHttpScript(list, hello);
    const constraint = { gbnf: 'root ::= "L" ("ove" ("lace" | "!"))', wider: 'root ::= [a-z]*' };
    const masking = engineAt(server, { mask, flavour: 'llama-server' });
    await masking.load(load);
    await masking.generate({ ...request, constraint });
    expect(JSON.parse(server.seen.at(-1)!.body)).toMatchObject({ grammar: constraint.wider });
    const open = engineAt(server, { mask: identity, flavour: 'llama-server' });
    await open.load(load);
    await open.generate({ ...request, constraint });
    expect(JSON.parse(server.seen.at(-1)!.body)).toMatchObject({ grammar: constraint.gbnf });
  });
});

describe('a constraint', () => {
  const jsonSchema = { type: 'object', properties: { a: { type: 'number' } } };
  const constraint = { gbnf: 'root ::= "a"', jsonSchema };
  test.each([
    ['openai', { response_format: { type: 'json_schema', json_schema: { schema: jsonSchema } } }],
    ['ollama', { response_format: { type: 'json_schema', json_schema: { schema: jsonSchema } } }],
    ['nim', { guided_json: jsonSchema }],
    ['vllm', { structured_outputs: { grammar: constraint.gbnf } }],
    ['llama-server', { grammar: constraint.gbnf }],
  ] as const)('goes to %s in the form that it knows', async (flavour, fields) => {
    const server = await openHttpScript(list, hello);
    const engine = engineAt(server, { flavour });
    await engine.load(load);
    await engine.generate({ ...request, constraint });
    expect(JSON.parse(server.seen.at(-1)!.body)).toMatchObject({
      ...fields,
      stream_options: { include_usage: true },
    });
  });

  test.each(['vllm', 'llama-server'] as const)(
    'without a grammar goes to %s as a schema',
    async (flavour) => {
      const server = await openHttpScript(list, hello);
      const engine = engineAt(server, { flavour });
      await engine.load(load);
      await engine.generate({ ...request, constraint: { gbnf: '', jsonSchema } });
      expect(JSON.parse(server.seen.at(-1)!.body)).toMatchObject({
        response_format: { json_schema: { schema: jsonSchema } },
      });
    },
  );

  test('what a server cannot do at all is refused before it is asked', async () => {
    const server = await openHttpScript(list);
    const engine = engineAt(server);
    await engine.load(load);
    await expect(engine.generate({ ...request, prefill: 'He' })).rejects.toMatchObject({
      code: 'unsupported',
    });
    await expect(engine.generate({ ...request, adapter: 'a' })).rejects.toMatchObject({
      code: 'unsupported',
    });
    const adapters = [{ id: 'a', file: remoteModel.file }];
    await expect(engine.load({ ...load, adapters })).rejects.toMatchObject({ code: 'unsupported' });
    expect(server.seen).toHaveLength(1);
  });

  test('more stop texts than a server takes still stop the answer', async () => {
    const server = await openHttpScript(
      list,
      streams(chunk({ content: 'one two fi' }), chunk({ content: 've six' }), ending()),
    );
    const engine = engineAt(server);
    await engine.load(load);
    const stop = ['a!', 'b!', 'c!', 'd!', 'five'];
    const result = await engine.generate({ ...request, sampling: { ...request.sampling, stop } });
    expect(result).toMatchObject({ text: 'one two ', finishReason: 'stop' });
    expect(JSON.parse(server.seen.at(-1)!.body)).toMatchObject({ stop: stop.slice(0, 4) });
  });
});
