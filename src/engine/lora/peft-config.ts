/**
 * `adapter_config.json` of PEFT: what of it llama.cpp's LoRA can express, and what is refused by name with what to do
 * about it. Knows PEFT's keys (peft `LoraConfig`); knows nothing of matrices.
 */
import { Fault, faultCodes } from '../../protocol/fault.ts';
import { isObject, parseJson } from '../../protocol/json.ts';
import type { Json } from '../../protocol/json.ts';
import { comparePlaces, peftModule, peftTarget } from './lora-names.ts';
import type { LoraPlace } from './lora-names.ts';

export interface PeftConfig {
  /** Rank of every pair, or of those that `rank_pattern` does not name. */
  readonly rank: number;
  /** Ranks differ from linear to linear. */
  readonly mixedRanks: boolean;
  /** llama.cpp's alpha: the product of A and B is scaled by alpha / rank. */
  readonly alpha: number;
  /** What the base model is called there; absent: not said. */
  readonly baseName?: string;
}

export function rejectPeft(reason: string, remedy: string): Fault {
  return new Fault({
    code: faultCodes.modelRejected,
    message: 'The PEFT adapter cannot be used here.',
    reason,
    remedy,
  });
}

/** Nothing stands there, as PEFT writes it: null, false, or an empty list or object. */
function isEmpty(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

const mergeRemedy =
  'Merge it into the base with merge_and_unload() and bring the whole model, or train without it.';

/** Keys that change what the adapter computes beyond A and B, with the sentence that says so. */
const beyondLora: Readonly<Record<string, string>> = {
  use_dora: 'It is a DoRA (use_dora), which also changes the magnitude of the base weights.',
  modules_to_save: 'It brings whole layers of its own (modules_to_save).',
  lora_bias: 'Its matrices have biases (lora_bias).',
  fan_in_fan_out: 'Its weights are stored the other way round (fan_in_fan_out).',
  layer_replication: 'It repeats layers of the base (layer_replication).',
  alpha_pattern: 'Its scale differs from linear to linear (alpha_pattern).',
  target_parameters: 'It changes parameters that are no linears (target_parameters).',
  trainable_token_indices: 'It changes token embeddings (trainable_token_indices).',
  use_qalora: 'It groups its inputs (use_qalora).',
  kasa_config: 'It weighs its ranks by singular values (kasa_config).',
  monteclora_config: 'It draws its matrices at random (monteclora_config).',
  arrow_config: 'It routes between several adapters (arrow_config).',
  use_bdlora: 'Its matrices are block-diagonal (use_bdlora).',
  alora_invocation_tokens: 'It is active from certain tokens on only (alora_invocation_tokens).',
};

/** Ways to initialise that leave the base's weights alone; others move part of them into the adapter. */
const harmlessInits: ReadonlySet<unknown> = new Set([
  undefined,
  null,
  true,
  false,
  'gaussian',
  'eva',
  'orthogonal',
]);

/** Reads `adapter_config.json`. Throws a Fault `model-rejected` that names the key which asks for more than LoRA. */
export function readPeftConfig(text: string): PeftConfig {
  const config = parseJson(text);
  if (!isObject(config)) {
    throw rejectPeft('Its adapter_config.json is not a JSON object.', 'Use the file as PEFT saved it.');
  }
  if (config['peft_type'] !== 'LORA') {
    throw rejectPeft(`It is of the type ${JSON.stringify(config['peft_type'])}.`, 'Only LORA can be used.');
  }
  for (const [key, sentence] of Object.entries(beyondLora)) {
    if (!isEmpty(config[key])) throw rejectPeft(sentence, mergeRemedy);
  }
  const bias = config['bias'];
  if (!isEmpty(bias) && bias !== 'none') {
    throw rejectPeft(
      `It changes biases (bias: ${JSON.stringify(bias)}).`,
      "Train with bias='none', or merge it.",
    );
  }
  const init = config['init_lora_weights'];
  if (!harmlessInits.has(init)) {
    throw rejectPeft(
      `It was initialised by ${JSON.stringify(init)}, which changes the base's weights too.`,
      'Save it with path_initial_model_for_weight_conversion, which makes it an ordinary LoRA.',
    );
  }
  const { r: rank, lora_alpha: alpha, base_model_name_or_path: baseName } = config;
  if (typeof rank !== 'number' || !Number.isInteger(rank) || rank < 1) {
    throw rejectPeft(`Its rank (r) is ${JSON.stringify(rank)}.`, 'Use the file as PEFT saved it.');
  }
  if (typeof alpha !== 'number' || !(alpha > 0)) {
    throw rejectPeft(
      `Its lora_alpha is ${JSON.stringify(alpha)}: it changes nothing.`,
      'Train it with an alpha.',
    );
  }
  const mixedRanks = !isEmpty(config['rank_pattern']);
  const rankStabilised = config['use_rslora'] === true;
  if (rankStabilised && mixedRanks) {
    throw rejectPeft(
      'It has use_rslora and a rank_pattern: its scale differs from linear to linear.',
      mergeRemedy,
    );
  }
  return {
    rank,
    mixedRanks,
    // rsLoRA scales by alpha / sqrt(rank).
    alpha: rankStabilised ? alpha * Math.sqrt(rank) : alpha,
    ...(typeof baseName === 'string' && baseName !== '' ? { baseName } : {}),
  };
}

/** The `adapter_config.json` for matrices that came without one. `alpha` 0 is llama.cpp's way to say "scaled already". */
export function makePeftConfig(options: {
  readonly alpha: number;
  /** Name of the base model. */
  readonly baseName: string;
  readonly layers: number;
  /** Rank by place of its A. */
  readonly ranks: ReadonlyMap<LoraPlace, number>;
}): string {
  const { alpha, baseName, layers, ranks } = options;
  const places = [...ranks.keys()].toSorted(comparePlaces);
  const rank = Math.max(...ranks.values());
  const linears = [...new Set(places.map(({ linear }) => linear))];
  const everywhere = places.length === linears.length * layers;
  const others = places.filter((place) => ranks.get(place) !== rank);
  const pattern = Object.fromEntries(
    others.map((place) => [peftModule(place.layer, place.linear), ranks.get(place)]),
  );
  const config = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: baseName,
    inference_mode: true,
    r: rank,
    lora_alpha: alpha === 0 ? rank : alpha,
    lora_dropout: 0,
    bias: 'none',
    fan_in_fan_out: false,
    init_lora_weights: true,
    use_rslora: false,
    use_dora: false,
    modules_to_save: null,
    rank_pattern: pattern,
    alpha_pattern: alpha === 0 ? pattern : {},
    target_modules: everywhere
      ? linears.map(peftTarget)
      : places.map(({ layer, linear }) => peftModule(layer, linear)),
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
