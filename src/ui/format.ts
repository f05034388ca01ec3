/**
 * Numbers, times and JSON as people read them. Pure; the same text in every locale, so that a picture
 * of the page and a test of it agree. Knows no element.
 */
import type { GenerateUsage } from '../protocol/engine.ts';
import type { Json } from '../protocol/json.ts';
import type { ToolCall } from '../protocol/tool.ts';

/** Bytes as megabytes, e.g. `98.4 MB` (1 MB is 1,000,000 bytes). */
export function formatMegabytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  return `${megabytes < 100 ? megabytes.toFixed(1) : megabytes.toFixed(0)} MB`;
}

/** Milliseconds as `240 ms`, `3.2 s` or `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A whole number with separators, e.g. `8,192`. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-GB');
}

/** `1 call`, `2 calls`. */
export function formatPlural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A generation's tokens and times as short facts, e.g. `234 tokens read, 180 from cache`. */
export function usageFacts(usage: GenerateUsage): readonly string[] {
  const cached = usage.cachedTokens > 0 ? `, ${formatCount(usage.cachedTokens)} from cache` : '';
  const rate = usage.decodeMs > 0 ? usage.decodeTokens / (usage.decodeMs / 1000) : 0;
  return [
    formatDuration(usage.totalMs),
    `${formatCount(usage.promptTokens)} tokens read${cached}`,
    `${formatCount(usage.decodeTokens)} written${rate > 0 ? ` at ${rate.toFixed(rate < 10 ? 1 : 0)}/s` : ''}`,
  ];
}

/** A share from 0 to 1 as people read it, e.g. `71 %`. */
export function formatPercent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

/** JSON on one line where that is short, else indented. */
export function formatJson(value: Json): string {
  const line = JSON.stringify(value);
  return line.length <= 60 ? line : JSON.stringify(value, null, 2);
}

/** At most `limit` characters, with the number of those left out. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}… (${formatCount(text.length - limit)} more characters)`;
}

/** A point in time as `14:03` today, else `3 Nov, 14:03`; local time. */
export function formatTime(at: number, now: number): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })}, ${time}`;
}

/** Calls for people to read, one below the other. */
export function formatCalls(calls: readonly ToolCall[]): string {
  if (calls.length === 0) return 'No call';
  return calls.map(({ name, arguments: values }) => `${name} ${JSON.stringify(values, null, 2)}`).join('\n');
}
