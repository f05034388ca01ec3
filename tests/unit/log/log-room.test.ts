import { afterEach, expect, test, vi } from 'vitest';
import { requireLogRoom } from '../../../src/log/log-room.ts';

afterEach(() => vi.unstubAllGlobals());

function stub(estimate: StorageEstimate): { readonly persist: ReturnType<typeof vi.fn> } {
  const persist = vi.fn(async () => true);
  vi.stubGlobal('navigator', {
    storage: { persisted: async () => false, persist, estimate: async () => estimate },
  });
  return { persist };
}

test('asks the browser to keep the log, and says what is left', async () => {
  const { persist } = stub({ quota: 100_000_000, usage: 10_000_000 });
  expect(await requireLogRoom()).toEqual({ isPersisted: true, availableBytes: 90_000_000 });
  expect(persist).toHaveBeenCalledOnce();
});

test('a browser that tells nothing is believed to have room', async () => {
  stub({});
  expect(await requireLogRoom()).toEqual({ isPersisted: true, availableBytes: undefined });
});

test('too little is refused before the run, with figures', async () => {
  stub({ quota: 100_000_000, usage: 99_000_000 });
  await expect(requireLogRoom()).rejects.toMatchObject({
    code: 'storage-full',
    details: { availableBytes: 1_000_000, neededBytes: 5_000_000 },
  });
});
