/**
 * Numbers, times and JSON as people read them, in the language that is shown. Units are the symbols of the SI.
 * Knows no element.
 */
import type { GenerateUsage } from '../protocol/engine.ts';
import type { Json } from '../protocol/json.ts';
import type { ToolCall } from '../protocol/tool.ts';
import { currentLanguage, formatLocale, msg, pluralForm, str } from './translate.ts';

/** Bytes as megabytes, e.g. `98.4 MB` (1 MB is 1,000,000 bytes). */
export function formatMegabytes(bytes: number): string {
  const megabytes = bytes / 1e6;
  return msg(str`${formatNumber(megabytes, megabytes < 100 ? 1 : 0)} MB`);
}

/** Milliseconds as `240 ms`, `3.2 s` or `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 59.95) return `${formatNumber(seconds, 1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

/** A whole number with separators, e.g. `8,192`. */
export function formatCount(count: number): string {
  return formatNumber(Math.round(count), 0);
}

/** A number with so many digits after the point. */
export function formatNumber(value: number, digits: number): string {
  return value.toLocaleString(formatLocale(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
}

/** `1 call`, `2 calls`: the noun in its forms, `call|calls`, which are a text to be translated like any other. */
export function formatPlural(count: number, noun: string): string {
  const text = msg(noun);
  return `${formatCount(count)} ${pluralForm(count, text, text === noun ? 'en' : currentLanguage())}`;
}

/** Tokens of prompts, and how many of them an engine had read before. */
export function tokensRead(promptTokens: number, cachedTokens: number): string {
  const read = formatCount(promptTokens);
  return cachedTokens > 0
    ? msg(str`${read} tokens read, ${formatCount(cachedTokens)} from cache`)
    : msg(str`${read} tokens read`);
}

/** A generation's tokens and times as short facts, e.g. `234 tokens read, 180 from cache`. */
export function usageFacts(usage: GenerateUsage): readonly string[] {
  const rate = usage.decodeMs > 0 ? usage.decodeTokens / (usage.decodeMs / 1000) : 0;
  return [
    formatDuration(usage.totalMs),
    tokensRead(usage.promptTokens, usage.cachedTokens),
    rate > 0
      ? msg(str`${formatCount(usage.decodeTokens)} written at ${formatNumber(rate, rate < 10 ? 1 : 0)}/s`)
      : msg(str`${formatCount(usage.decodeTokens)} written`),
  ];
}

/** A share from 0 to 1 as people read it, e.g. `71 %`. */
export function formatPercent(share: number, digits = 0): string {
  return `${formatNumber(share * 100, digits)} %`;
}

/** JSON on one line where that is short, else indented. */
export function formatJson(value: Json): string {
  const line = JSON.stringify(value);
  return line.length <= 60 ? line : JSON.stringify(value, null, 2);
}

/** At most `limit` characters, with the number of those left out. */
export function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}… (${msg(str`${formatCount(text.length - limit)} more characters`)})`;
}

/** A point in time as `14:03` today, else `3 Nov, 14:03`; local time. */
export function formatTime(at: number, now: number): string {
  const date = new Date(at);
  const time = date.toLocaleTimeString(formatLocale(), { hour: '2-digit', minute: '2-digit' });
  if (date.toDateString() === new Date(now).toDateString()) return time;
  return `${date.toLocaleDateString(formatLocale(), { day: 'numeric', month: 'short' })}, ${time}`;
}

/** Calls for people to read, one below the other. */
export function formatCalls(calls: readonly ToolCall[]): string {
  if (calls.length === 0) return msg('No call');
  return calls.map(({ name, arguments: values }) => `${name} ${JSON.stringify(values, null, 2)}`).join('\n');
}
