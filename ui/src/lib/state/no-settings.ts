import type { ConversationSettings } from '../host/bindings/ConversationSettings';
import type { GenerationSettings } from '../host/bindings/GenerationSettings';

/** Nothing set: everything is as whoever is asked next says. */
export const NO_GENERATION: GenerationSettings = {
  temperature: null,
  topK: null,
  topP: null,
  minP: null,
  repetitionPenalty: null,
  maxTokens: null,
};

/** What a conversation sets for itself at first. */
export const NO_SETTINGS: ConversationSettings = {
  persona: null,
  systemPrompt: null,
  generation: NO_GENERATION,
  model: null,
  summaries: null,
};
