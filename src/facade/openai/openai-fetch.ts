/**
 * The wire of OpenAI's API without a wire: a `fetch` for the official client that answers from a model in this page.
 * Knows addresses, status codes and server-sent events; what is asked and answered is create-openai's.
 */
import type { ChatCompletionChunk, ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { faultCodes, toFault } from '../../protocol/fault.ts';
import type { Fault, FaultCode } from '../../protocol/fault.ts';
import type { ChatModel } from '../chat-model.ts';
import { createOpenAI } from './create-openai.ts';

/** What the caller can mend by asking otherwise. */
const callersOwn: ReadonlySet<FaultCode> = new Set([
  faultCodes.contextOverflow,
  faultCodes.unsupported,
  faultCodes.toolInvalid,
  faultCodes.toolUnknown,
]);

/**
 * A `fetch` that answers `POST …/chat/completions` and `GET …/models`; anything else is 404, and no request leaves the page.
 * `new OpenAI({ apiKey: '-', baseURL: 'https://local.invalid/v1', fetch: createOpenAIFetch(runtime), dangerouslyAllowBrowser: true })`
 */
export function createOpenAIFetch(
  model: ChatModel,
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  const { completions } = createOpenAI(model).chat;
  return async (input, init) => {
    const request = new Request(input, init);
    request.signal.throwIfAborted();
    try {
      const path = new URL(request.url).pathname;
      if (request.method === 'POST' && path.endsWith('/chat/completions')) {
        const body = (await request.json()) as ChatCompletionCreateParams;
        const { signal } = request;
        return body.stream === true
          ? eventStream(await completions.create(body, { signal }))
          : Response.json(await completions.create(body, { signal }));
      }
      if (request.method === 'GET' && path.endsWith('/models')) {
        const { modelId } = await model.load();
        const data = [{ id: modelId, object: 'model', created: 0, owned_by: 'this device' }];
        return Response.json({ object: 'list', data });
      }
      return errorResponse(404, {
        code: 'not-found',
        message: `${request.method} ${path} is not served here.`,
      });
    } catch (error) {
      request.signal.throwIfAborted();
      const fault = toFault(error);
      return errorResponse(callersOwn.has(fault.code) ? 400 : 500, describe(fault));
    }
  };
}

function describe({ code, message, reason, remedy }: Fault): {
  readonly code: string;
  readonly message: string;
} {
  return { code, message: [message, reason, remedy].filter((part) => part !== undefined).join(' ') };
}

function errorResponse(
  status: number,
  { code, message }: { readonly code: string; readonly message: string },
): Response {
  const type = status === 500 ? 'server_error' : 'invalid_request_error';
  return Response.json(
    { error: { message, type, code, param: null } },
    // Asking the same again gives the same.
    { status, headers: { 'x-should-retry': 'false' } },
  );
}

/** Chunks as server-sent events (HTML standard, section 9.2); a failure on the way is an event too, as OpenAI sends it. */
function eventStream(chunks: ReadableStream<ChatCompletionChunk>): Response {
  const reader = chunks.getReader();
  const lines = new ReadableStream<string>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        controller.enqueue(`data: ${done ? '[DONE]' : JSON.stringify(value)}\n\n`);
        if (done) controller.close();
      } catch (error) {
        const { code, message } = describe(toFault(error));
        controller.enqueue(`data: ${JSON.stringify({ error: { code, message, type: 'server_error' } })}\n\n`);
        controller.close();
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
  return new Response(lines.pipeThrough(new TextEncoderStream()), {
    headers: { 'Content-Type': 'text/event-stream' },
  });
}
