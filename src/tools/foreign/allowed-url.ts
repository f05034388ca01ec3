/**
 * Where tools of others may send: an address that nobody opted into is refused before anything is sent. Pure.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';

/**
 * The address, where its origin is allowed, and encrypted or this machine. Throws Fault `remote-refused`.
 */
export function allowedUrl(address: string, allowOrigins: readonly string[]): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined) throw refused('The address cannot be read.', 'It is no absolute URL.');
  const { origin, host } = url;
  if (url.username !== '' || url.password !== '') {
    throw refused(`The address of ${host} holds a user name or a password.`, 'Addresses end up in logs.');
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isThisMachine(url.hostname))) {
    throw refused(`The address of ${host} is not encrypted.`, 'Everyone on the way would read what is sent.');
  }
  if (!allowOrigins.some((allowed) => URL.canParse(allowed) && new URL(allowed).origin === origin)) {
    throw refused(
      `${origin} is not among the origins that may be used.`,
      'Nothing is sent to where nobody chose.',
    );
  }
  return url;
}

/** By the rules that browsers use for trustworthy origins (Secure Contexts, 3.1). */
function isThisMachine(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

function refused(message: string, reason: string): Fault {
  return new Fault({
    code: faultCodes.remoteRefused,
    message,
    reason,
    remedy: 'Give an https address whose origin stands in allowOrigins.',
  });
}
