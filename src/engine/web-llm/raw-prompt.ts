/**
 * Makes web-llm read a prompt as it is. Its text completions take no grammar and its chat completions want a template;
 * so the template says nothing: one message of the user is the whole prompt. Knows mlc-chat-config.json; pure but for
 * reading it.
 */
import type { ChatOptions } from '@mlc-ai/web-llm';
import { Fault, faultCodes } from '../../protocol/fault.ts';

type ReadConfig = ChatOptions & { readonly quantization?: string };

export interface ChatSettings {
  readonly options: ChatOptions;
  /** Tokens that prompt and answer may have together. */
  readonly contextTokens: number;
  /** How the build's weights are packed, e.g. `q4f32_1`; empty where it does not say. */
  readonly quantization: string;
  /** What the GPU must offer beyond WebGPU itself. */
  readonly features: readonly 'shader-f16'[];
}

/** What to lay over a build's own chat configuration. Rejects with Fault `model-rejected` where that is not one. */
export async function readChatSettings(config: Blob, contextTokens: number): Promise<ChatSettings> {
  const read = await parse(config);
  const own = read.conv_template;
  const window = read.context_window_size ?? -1;
  const tokens = window > 0 ? Math.min(window, contextTokens) : contextTokens;
  const options: ChatOptions = {
    conv_config: {
      system_template: '{system_message}',
      system_message: '',
      roles: { user: '', assistant: '', tool: '' },
      role_templates: {},
      seps: [''],
      role_content_sep: '',
      role_empty_sep: '',
      // What a request names ends its text, and the token that ends a turn ends it too; no texts of the build's own.
      stop_str: [],
      stop_token_ids: own?.stop_token_ids ?? [],
      system_prefix_token_ids: [],
    },
    context_window_size: tokens,
    // One fixed window: where the context ends is said, not slid over.
    sliding_window_size: -1,
    attention_sink_size: -1,
  };
  const { quantization = '' } = read;
  // `q4f16_1` computes in 16-bit floats. Without them its shaders fail one by one, and nothing says why.
  const features = quantization.includes('f16') ? (['shader-f16'] as const) : [];
  return { options, contextTokens: tokens, quantization, features };
}

async function parse(config: Blob): Promise<ReadConfig> {
  try {
    return JSON.parse(await config.text()) as ReadConfig;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Fault(
      {
        code: faultCodes.modelRejected,
        message: 'The chat configuration of the build is not JSON.',
        reason: error.message,
        remedy: 'Put the right mlc-chat-config.json into the build.',
      },
      { cause: error },
    );
  }
}
