const segmenter = new Intl.Segmenter();

/** The first character of a name as a person sees it, an emoji of several parts included. */
export function initial(name: string): string {
  const first = segmenter.segment(name.trim())[Symbol.iterator]().next();
  return first.done ? '' : first.value.segment.toLocaleUpperCase();
}
