import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { AwakeTimer } from '../../../src/protocol/awake-timer.ts';

function timerOf(limitMs: number): { readonly timer: AwakeTimer; readonly expired: () => boolean } {
  let expired = false;
  const timer = new AwakeTimer({
    limitMs,
    onExpire: () => {
      expired = true;
    },
  });
  return { timer, expired: () => expired };
}

describe('the awake timer', () => {
  let frozenMs = 0;
  let start = 0;

  beforeEach(() => {
    vi.useFakeTimers();
    start = Date.now();
    frozenMs = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => Date.now() - start + frozenMs);
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  test('expires after the limit of silence, once', () => {
    const onExpire = vi.fn();
    const timer = new AwakeTimer({ limitMs: 10_000, onExpire });
    vi.advanceTimersByTime(9900);
    expect(onExpire).not.toHaveBeenCalled();
    vi.advanceTimersByTime(100_000);
    expect(onExpire).toHaveBeenCalledTimes(1);
    timer.stop();
  });

  test('every sign of life begins the silence anew', () => {
    const { timer, expired } = timerOf(10_000);
    for (let round = 0; round < 10; round += 1) {
      vi.advanceTimersByTime(8000);
      timer.touch();
    }
    expect(expired()).toBe(false);
    vi.advanceTimersByTime(10_000);
    expect(expired()).toBe(true);
  });

  test('an hour in a frozen tab is not silence', () => {
    const { timer, expired } = timerOf(10_000);
    vi.advanceTimersByTime(3000);
    frozenMs = 3_600_000;
    vi.advanceTimersByTime(5000);
    expect(expired()).toBe(false);
    vi.advanceTimersByTime(2000);
    expect(expired()).toBe(true);
    timer.stop();
  });

  test('a stopped timer never expires', () => {
    const { timer, expired } = timerOf(1000);
    timer.stop();
    vi.advanceTimersByTime(100_000);
    expect(expired()).toBe(false);
  });
});
