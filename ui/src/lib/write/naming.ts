/** How much of a text's first line stands for its title, in UTF-16 units. */
const NAME_UP_TO = 60;

/** What a text is called: its title, or the first line with words in it. */
export function nameOf(title: string, body: string, untitled: string): string {
  if (title.trim() !== '') return title.trim();
  const line = body.split('\n').find((item) => /[\p{Letter}\p{Number}]/u.test(item)) ?? '';
  const words = line.replace(/^[\s#>*+-]+/u, '').trim();
  if (words === '') return untitled;
  return words.length > NAME_UP_TO ? `${words.slice(0, NAME_UP_TO).trimEnd()}…` : words;
}

/** What comes after the line that stands for the title. */
export function beginningOf(title: string, body: string): string {
  const lines = body.split('\n').filter((line) => line.trim() !== '');
  return (title.trim() === '' ? lines.slice(1) : lines).join(' ').slice(0, 160);
}
