/**
 * What the tabs of one origin say to each other about engines. `key` names one model with its settings.
 * Knows nothing of how messages travel (tab-relay).
 */

export type TabMessage =
  /** To all: who holds the engine of this key? */
  | { readonly type: 'owner-sought'; readonly key: string }
  /** To all: I do. */
  | { readonly type: 'owner-present'; readonly key: string }
  /** To the owner, with a port: serve me over it, for as long as I hold `guestLock`. */
  | { readonly type: 'port-offered'; readonly key: string; readonly guestLock: string }
  /** To the guest: your port is with the worker; when `ownerLock` is free, I am gone. */
  | { readonly type: 'port-admitted'; readonly guestLock: string; readonly ownerLock: string };

export interface ReceivedMessage {
  /** The sender's address, good for an answer. */
  readonly from: string;
  readonly message: TabMessage;
  readonly port: MessagePort | undefined;
}

/** Passes messages between the tabs of one origin. A tab hears its own messages to all: it may hold both ends. */
export interface TabRelay {
  /** To every tab, or to the one of an address; a port goes to one only. */
  send(message: TabMessage, options?: { readonly to: string; readonly port?: MessagePort }): void;
  /** Calls `listener` for each message. Returns the function that ends it. */
  listen(listener: (received: ReceivedMessage) => void): () => void;
}
