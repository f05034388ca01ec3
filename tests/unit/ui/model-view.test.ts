/** How far a model's loading has come, and how fast. */
import { describe, expect, test } from 'vitest';
import { isLoading, progressModel } from '../../../src/ui/model-view.ts';
import type { ModelStage } from '../../../src/ui/model-view.ts';

function report(receivedBytes: number) {
  return { type: 'download-progressed', receivedBytes, totalBytes: 1000, fromCache: false } as const;
}

describe('progressModel', () => {
  test('a rate counts from where this load began, not from 0', () => {
    const first = progressModel({ type: 'requested' }, report(600), 5000);
    expect(first).not.toHaveProperty('bytesPerSecond');
    const second = progressModel(first, report(800), 5500);
    expect(second).toMatchObject({ receivedBytes: 800, bytesPerSecond: 400 });
  });

  test('too short a time, or no progress, gives no rate', () => {
    const first = progressModel({ type: 'requested' }, report(0), 0);
    expect(progressModel(first, report(500), 100)).not.toHaveProperty('bytesPerSecond');
    expect(progressModel(first, report(0), 10_000)).not.toHaveProperty('bytesPerSecond');
  });

  test('a download that starts over after a check counts anew', () => {
    let stage: ModelStage = progressModel({ type: 'requested' }, report(1000), 0);
    stage = progressModel(stage, { type: 'verify-started' }, 10);
    expect(stage).toEqual({ type: 'verifying' });
    expect(progressModel(stage, report(0), 20)).toMatchObject({ firstBytes: 0, firstAt: 20 });
  });

  test('loading is what can be cancelled', () => {
    expect(isLoading({ type: 'verifying' })).toBe(true);
    expect(isLoading({ type: 'requested' })).toBe(true);
    expect(isLoading({ type: 'absent' })).toBe(false);
  });
});
