/** The words that Markdown.svelte puts around an answer; the caller passes them translated. */
export interface MarkdownLabels {
  copy: string;
  copied: string;
  wrap: string;
  /** Name of a code block for a screen reader, also when no language is known. */
  code: string;
  table: string;
  taskDone: string;
  taskOpen: string;
  formula: string;
  /** Comes before a footnote's name. */
  footnote: string;
  footnoteBack: string;
}

export const ENGLISH: MarkdownLabels = {
  copy: 'Copy',
  copied: 'Copied',
  wrap: 'Wrap lines',
  code: 'Code',
  table: 'Table',
  taskDone: 'Done',
  taskOpen: 'To do',
  formula: 'Formula',
  footnote: 'Footnote',
  footnoteBack: 'Back to the text',
};
