import type { ChatMessage } from '../bindings/ChatMessage';
import type { ConversationSummary } from '../bindings/ConversationSummary';
import type { MessageStats } from '../bindings/MessageStats';
import type { ModelSummary } from '../bindings/ModelSummary';
import { ANSWERS } from './answers';
import { MockStore } from './store';

export const SCENARIOS = [
  'first-run',
  'conversations',
  'loading',
  'model-failed',
  'storage-failed',
  'set-aside',
  'long',
  'organised',
  'many',
] as const;

export type Scenario = (typeof SCENARIOS)[number];

/** The mock's "now": a Wednesday afternoon, local time, so that days group alike everywhere. */
export const NOW = new Date(2026, 2, 18, 14, 30).getTime();
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** How many messages the `long` scenario's conversation has. */
const LONG = 5000;
/** How many conversations the `many` scenario has besides. */
const MANY = 2000;

export const MODEL: ModelSummary = {
  name: 'SmolLM2 135M Instruct',
  architecture: 'llama',
  quantisation: 'Q4_1',
  engine: 'native',
  contextLength: 2048,
  parameterCount: 134_515_008,
  fileSize: 98_570_000,
  path: '/usr/share/llmos/models/smollm2-135m-instruct-q4_1.gguf',
  loadMs: 640,
  isDefault: true,
};

export function stats(stopReason = 'end_of_turn', completionTokens = 142): MessageStats {
  return {
    model: MODEL.name,
    engine: MODEL.engine,
    promptTokens: 96,
    completionTokens,
    ttftMs: 212,
    prefillTps: 452.8,
    decodeTps: 118.3,
    stopReason,
  };
}

/** Fills a conversation with alternating questions and answers. */
function tell(
  store: MockStore,
  title: string,
  at: number,
  turns: [question: string, answer: string, status?: ChatMessage['status'], reason?: string][],
): string {
  store.clock = at;
  const { id } = store.create(title);
  for (const [question, answer, status = 'complete', reason = 'end_of_turn'] of turns) {
    const user = store.add(id, store.leaf(id), {
      role: 'user',
      text: question,
      status: 'complete',
    });
    const finished = status === 'interrupted' ? null : stats(reason);
    store.add(id, user.id, { role: 'assistant', text: answer, status, stats: finished });
  }
  return id;
}

function fewConversations(): MockStore {
  const store = new MockStore(NOW - 30 * DAY);
  tell(store, 'Rust lifetimes, once more', NOW - 20 * DAY, [
    [
      'Why does `&mut` forbid a second borrow?',
      'Because two writers could tear the value.\n\n```rust\nlet a = &mut x;\nlet b = &mut x; // error[E0499]\n```',
      'stopped',
      'stopped',
    ],
  ]);
  tell(store, 'What the lease says about pets', NOW - 5 * DAY, [
    [
      'Does the lease allow a cat?',
      'Pets are allowed with the **written consent** of the landlord. So ask by letter, and wait for the answer before the cat moves in.',
    ],
  ]);
  tell(store, 'Names for a bakery', NOW - 4 * DAY, [
    [
      'Ten names for a small bakery by the sea, please',
      '1. Salt & Crumb\n2. The Tide Oven\n3. Harbour Loaf\n4. Pier Bread\n5. Foam and Flour',
      'complete',
      'max_tokens',
    ],
  ]);
  tell(store, 'رسالة قصيرة إلى الجيران', NOW - DAY - 2 * HOUR, [
    [
      'اكتب رسالة قصيرة إلى الجيران عن حفلة يوم السبت 🎉',
      'جيراننا الأعزاء، نقيم حفلة صغيرة يوم السبت مساءً، وأنتم مدعوون 🙂',
    ],
  ]);
  tell(store, '周末去杭州的行程', NOW - 5 * HOUR, [
    ['周六早上到，周日晚上走，想少走路多喝茶。', ANSWERS.chinese],
  ]);
  tell(store, 'Letter to the landlord about the boiler', NOW - 3 * HOUR, [
    [
      'Write to my landlord that the boiler has been broken since Monday.',
      'Dear Mr Hale,\n\nsince Monday the boiler in our flat has been out of order. We have neither heating nor',
      'interrupted',
    ],
  ]);
  const id = tell(store, 'Binary search, explained to a child', NOW - 2 * HOUR, [
    [
      'How does binary search work? My daughter is nine.',
      'It is like guessing a number between one and a hundred: always ask for the middle.',
    ],
  ]);
  const question = store.view(id).messages[0]?.id ?? null;
  store.add(id, question, {
    role: 'assistant',
    text: ANSWERS.english,
    status: 'complete',
    stats: stats(),
  });
  tell(store, 'Old shopping list', NOW - 9 * DAY, [
    ['What do I need for pancakes?', 'Flour, milk, eggs, salt.'],
  ]);
  const trashed = store.list(false).find((item) => item.title === 'Old shopping list');
  if (trashed) store.change(trashed.id, { trashedAt: NOW - DAY });
  store.clock = NOW;
  return store;
}

function longConversation(): MockStore {
  const store = fewConversations();
  const turns = Array.from({ length: LONG / 2 }, (_, index): [string, string] => [
    `Question ${index + 1}: what comes after ${index}?`,
    index % 7 === 0
      ? ANSWERS.english
      : `After ${index} comes **${index + 1}**. It is as simple as that.`,
  ]);
  tell(store, 'Five thousand messages', NOW - HOUR - LONG * 1000, turns);
  store.clock = NOW;
  return store;
}

/** Pins, tags and an archive. */
function organised(): MockStore {
  const store = fewConversations();
  const give = (title: string, change: Partial<ConversationSummary>): void => {
    const found = store.list(false).find((item) => item.title === title);
    if (found) store.change(found.id, change);
  };
  give('Letter to the landlord about the boiler', { pinned: true, tags: ['home', 'letters'] });
  give('What the lease says about pets', { tags: ['home'] });
  give('周末去杭州的行程', { tags: ['旅行'] });
  give('Names for a bakery', { tags: ['bakery', 'ideas', 'work'] });
  give('Rust lifetimes, once more', { archived: true, tags: ['work'] });
  return store;
}

/** As many conversations as years of daily use leave. */
function manyConversations(): MockStore {
  const store = fewConversations();
  const turn: [string, string] = ['What is this?', 'One of many.'];
  for (let number = 1; number <= MANY; number += 1) {
    tell(store, `Conversation number ${number}`, NOW - number * HOUR, [turn]);
  }
  store.clock = NOW;
  return store;
}

export function storeFor(scenario: Scenario): MockStore {
  if (scenario === 'first-run') return new MockStore(NOW);
  if (scenario === 'organised') return organised();
  if (scenario === 'many') return manyConversations();
  return scenario === 'long' ? longConversation() : fewConversations();
}
