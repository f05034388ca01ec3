/**
 * Made-up addresses on the net, all of them in ranges and under names that are kept free for examples (RFC 2606, 2544,
 * 3849). Knows addresses; names in them come from the book, so that a person's mailbox goes with the person.
 */
import type { KeyedChoices } from './keyed-choice.ts';
import type { NameBook } from './name-book.ts';
import { inCaseOf, sameForm } from './same-form.ts';

/** One company's mailboxes stay at one company. */
function makeUpHost(book: NameBook, host: string): string {
  const labels = host
    .toLowerCase()
    .split('.')
    .filter((label) => label !== 'www');
  const name = labels.slice(0, -1).join('-') || host;
  const made = book.phrase(name.replaceAll(/[^\p{L}]/gu, '') || 'host', 'place', () => false).toLowerCase();
  return `${/^www\./i.test(host) ? 'www.' : ''}${asciiOf(made)}.example`;
}

function asciiOf(text: string): string {
  return text.normalize('NFKD').replaceAll(/[^\dA-Za-z-]/g, '') || 'host';
}

/** Words of a name become those that stand for them; numbers are drawn anew, and added where there were none. */
export function makeUpEmail(choices: KeyedChoices, book: NameBook, original: string): string {
  const at = original.lastIndexOf('@');
  const [local, host] = [original.slice(0, at), original.slice(at + 1)];
  const draw = choices.draw('email', original.toLowerCase());
  const named = local.replaceAll(/\p{L}{2,}/gu, (word) => asciiOf(book.person(word)));
  const made = named.replaceAll(/\d/g, () => String(draw.below(10)));
  const suffix = /\d/.test(made) ? '' : String(10 + draw.below(90));
  return `${inCaseOf(local, `${made}${suffix}`)}@${makeUpHost(book, host)}`;
}

/** Scheme, port and the shape of the path stay; host, user, path and query are made up. */
export function makeUpUrl(choices: KeyedChoices, book: NameBook, original: string): string {
  const [, scheme = '', credentials = '', host = '', port = '', rest = ''] =
    /^([a-z][a-z\d+.-]*:\/\/)?([^/?#@]*@)?([^/?#:]*)(:\d+)?(.*)$/is.exec(original) ?? [];
  const draw = choices.draw('url', original);
  const path = rest.replaceAll(/[\p{L}\d]{2,}/gu, (word) =>
    plainPath.test(word) ? word : sameForm(draw, word),
  );
  return `${scheme}${credentials === '' ? '' : 'user:secret@'}${makeUpHost(book, host)}${port}${path}`;
}

/** Parts of paths that say what is there and nothing of whom. */
const plainPath =
  /^(?:in|users?|profiles?|people|api|v\d|index|html?|php|about|blog|posts?|search|query|id|page|docs?|wiki|files?|images?|static|assets|en|login|home)$/i;

export function makeUpInternetAddress(choices: KeyedChoices, original: string): string {
  const draw = choices.draw('internet address', original.toLowerCase());
  if (!original.includes(':')) return `198.${18 + draw.below(2)}.${draw.below(256)}.${1 + draw.below(254)}`;
  const groups = Array.from({ length: 6 }, () => draw.below(65_536).toString(16));
  return inCaseOf(original.replaceAll(/[^\p{L}]/gu, '') || 'a', `2001:db8:${groups.join(':')}`);
}

/** The bit for addresses that no maker gave out is set, and the one for groups is not. */
export function makeUpHardwareAddress(choices: KeyedChoices, original: string): string {
  const draw = choices.draw('hardware address', original.replaceAll(/[^\da-f]/gi, '').toLowerCase());
  const made = sameForm(draw, original.replaceAll(/[A-F]/gi, '0')).replaceAll(/\d/g, () =>
    draw.below(16).toString(16),
  );
  let at = 0;
  const cased = original === original.toUpperCase() ? made.toUpperCase() : made;
  return cased.replaceAll(/[\da-f]/gi, (digit) => {
    at += 1;
    return at === 1 ? '0' : at === 2 ? '2' : digit;
  });
}
