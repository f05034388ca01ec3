/**
 * The hosts that the texts of a value name as addresses, in whatever spelling a URL parser would still follow: a way out
 * for what a run has read. Pure; reaches nothing and decides nothing.
 */
import { isObject } from '../../protocol/json.ts';
import type { Json } from '../../protocol/json.ts';

/** `scheme://…`; `https:…` without slashes; `//…` at the beginning; a bare domain or IPv4 that goes on as an address. */
const addresses = [
  /\b[a-z][a-z\d+.-]*:\/{2,}[^\s"'<>)\]}]+/giu,
  /\b(?:https?|wss?|ftp):(?!\/{2})\/?[^\s"'<>)\]}/]+/giu,
  /^\/{2,}[^\s"'<>)\]}]+/gu,
  /(?<![\p{L}\d@./:-])(?:(?:[\p{L}\d-]+\.)+\p{L}{2,}|(?:\d{1,3}\.){3}\d{1,3}|localhost)(?=[:/?#])[^\s"'<>)\]}]*/giu,
] as const;

/** Addresses that carry their content or code with them instead of a host. */
const withoutHost = /\b(?:data|javascript|blob|vbscript):[^\s]/iu;

/**
 * Hosts with their ports, in lower case and ASCII form, each once. An address that cannot be read is told as `?`:
 * who judges must not let it pass.
 */
export function namedHosts(value: Json): readonly string[] {
  return [...new Set(textsIn(value).flatMap(hostsIn))];
}

function hostsIn(text: string): readonly string[] {
  // What URL parsers do first (URL Standard, basic URL parser): tabs and line breaks go, backslashes are slashes.
  const plain = decoded(text)
    .trim()
    .replaceAll(/[\t\n\r]/g, '')
    .replaceAll('\\', '/');
  const joined = decoded(text).trim().replaceAll('\\', '/');
  const found = [plain, joined].flatMap((form) =>
    addresses.flatMap((pattern) => Array.from(form.matchAll(pattern), ([address]) => hostOf(address))),
  );
  return withoutHost.test(plain) ? [...found, '?'] : found;
}

/** Once, as a server does with a query. */
function decoded(text: string): string {
  return text.replaceAll(/%(2f|3a|5c)/gi, (escape) => decodeURIComponent(escape));
}

function hostOf(address: string): string {
  const scheme = /^([a-z][a-z\d+.-]*):/iu.exec(address)?.[1];
  const isBare = scheme === undefined || /^[^/]*\.[^/]*:\d/u.test(address);
  const rest = isBare ? address.replace(/^\/+/u, '') : address.slice(scheme.length + 1).replace(/^\/+/u, '');
  const url = `https://${rest}`;
  return URL.canParse(url) ? new URL(url).host : '?';
}

function textsIn(value: Json): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(textsIn);
  return isObject(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** Whether a text of the user's says this host, as a word of its own. */
export function saysHost(text: string, host: string): boolean {
  const words = text.toLowerCase().split(/[^\p{L}\d.:-]+/u);
  return words.some((word) => word.replace(/[.:-]+$/u, '') === host || word === host);
}
