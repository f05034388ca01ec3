import { expect, test } from 'vitest';
import { bucketLength } from '../../../../src/log/vault/encoding.ts';
import { messageLimit, requireMessagesLeft } from '../../../../src/log/vault/seal.ts';

test('sizes fall into buckets that cost at most 12 %, and never less than 256 bytes', () => {
  expect([0, 1, 256].map(bucketLength)).toEqual([256, 256, 256]);
  const buckets = new Set<number>();
  for (let length = 257; length < 100_000; length += 1) {
    const bucket = bucketLength(length);
    expect(bucket).toBeGreaterThanOrEqual(length);
    expect(bucket / length).toBeLessThan(1.12);
    buckets.add(bucket);
  }
  expect(buckets.size).toBeLessThan(200);
});

test('a key that has sealed as much as it may seals no more', () => {
  expect(() => requireMessagesLeft(messageLimit)).not.toThrow();
  expect(() => requireMessagesLeft(messageLimit + 1)).toThrow(/too long for one key/);
});
