/**
 * Where a remote engine may send to. An address that the caller did not opt into is refused by name before anything
 * is sent: by its origin, and by its scheme unless it is this machine. Pure.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';

export interface Endpoint {
  readonly origin: string;
  /** The API's root, e.g. `https://host/v1`, without a slash at the end. */
  readonly api: string;
  /** The server's root: where its own, not OpenAI's, routes stand. */
  readonly server: string;
}

export interface EndpointOptions {
  /** Absolute URL of the API's root, usually ending with `/v1`. */
  readonly baseUrl: string;
  /** Origins the user opted into, e.g. `https://models.example.org`. */
  readonly allowOrigins: readonly string[];
}

/** The endpoint of an address. Throws Fault `remote-refused` where it must not be used. */
export function openEndpoint({ baseUrl, allowOrigins }: EndpointOptions): Endpoint {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined) throw refused('The address of the server cannot be read.', 'It is no absolute URL.');
  const { origin } = url;
  if (url.username !== '' || url.password !== '') {
    throw refused(`The address of ${url.host} holds a user name or a password.`, 'Addresses end up in logs.');
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw refused(
      `The address of ${url.host} is not encrypted.`,
      'Without https, everyone on the way reads what is sent. Only this machine is exempt.',
    );
  }
  if (!allowOrigins.some((allowed) => URL.canParse(allowed) && new URL(allowed).origin === origin)) {
    throw refused(
      `${origin} is not among the servers that may be used.`,
      'Nothing is sent to a server that nobody opted into.',
      { origin },
    );
  }
  const api = `${origin}${url.pathname.replace(/\/+$/, '')}`;
  return { origin, api, server: api.replace(/\/v\d+$/, '') };
}

/** Whether a host name is this machine, by the rules that browsers use for trustworthy origins. */
function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

function refused(message: string, reason: string, details: { readonly origin?: string } = {}): Fault {
  return new Fault({
    code: faultCodes.remoteRefused,
    message,
    reason,
    remedy: 'Give an https address whose origin stands in allowOrigins.',
    details,
  });
}
