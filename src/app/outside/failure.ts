/**
 * Why a server or a document cannot be used, from what the request met with and what the browser tells beside it. Browsers
 * keep from a page why a request failed; what they do say is put together here.
 */
import { faultCodes, toFault } from '../../protocol/fault.ts';
import type { Fault } from '../../protocol/fault.ts';
import type { OutsideFailure, OutsideFailureKind } from '../../ui/outside/outside-view.ts';

/** What the browser tells beside the request. */
export interface Evidence {
  /** The page's policy stopped it. */
  readonly isBlocked: boolean;
  readonly isOnline: boolean;
  /** Whether the server answers at all; `unknown`: a page that is isolated is not told. */
  readonly answers: 'yes' | 'no' | 'unknown';
  readonly hasToken: boolean;
}

/** Pure. */
export function failureOf(error: unknown, origin: string, evidence: Evidence): OutsideFailure {
  const fault = toFault(error);
  return { kind: kindOf(fault, evidence), origin, fault: fault.toData() };
}

function kindOf(fault: Fault, evidence: Evidence): OutsideFailureKind {
  const { status, problem } = fault.details;
  switch (fault.code) {
    case faultCodes.remoteRefused:
      if (status !== 401 && status !== 403) return 'address';
      return evidence.hasToken ? 'token-refused' : 'needs-token';
    case faultCodes.toolTimeout:
      return 'timeout';
    case faultCodes.toolInvalid:
      return 'not-open-api';
    case faultCodes.remoteUnreachable:
      if (isDocumentProblem(problem)) return problem;
      if (status !== undefined) return 'other';
      return evidence.isBlocked ? 'policy' : silence(evidence);
    default:
      return 'other';
  }
}

/** Nothing came that the page may read. */
function silence({ isOnline, answers }: Evidence): OutsideFailureKind {
  if (!isOnline) return 'offline';
  if (answers === 'yes') return 'cors';
  return answers === 'no' ? 'unreachable' : 'no-answer';
}

const documentProblems = ['not-mcp', 'not-open-api', 'too-large', 'needs-server'] as const;

function isDocumentProblem(problem: unknown): problem is (typeof documentProblems)[number] {
  return documentProblems.some((known) => known === problem);
}

/** Watches whether the page's policy stops requests to an origin, until it is ended. */
export function watchPolicy(origin: string): {
  readonly isBlocked: () => Promise<boolean>;
  readonly end: () => void;
} {
  let isBlocked = false;
  const note = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent): void => {
    if (effectiveDirective !== 'connect-src' || !URL.canParse(blockedURI)) return;
    if (new URL(blockedURI).origin === origin) isBlocked = true;
  };
  document.addEventListener('securitypolicyviolation', note);
  return {
    isBlocked: async () => {
      // The browser tells of it in a task of its own, which may come after the request has failed.
      await new Promise((resolve) => setTimeout(resolve, 50));
      return isBlocked;
    },
    end: () => document.removeEventListener('securitypolicyviolation', note),
  };
}

/** Asks whether anybody is there, without reading what is answered. An isolated page learns nothing from a no. */
export async function answersAtAll(url: string): Promise<Evidence['answers']> {
  try {
    await fetch(url, {
      mode: 'no-cors',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      cache: 'no-store',
      signal: AbortSignal.timeout(5000),
    });
    return 'yes';
  } catch {
    return globalThis.crossOriginIsolated ? 'unknown' : 'no';
  }
}

/**
 * Whether a policy as the page's `<meta>` holds it forbids requests to an origin. What a header holds beside it is not known
 * to a page. Pure.
 */
export function forbids(policy: string, origin: string, pageOrigin: string): boolean {
  const directives = new Map(
    policy.split(';').map((directive): [string, readonly string[]] => {
      const [name = '', ...sources] = directive.trim().split(/\s+/);
      return [name.toLowerCase(), sources];
    }),
  );
  const sources = directives.get('connect-src') ?? directives.get('default-src');
  if (sources === undefined) return false;
  return !sources.some((source) => allows(source, new URL(origin), pageOrigin));
}

function allows(source: string, { origin, protocol, hostname, port }: URL, pageOrigin: string): boolean {
  if (source === '*') return protocol === 'https:' || protocol === 'http:';
  if (source === "'self'") return origin === pageOrigin;
  if (/^[a-z][a-z0-9+.-]*:$/i.test(source)) return source.toLowerCase() === protocol;
  const [, scheme, wildcard, host, given] =
    /^(?:([a-z][a-z0-9+.-]*):\/\/)?(\*\.)?([^/:]+|\[[^\]]+\])(?::(\d+|\*))?(?:\/.*)?$/i.exec(source) ?? [];
  if (host === undefined) return false;
  const isHost =
    wildcard === undefined ? host.toLowerCase() === hostname : hostname.endsWith(`.${host.toLowerCase()}`);
  const isScheme = scheme === undefined || `${scheme.toLowerCase()}:` === protocol;
  return isHost && isScheme && (given === '*' || (given ?? '') === port);
}
