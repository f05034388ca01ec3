/** Reading ahead in the host: only while there is nothing else to do, in nobody's way, and never twice the same. */
import { expect, test } from 'vitest';
import type { ChatMessage } from '../../../src/protocol/engine.ts';
import { toyHost, toyLoad, toyRequest, toyResult, untilAborted } from './toy-adapter.ts';

function said(...contents: readonly string[]): readonly ChatMessage[] {
  return contents.map((content) => ({ role: 'user', content }));
}

/** A host whose adapter keeps prompts, and writes down those that it begins and those that it ends. */
async function keeping(onGenerate: (prompt: string, signal: AbortSignal) => Promise<void>) {
  const diary: string[] = [];
  const { host, adapters } = toyHost({
    prepare: (adapter) => {
      Object.assign(adapter, { keepsPrompts: () => true });
      adapter.onGenerate = async (prompt, _send, signal) => {
        const words = prompt.replaceAll(/<\|im_\w+\|>(?:user|assistant)?\n?/g, ' ').trim();
        diary.push(`begin ${words}`);
        try {
          await onGenerate(words, signal);
          diary.push(`end ${words}`);
        } catch (error) {
          diary.push(`stop ${words}`);
          throw error;
        }
        return toyResult;
      };
    },
  });
  await host.load('load', toyLoad, () => undefined);
  return { host, diary, adapters };
}

test('a beginning is read as it stands, its last message open', async () => {
  const prompts: string[] = [];
  const { host } = toyHost({
    prepare: (adapter) => {
      Object.assign(adapter, { keepsPrompts: () => true });
      adapter.onGenerate = (prompt) => {
        prompts.push(prompt);
        return Promise.resolve(toyResult);
      };
    },
  });
  await host.load('load', toyLoad, () => undefined);
  await host.readAhead({ requestId: 'ahead', messages: said('One', 'Two') });
  expect(prompts).toEqual(['<|im_start|>user\nOne<|im_end|>\n<|im_start|>user\nTwo']);
});

test('an engine that keeps no prompts is not asked', async () => {
  const { host, adapters } = toyHost();
  await host.load('load', toyLoad, () => undefined);
  adapters[0]!.onGenerate = () => Promise.reject(new Error('Nobody should ask.'));
  await expect(host.readAhead({ requestId: 'ahead', messages: said('One') })).resolves.toBeUndefined();
});

test('nothing is read while something is generated', async () => {
  const { host, diary } = await keeping((_words, signal) => untilAborted(signal));
  const running = host.generate(toyRequest('shown'), () => undefined);
  await host.readAhead({ requestId: 'ahead', messages: said('One') });
  await host.cancel('shown');
  await expect(running).rejects.toMatchObject({ code: 'aborted' });
  expect(diary).toEqual(['begin Hi', 'stop Hi']);
});

test('a request that begins the same waits for it, another one ends it', async () => {
  const ends: (() => void)[] = [];
  const { host, diary } = await keeping(async (words, signal) => {
    if (words !== 'H') return;
    await Promise.race([untilAborted(signal), new Promise<void>((resolve) => ends.push(resolve))]);
  });
  const first = host.readAhead({ requestId: 'first', messages: said('H') });
  const same = host.generate(toyRequest('same'), () => undefined);
  await Promise.resolve();
  expect(diary).toEqual(['begin H']);
  ends[0]?.();
  await Promise.all([first, same]);
  expect(diary).toEqual(['begin H', 'end H', 'begin Hi', 'end Hi']);

  diary.length = 0;
  const second = host.readAhead({ requestId: 'second', messages: said('H') });
  const other = host.generate({ ...toyRequest('other'), messages: said('Other') }, () => undefined);
  await expect(second).rejects.toMatchObject({ code: 'aborted' });
  await other;
  expect(diary.filter((line) => !line.endsWith('Other'))).toEqual(['begin H', 'stop H']);
});

test('a request that waits for it can be stopped, and the reading goes on', async () => {
  const ends: (() => void)[] = [];
  const { host, diary } = await keeping(() => new Promise<void>((resolve) => ends.push(resolve)));
  const ahead = host.readAhead({ requestId: 'ahead', messages: said('H') });
  const waiting = host.generate(toyRequest('waiting'), () => undefined);
  await host.cancel('waiting');
  await expect(waiting).rejects.toMatchObject({ code: 'aborted' });
  ends[0]?.();
  await ahead;
  expect(diary).toEqual(['begin H', 'end H']);
});

test('it can be stopped itself', async () => {
  const { host, diary } = await keeping((_words, signal) => untilAborted(signal));
  const ahead = host.readAhead({ requestId: 'ahead', messages: said('One') });
  await host.cancel('ahead');
  await expect(ahead).rejects.toMatchObject({ code: 'aborted' });
  expect(diary).toEqual(['begin One', 'stop One']);
});
