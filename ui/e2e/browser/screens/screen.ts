import type { App, Language, Start } from '../app';

/** A screen that is looked at in every look. */
export interface Screen {
  name: string;
  start?: Start;
  /** Steps from the first page to the screen. */
  reach?: (app: App, language: Language) => Promise<void>;
}

/** What is asked in the pictures. */
export const QUESTION: Record<Language, string> = {
  en: 'How does binary search work?',
  'zh-CN': '周末去杭州怎么安排？',
};
