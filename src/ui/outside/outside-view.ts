/**
 * What the screen knows of tools from elsewhere: MCP servers, OpenAPI documents and the page itself. Data only. What others
 * say of themselves came here as plain lines.
 */
import type { FaultData } from '../../protocol/fault.ts';
import type { Id } from '../../protocol/id.ts';
import type { ToolCall } from '../../protocol/tool.ts';

/** Why something cannot be used, as far as a page can tell. */
export type OutsideFailureKind =
  /** No address that may be used: not a URL, not encrypted, with a password in it. */
  | 'address'
  /** This page's policy names no such origin in `connect-src`. */
  | 'policy'
  /** The browser is offline. */
  | 'offline'
  /** It answers, and does not let this page read the answer. */
  | 'cors'
  /** Nobody answers. */
  | 'unreachable'
  /** One of the two above: on an isolated page a browser does not tell which. */
  | 'no-answer'
  | 'not-mcp'
  | 'needs-token'
  | 'token-refused'
  | 'timeout'
  | 'not-open-api'
  | 'too-large'
  /** The document does not say where its server is. */
  | 'needs-server'
  | 'other';

export interface OutsideFailure {
  readonly kind: OutsideFailureKind;
  /** Whom it is about; empty where there is no address. */
  readonly origin: string;
  /** The fault itself, for those who want to know more. */
  readonly fault: FaultData;
}

export type OutsideStage =
  | { readonly type: 'connecting' }
  | { readonly type: 'connected' }
  | { readonly type: 'offline' }
  | { readonly type: 'failed'; readonly failure: OutsideFailure };

export interface OutsideTool {
  /** As the model calls it. */
  readonly name: string;
  readonly description: string;
  /** What it asks the server, e.g. `GET /pets`; absent where that is not known. */
  readonly request?: string;
  readonly permission: 'read' | 'write';
  /** What becomes of its calls by the rules as they are now. */
  readonly approval: 'runs' | 'asks' | 'denied';
  /** Runs may use it. */
  readonly isOn: boolean;
}

export interface OutsideSource {
  readonly id: Id;
  /** `page`: tools that the page itself offers by WebMCP. */
  readonly kind: 'mcp' | 'open-api' | 'page';
  /** Stands before the names of its tools. */
  readonly alias: string;
  /** What it calls itself; empty: nothing. */
  readonly title: string;
  readonly version: string;
  /** The server's address, the document's address, or the name of its file. */
  readonly address: string;
  /** Where its calls go; empty: nowhere but this page. */
  readonly origin: string;
  readonly stage: OutsideStage;
  readonly tools: readonly OutsideTool[];
  /** What it offers and cannot be used, with the reason. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
  readonly resources: readonly string[];
  readonly prompts: readonly string[];
  /** Addresses that the document names; its calls go to `server`. */
  readonly servers: readonly string[];
  readonly server: string;
  /** What only reads runs without asking. */
  readonly isTrusted: boolean;
  /** A token was given, and is kept until the page is left. */
  readonly hasToken: boolean;
  /** This page's policy does not let it be called. */
  readonly isBlocked: boolean;
}

/** A call of the browser's agent that waits for the user's word. */
export interface OutsideAsk {
  readonly id: Id;
  readonly call: ToolCall;
  readonly description: string;
  readonly reason: string | undefined;
}

export interface OutsideView {
  /** What was added before is known. */
  readonly isOpen: boolean;
  readonly sources: readonly OutsideSource[];
  /** What was last tried to be added and could not be. */
  readonly problem: { readonly of: 'server' | 'document'; readonly failure: OutsideFailure } | undefined;
  readonly isReading: boolean;
  readonly webMcp: {
    /** `offer`: this browser takes tools, and gives none to a page's own agent. */
    readonly support: 'none' | 'offer' | 'both';
    readonly isOffering: boolean;
    /** Why the tools are not offered although they should be. */
    readonly fault: FaultData | undefined;
  };
  /** This browser keeps what was added; false: it is gone with the page. */
  readonly isKept: boolean;
  readonly asks: readonly OutsideAsk[];
}

/** What the user wants of it. */
export type OutsideRequest =
  | { readonly type: 'open' }
  | { readonly type: 'server-add'; readonly address: string; readonly token: string }
  | { readonly type: 'document-add'; readonly address: string }
  | { readonly type: 'document-read'; readonly file: File }
  /** Connects again; an empty token leaves the one there is. */
  | { readonly type: 'source-connect'; readonly id: Id; readonly token: string }
  | { readonly type: 'source-remove'; readonly id: Id }
  | { readonly type: 'source-trust'; readonly id: Id; readonly isTrusted: boolean }
  | { readonly type: 'server-choose'; readonly id: Id; readonly server: string }
  | { readonly type: 'tools-use'; readonly id: Id; readonly names: readonly string[]; readonly isOn: boolean }
  | { readonly type: 'offer'; readonly isOn: boolean };

export const emptyOutsideView: OutsideView = {
  isOpen: false,
  sources: [],
  problem: undefined,
  isReading: false,
  webMcp: { support: 'none', isOffering: false, fault: undefined },
  isKept: true,
  asks: [],
};
