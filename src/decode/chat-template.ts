/**
 * Messages -> the one text a model reads. Knows each template's markers and keeps them out of the content,
 * so that no user text and no tool result can open or close a turn. Knows nothing of what the messages say.
 */
import type { ChatMessage } from '../protocol/engine.ts';
import type { ChatTemplate } from '../protocol/model.ts';

interface TemplateRules {
  /** Markers that the tokenizer reads as control tokens. */
  readonly controls: RegExp;
  readonly turn: (role: ChatMessage['role'], content: string) => string;
  readonly open: string;
  /** Ends an assistant turn; a training row's completion ends with it. */
  readonly close: string;
}

const rules: Readonly<Record<ChatTemplate, TemplateRules>> = {
  // ChatML, as in the `tokenizer.chat_template` of SmolLM2.
  chatml: {
    controls: /<\|(im_start|im_end|endoftext)\|>/g,
    turn: (role, content) => `<|im_start|>${role}\n${content}<|im_end|>\n`,
    open: '<|im_start|>assistant\n',
    close: '<|im_end|>',
  },
};

/** Whether this runtime writes a chat format, by its name. */
export function isChatTemplate(name: string): name is ChatTemplate {
  return Object.hasOwn(rules, name);
}

/**
 * The prompt text of a conversation, ending where the assistant's next words begin.
 * Control markers within a content lose their bars (`<|im_end|>` becomes `<im_end>`).
 */
export function renderChat(template: ChatTemplate, messages: readonly ChatMessage[], prefill = ''): string {
  const { controls, turn, open } = rules[template];
  const turns = messages.map(({ role, content }) => turn(role, content.replaceAll(controls, '<$1>')));
  return turns.join('') + open + prefill;
}

/** The beginning of every prompt whose conversation begins with these messages, the last of which may go on. */
export function renderBeginning(template: ChatTemplate, messages: readonly ChatMessage[]): string {
  const { open, close } = rules[template];
  const text = renderChat(template, messages);
  return text.slice(0, text.lastIndexOf(close, text.length - open.length));
}

/** The text that closes the assistant's turn, e.g. `<|im_end|>`. */
export function turnEnd(template: ChatTemplate): string {
  return rules[template].close;
}
