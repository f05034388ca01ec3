/**
 * The tool `fetch_page`: the text of a page of this site. Same origin only, without cookies, no redirects, a limit on
 * bytes: what a model asks for must not reach another site, nor act as the signed-in user.
 * Knows HTTP and HTML's text; nothing of robots or caches.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { makeTool } from '../make-tool.ts';
import type { Tool } from '../tool.ts';
import { asText } from './read-input.ts';
import { quote, refuse } from './refuse.ts';
import { toolExamples } from './tool-examples.ts';

const name = 'fetch_page';
const mostBytes = 1024 * 1024;
/** Characters of text handed to the model: about 1,000 tokens. */
const mostCharacters = 4000;

/** Answers `{ url, title?, text, cut? }`. `baseUrl` decides which origin is allowed; the page's own where left out. */
export function fetchPage(baseUrl: () => string): Tool {
  return makeTool({
    name,
    description: 'Reads a page of this site.',
    permission: 'read',
    untrusted: true,
    timeoutMs: 15_000,
    inputSchema: {
      type: 'object',
      properties: { url: { type: 'string', description: 'e.g. /help.html', minLength: 1, maxLength: 2000 } },
      required: ['url'],
      additionalProperties: false,
    },
    examples: toolExamples.fetch_page,
    execute: async (input, { signal }) => {
      const url = allowedUrl(asText(input['url']), baseUrl());
      const response = await request(url, signal);
      const type = response.headers.get('content-type') ?? '';
      if (!/^(?:text\/|application\/(?:[\w.+-]*\+)?(?:json|xml)\b)/i.test(type)) {
        await response.body?.cancel();
        throw refuse({
          tool: name,
          message: `${url.pathname} is not text but ${type || 'of no known type'}.`,
        });
      }
      const source = await readText(response, url);
      const { title, text } = /^(?:text\/html|application\/xhtml\+xml)\b/i.test(type)
        ? readHtml(source)
        : { title: '', text: source.trim() };
      return {
        url: url.href,
        ...(title === '' ? {} : { title }),
        text: text.slice(0, mostCharacters).toWellFormed(),
        ...(text.length > mostCharacters ? { cut: true } : {}),
      };
    },
  });
}

function allowedUrl(written: string, base: string): URL {
  if (!URL.canParse(written, base)) {
    throw refuse({
      tool: name,
      message: `${quote(written)} is not a URL.`,
      remedy: 'Use a path such as /help.html.',
    });
  }
  const url = new URL(written, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw refuse({
      tool: name,
      message: `${quote(url.protocol)} addresses are not read.`,
      remedy: 'Use http or https.',
    });
  }
  if (url.username !== '' || url.password !== '') {
    throw refuse({ tool: name, message: 'An address with a user name or password is not read.' });
  }
  if (url.origin !== new URL(base).origin) {
    throw refuse({
      tool: name,
      message: `${url.origin} is another site; only pages of ${new URL(base).origin} are read.`,
      remedy: 'Use a path such as /help.html.',
    });
  }
  return url;
}

async function request(url: URL, signal: AbortSignal): Promise<Response> {
  let response: Response;
  try {
    // 'manual', to tell a redirect from a dead line; neither is followed.
    response = await fetch(url, {
      signal,
      redirect: 'manual',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw refuse({
      tool: name,
      message: `${url.href} could not be reached.`,
      remedy: 'Check the address and the connection.',
      cause: error,
    });
  }
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    throw refuse({ tool: name, message: `${url.pathname} leads to another address, which is not followed.` });
  }
  if (!response.ok) {
    await response.body?.cancel();
    throw refuse({
      tool: name,
      message: `${url.pathname} answered ${response.status}.`,
      remedy: 'Check the address.',
    });
  }
  return response;
}

async function readText(response: Response, url: URL): Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const piece = await reader?.read();
    if (piece === undefined || piece.done) return text + decoder.decode();
    bytes += piece.value.byteLength;
    if (bytes > mostBytes) {
      await reader?.cancel();
      throw refuse({ tool: name, message: `${url.pathname} is larger than ${mostBytes / 1024} KiB.` });
    }
    text += decoder.decode(piece.value, { stream: true });
  }
}

function readHtml(source: string): { readonly title: string; readonly text: string } {
  if (typeof DOMParser === 'undefined') {
    throw new Fault({
      code: faultCodes.unsupported,
      message: 'HTML cannot be read here, because this thread has no DOMParser.',
      remedy: 'Run the tool on the page, not in a worker.',
      details: { feature: 'DOMParser' },
    });
  }
  // A parsed document runs no scripts and loads nothing.
  const page = new DOMParser().parseFromString(source, 'text/html');
  for (const element of page.querySelectorAll('script, style, template, noscript, svg, nav, [hidden]'))
    element.remove();
  for (const element of page.querySelectorAll(
    'p, div, li, tr, h1, h2, h3, h4, h5, h6, section, article, br, pre',
  )) {
    element.append('\n');
    if (element.localName === 'br') element.replaceWith('\n');
  }
  const lines = (page.body.textContent ?? '').split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());
  return { title: page.title.trim(), text: lines.filter((line) => line !== '').join('\n') };
}
