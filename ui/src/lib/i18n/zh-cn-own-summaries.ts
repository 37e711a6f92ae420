import type { ownSummaries as english } from './en-own-summaries';

/** 单个对话的摘要设置。 */
export const ownSummaries: typeof english = {
  label: '长对话中最早的消息',
  hint: '写成摘要后，模型改读摘要；略去后，模型不再知道它们。',
  asApp: (on) => `与设置相同（${on ? '写成摘要' : '略去'}）`,
  on: '写成摘要',
  off: '略去',
};
