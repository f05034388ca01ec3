/** A failure in the reader's words: what is wrong, and what can be done. Drawn within elements that follow the language. */
import { msg, str } from '../translate.ts';
import type { OutsideFailure } from './outside-view.ts';

export interface FailureWords {
  readonly what: string;
  readonly remedy: string;
}

/** What a failure says, without the fault's own text. */
export function wordsOfFailure({ kind, origin }: OutsideFailure): FailureWords {
  switch (kind) {
    case 'address':
      return {
        what: msg('This address cannot be used.'),
        remedy: msg(
          'Give one that begins with https://, or http:// for this machine, and holds no password.',
        ),
      };
    case 'policy':
      return {
        what: msg(str`The policy of this site forbids its pages to connect to ${origin}.`),
        remedy: msg(
          str`Whoever hosts the site adds ${origin} to remoteOrigins in scripts/headers.mjs, and builds it again.`,
        ),
      };
    case 'offline':
      return {
        what: msg('The browser is offline.'),
        remedy: msg('It is tried again once there is a network.'),
      };
    case 'cors':
      return {
        what: msg(str`${origin} answers, but does not let this page read it (CORS).`),
        remedy: msg(str`The server has to allow the origin ${location.origin}.`),
      };
    case 'unreachable':
      return {
        what: msg(str`Nobody answers at ${origin}.`),
        remedy: msg('Check the address, and that the server runs.'),
      };
    case 'no-answer':
      return {
        what: msg(str`No answer came from ${origin} that this page may read.`),
        remedy: msg(
          str`Check that the server runs, and that it allows the origin ${location.origin} (CORS). Browsers do not tell a page which of the two it is.`,
        ),
      };
    case 'not-mcp':
      return {
        what: msg(str`${origin} answers, but not as an MCP server.`),
        remedy: msg('Check the path of the address; it often ends with /mcp.'),
      };
    case 'needs-token':
      return {
        what: msg(str`${origin} wants to know who asks.`),
        remedy: msg('Give a token. It is kept until you leave this page, and nowhere else.'),
      };
    case 'token-refused':
      return { what: msg(str`${origin} does not accept the token.`), remedy: msg('Give another one.') };
    case 'timeout':
      return { what: msg(str`${origin} did not answer in time.`), remedy: msg('Try again later.') };
    default:
      return wordsOfDocument(kind);
  }
}

function wordsOfDocument(
  kind: Extract<OutsideFailure['kind'], 'not-open-api' | 'too-large' | 'needs-server' | 'other'>,
): FailureWords {
  const form = msg('Give a document of OpenAPI 3.0 or 3.1 as JSON or YAML, of 4 MiB at most.');
  switch (kind) {
    case 'not-open-api':
      return { what: msg('This is no OpenAPI document that can be read here.'), remedy: form };
    case 'too-large':
      return { what: msg('This document is too long.'), remedy: form };
    case 'needs-server':
      return {
        what: msg('The document does not say where its server is.'),
        remedy: msg('Give the address of the server.'),
      };
    case 'other':
      return { what: msg('It cannot be used now.'), remedy: msg('The details say what was answered.') };
    default:
      return kind satisfies never;
  }
}
